"""One purchase by two ways: typed in at a counter and in a file, or in files of two names. Its points come once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desktop_admin.i18n import use_language
from desktop_admin.services import imports, purchases
from desktop_admin.services.errors import Refused
from desktop_admin.services.imports.records import Imported
from desktop_admin.services.spreadsheets import mapping
from tests.services.counter import Counter

if TYPE_CHECKING:
    from desktop_admin.services.database.database import Database
    from desktop_admin.services.work import Actor

ONE = imports.Options(source="old till", expiry="never")
OTHER = replace(ONE, source="web shop")
DAY = "2026-03-01"  # the day before the counter's
HEAD = "receipt,time,customer,amount\n"


@pytest.fixture
def counter(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role).by("manager")


@pytest.fixture
def bring(counter: Counter, database: Database, tmp_path: Path) -> Callable[..., Imported]:
    def run(rows: str, options: imports.Options = ONE) -> Imported:
        path = tmp_path / "sales.csv"
        path.write_text(HEAD + rows, "utf-8")
        plan = imports.inspect(database, counter.actor, path, "purchases").plan(options)
        dry = imports.dry_run(database, counter.actor, plan)
        done = imports.run(database, counter.actor, plan)
        assert (dry.figures.elsewhere, dry.figures.earned) == (done.figures.elsewhere, done.figures.earned)
        said = [problem.text() for problem in dry.problems if problem.severity == "warning"]
        assert len(said) == done.figures.elsewhere, "each is told"
        return done

    return run


def card(counter: Counter, member: int) -> str:
    return str(counter.rows(f"SELECT card_number FROM member WHERE id = {member}")[0][0])


def test_a_receipt_under_another_source_counts_once(counter, bring):
    anna = counter.member()
    row = f"A1,{DAY},{card(counter, anna)},12.50\n"
    assert bring(row).figures.purchases == 1
    done = bring(row + f"B1,{DAY},,5\n", OTHER)  # the very same file would not be looked at again
    assert (done.figures.elsewhere, done.figures.purchases, done.figures.already) == (1, 1, 0)
    assert counter.state(anna) == (12, 0)
    imports.undo(counter.database, counter.actor, 1)
    assert bring(row + f"B2,{DAY},,5\n", OTHER).figures.purchases == 2, "an undone one is no hindrance"
    assert counter.state(anna) == (12, 0)


@pytest.mark.parametrize("other", ["A2,{day},{card},12.50", "A1,2026-02-28,{card},12.50", "A1,{day},{card},12.51"])
def test_what_differs_in_number_day_or_amount_is_another_purchase(counter, bring, other):
    anna = counter.member()
    bring(f"A1,{DAY},{card(counter, anna)},12.50\n")
    done = bring(other.format(day=DAY, card=card(counter, anna)) + "\n", OTHER)
    assert (done.figures.elsewhere, done.figures.purchases) == (0, 1)
    assert counter.state(anna) == (24, 0)


def test_another_members_receipt_is_another_purchase(counter, bring):
    anna, ben = counter.member(), counter.member()
    bring(f"A1,{DAY},{card(counter, anna)},12.50\n")
    assert bring(f"A1,{DAY},{card(counter, ben)},12.50\nA1x,{DAY},,5\n", OTHER).figures.purchases == 2
    assert bring(f"A1x,{DAY},,5\n").figures.purchases == 1, "without a member there are no points to double"


def test_a_receipt_typed_in_is_not_imported(counter, bring):
    anna = counter.member()
    counter.buy(anna, 1_250, "a 1")
    day = counter.rows("SELECT business_date FROM purchase")[0][0]
    done = bring(f"A1,{day},{card(counter, anna)},12.50\n")
    assert (done.figures.elsewhere, done.figures.purchases) == (1, 0)
    assert counter.state(anna) == (12, 0)


def test_an_imported_receipt_is_not_typed_in(counter, bring):
    anna, ben = counter.member(), counter.member()
    counter.buy(ben, 100, "Z")
    day = counter.rows("SELECT business_date FROM purchase")[0][0]
    bring(f"A1,{day},{card(counter, anna)},12.50\n")
    with pytest.raises(Refused) as caught:
        counter.buy(anna, 1_250, "a1")
    assert caught.value.field == "receipt_number"
    assert "imported from “old till”" in caught.value.text()
    counter.buy(anna, 1_251, "a1")
    counter.buy(ben, 1_250, "a2")
    assert counter.state(anna) == (24, 0)
    with pytest.raises(Refused, match="typed in by"):
        counter.buy(ben, 1_251, "a1")
    assert purchases.typed_key(str(day), "ａ 1") == f"{day}/A1"


@pytest.mark.parametrize("language", ["en", "zh_CN", "zh_TW"])
def test_a_workbook_of_rows_left_out_is_read_as_the_file_it_came_from(
    counter, database, tmp_path, language
):
    anna = counter.member()
    path, left = tmp_path / "sales.csv", tmp_path / "left.xlsx"
    path.write_text(HEAD + f"A1,{DAY},{card(counter, anna)},12.50\nA2,{DAY},{card(counter, anna)},x\n", "utf-8")
    plan = imports.inspect(database, counter.actor, path, "purchases").plan(replace(ONE, policy="good"))
    done = imports.run(database, counter.actor, plan)
    use_language(language)
    imports.write_rejects(database, counter.actor, left, batch_id=done.batch_id)
    use_language("en")
    looked = imports.inspect(database, counter.actor, left, "purchases")
    assert (looked.remembered, looked.source) == (plan.options, "old till")
    assert looked.columns == {name: place + 2 for name, place in plan.columns.items()}
    assert mapping.added(("Row in the file", "Why not imported")) == 0, "nothing of the file's own follows"
