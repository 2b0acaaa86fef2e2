"""The command line: every command on both engines, JSON, exit codes, one sentence where something is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from desktop_admin.cli import main
from desktop_admin.cli.parser import _parser
from desktop_admin.services import members, points
from desktop_admin.services.command import new_request

if TYPE_CHECKING:
    from desktop_admin.services.database.database import Database
    from desktop_admin.services.work import Actor

WANTED = (
    "demo", "found", "import", "export", "report", "expire", "evaluate-tiers", "doctor", "backup", "restore", "upgrade",
    "recover-admin", "set-up-server", "move",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POINTSDESK_LANGUAGE", "en")


class Said:
    """What a command printed and answered."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def run(database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("doctor", "--json")` on the test's shop."""
    monkeypatch.setenv("POINTSDESK_DATABASE", database_url)

    def go(*words: str | Path) -> Said:
        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return go


@pytest.fixture
def member(database: Database, as_role: Callable[[str], Actor]) -> int:
    """One member with 500 points."""
    counter = as_role("counter")
    write = partial(database.write, actor=counter)
    who: dict[str, Any] = {"name": "王小明", "consent_terms": True, "phone": "13812345678"}
    joined = write(lambda w: members.enrol(w, request=new_request(), **who))
    said: dict[str, Any] = {"member_id": joined.result.member_id, "points": 500, "reason": "event"}
    write(lambda w: points.adjust(w, request=new_request(), **said))
    return joined.result.member_id


def refused(said: Said, code: int, *words: str) -> None:
    """One plain sentence on stderr, nothing else."""
    assert said.code == code, said.err
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert "Traceback" not in said.err
    assert all(word in said.err for word in words), said.err


# -- what can be typed (no database) ---------------------------------------------------------------


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert all(f"\n    {name}" in said for name in WANTED)


@pytest.mark.parametrize("name", WANTED)
def test_every_command_has_help_and_takes_a_database(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert "--database" in said
    assert "--json" in said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "Say what to do"),
        (["dance"], "invalid choice: 'dance'"),
        (["doctor", "--loud"], "--loud"),
        (["doctor"], "--database"),
        (["doctor", "--database", "/nowhere/shop.pointsdesk"], "no database file"),
        (["doctor", "--database", "mysql://there/shop"], "mysql"),
        (["report", "poetry"], "poetry"),
        (["report", "liability", "--from", "31.12.2025"], "31.12.2025"),
        (["report", "movement", "--from", "2026-02-02", "--to", "2026-02-01"], "ends before it begins"),
        (["report", "movement", "--output", "out.doc"], ".xlsx or .csv"),
        (["import", "purchases"], "Name the file"),
        (["import", "purchases", "/nowhere/sales.csv"], "There is no file"),
        (["import", "dreams", "x.csv"], "dreams"),
        (["import", "members", "--undo", "1", "--resume", "1"], "Choose one"),
        (["import", "members", "--undo", "first"], "first"),
        (["template", "members", "x.csv"], ".xlsx"),
        (["export", "members", "members.pdf"], ".xlsx or .csv"),
        (["export", "members", "/nowhere/members.csv"], "no folder"),
        (["expire", "--preview", "-3"], "-3"),
        (["demo", "--members", "1"], "20"),
        (["found"], "--name"),
        (["restore", "/nowhere/backup"], "--database"),
        (["backup", "--database", ""], "--database"),
    ],
)
def test_bad_input_is_one_sentence(
    words: list[str], expected: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POINTSDESK_DATABASE", raising=False)
    refused(Said(main(words), *capsys.readouterr()), 2, expected)


def test_a_file_that_is_no_shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(b"\xff\xd8\xff" * 500)
    refused(Said(main(["doctor", "--database", str(path)]), *capsys.readouterr()), 2, "not a PointsDesk database")
    refused(Said(main(["upgrade", "--database", str(path)]), *capsys.readouterr()), 2)


def test_found_and_found_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["found", "--database", str(tmp_path / "own.pointsdesk"), "--name", "小店", "--json"]
    assert main(words) == 0
    secret = json.loads(capsys.readouterr().out)["one_time_password"]
    assert len(secret) == 19
    refused(Said(main(words), *capsys.readouterr()), 2, "already")
    assert main([*words[:3], "--name", "x", "--timezone", "Mars/Olympus"]) in (1, 2)
    assert "Traceback" not in capsys.readouterr().err


def test_a_bug_is_one_sentence_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from desktop_admin.cli import jobs

    def broken(wish: object, terminal: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(jobs, "expire", broken)
    refused(Said(main(["expire"]), *capsys.readouterr()), 1, "ZeroDivisionError")


def test_every_command_is_tried_here() -> None:
    """A new command gets a line in WANTED, or in the list of those it rests on."""
    choices = next(action for action in _parser()._actions if action.dest == "command").choices
    assert set(choices or ()) - set(WANTED) == {"daily", "template"}


# -- on a shop -------------------------------------------------------------------------------------


def test_doctor_says_that_all_is_well(run: Run) -> None:
    assert run("doctor").out == "The books are in order.\n"
    assert run("doctor", "--json").json == {"faults": []}


def test_jobs_of_the_night(run: Run, member: int, engine: str) -> None:
    assert run("expire", "--json").json == {"members": 0, "points": 0}
    seen = run("expire", "--preview", "3000", "--json").json
    assert seen["points"] == 500
    assert set(run("evaluate-tiers", "--json").json) == {"looked_at", "up", "down", "waiting"}
    said = run("daily", "--json")
    assert said.code == 0, said.err
    assert bool(said.json["backup"]) == (engine == "sqlite")


@pytest.mark.parametrize(
    "code",
    ["movement", "movement_by_tier", "liability", "expiry", "expiring", "owing", "items", "low_stock", "operators"],
)
def test_reports_print_and_are_json(run: Run, member: int, code: str) -> None:
    assert run("report", code).code == 0
    said = run("report", code, "--json").json
    assert said["report"] == code
    assert isinstance(said["rows"], list)


def test_reports_know_every_kind() -> None:
    from desktop_admin.services.reports import REPORTS

    choices = next(action for action in _parser()._actions if action.dest == "command").choices
    assert choices is not None
    parser: Any = choices["report"]  # type: ignore[index]
    known = next(action for action in parser._actions if action.dest == "code").choices
    assert set(known) == {*REPORTS, "dashboard"}


def test_the_dashboards_figures(run: Run, member: int) -> None:
    assert "Points outstanding" in run("report", "dashboard").out
    keys = {one["code"]: one["value"] for one in run("report", "dashboard", "--json").json["keys"]}
    assert keys["outstanding"] == 500


def test_a_report_as_a_workbook(run: Run, member: int, tmp_path: Path) -> None:
    said = run("report", "liability", "--output", tmp_path / "l.xlsx", "--language", "zh_CN")
    assert said.code == 0, said.err
    assert (tmp_path / "l.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize("what", ["members", "journal", "purchases", "redemptions", "items", "stock", "movements"])
def test_lists_export(run: Run, member: int, tmp_path: Path, what: str) -> None:
    for ending in ("csv", "xlsx"):
        path = tmp_path / f"{what}.{ending}"
        said = run("export", what, path, "--json")
        assert said.code == 0, said.err
        assert said.json["rows"] == (1 if what in ("members", "journal") else 0)
        assert path.is_file()
    if what == "members":
        assert "13812345678" in (tmp_path / "members.csv").read_text("utf-8-sig")


def test_a_period_belongs_to_lists_that_have_one(run: Run, tmp_path: Path) -> None:
    assert run("export", "journal", tmp_path / "j.csv", "--from", "2026-01-01").code == 0
    refused(run("export", "items", tmp_path / "i.csv", "--from", "2026-01-01"), 2, "no period")


# -- files -----------------------------------------------------------------------------------------


def sales(folder: Path, *more: str) -> Path:
    path = folder / "sales.csv"
    rows = ("单号,时间,会员,金额", "A1,2026-01-05 10:00,13812345678,120.00", "A2,2026-01-06 11:00,,30.50", *more)
    path.write_text("\n".join(rows), encoding="utf-8-sig")
    return path


def test_an_import_from_trying_to_undoing(run: Run, member: int, tmp_path: Path) -> None:
    path = sales(tmp_path)
    dry = run("import", "purchases", path, "--dry-run", "--source", "till", "--json").json
    assert dry["possible"]
    assert dry["figures"]["earned"] == 120
    done = run("import", "purchases", path, "--source", "till", "--json")
    assert done.code == 0, done.err
    batch = done.json["batch"]
    assert run("import", "purchases", path, "--source", "till", "--json").json["repeats"] == batch
    assert [one["batch"] for one in run("import", "purchases", "--list", "--json").json["imports"]] == [batch]
    refused(run("import", "purchases", "--resume", str(batch)), 1, "not interrupted")
    undone = run("import", "purchases", "--undo", str(batch), "--json").json
    assert undone["purchases"] == 2
    refused(run("import", "purchases", "--undo", str(batch)), 1)


def test_bad_rows_stop_an_import_and_go_to_a_workbook(run: Run, member: int, tmp_path: Path) -> None:
    path, rejects = sales(tmp_path, "A3,29.02.2018,13812345678,много"), tmp_path / "wrong.xlsx"
    refused(run("import", "purchases", path, "--errors", rejects), 1, "1 rows are wrong")
    assert rejects.is_file()
    assert run("import", "purchases", path, "--dry-run", "--json").code == 1
    good = run("import", "purchases", path, "--policy", "good", "--json")
    assert good.code == 0, good.err
    assert good.json["problem_rows"] == 1


def test_columns_are_named_on_the_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("a,b,c\n1,2026-01-05,12\n", encoding="utf-8")
    refused(run("import", "purchases", path), 2, "--map")
    refused(run("import", "purchases", path, "--map", "number"), 2, "FIELD=COLUMN")
    refused(run("import", "purchases", path, "--map", "number=z"), 2, "no column")
    refused(run("import", "purchases", path, "--map", "number=9"), 2, "no column")
    named = [word for one in ("number=a", "bought_at=2", "amount=c") for word in ("--map", one)]
    said = run("import", "purchases", path, *named, "--dry-run", "--json")
    assert said.code == 0, said.err
    assert said.json["figures"]["purchases"] == 1
    refused(run("import", "purchases", path, "--branch", "99"), 2, "99")


def test_members_import_and_their_template(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_text("姓名,手机,积分\n李雷,13900001111,88\n", encoding="gb18030")
    done = run("import", "members", path, "--source", "old", "--json")
    assert done.code == 0, done.err
    assert done.json["figures"]["members"] == 1
    assert done.json["figures"]["opening"] == 88
    assert run("template", "members", tmp_path / "empty.xlsx").code == 0


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 99, b"PK\x03\x04 but not really"])
def test_hostile_files_are_refused(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sales.xlsx"
    path.write_bytes(content)
    refused(run("import", "purchases", path), 2)


# -- care ------------------------------------------------------------------------------------------


def test_backup_drill_and_restore(run: Run, member: int, engine: str, database: Database, tmp_path: Path) -> None:
    if engine != "sqlite":
        refused(run("backup"), 1, "server")
        refused(run("restore", __file__), 1, "server")
        assert run("backup", "--mark", "nightly dump on db1").code == 0
        return
    made = run("backup", "--folder", tmp_path / "b", "--json")
    assert made.code == 0, made.err
    file = made.json["file"]
    assert run("backup", "--drill", file, "--json").json["good"]
    assert run("backup", "--list", "--json").json["backups"][0]["file"] == file
    assert run("backup", "--if-due", "--json").json["due"] is False
    plan = run("restore", file, "--dry-run", "--json").json
    assert plan["known"]
    assert plan["entries"] == 0
    database.close()
    done = run("restore", file, "--json")
    assert done.code == 0, done.err
    assert Path(done.json["kept"]).is_file()
    refused(run("restore", tmp_path / "none"), 2, "no file")
    refused(run("restore", __file__), 2)
    refused(run("backup", "--drill", __file__), 1)


def test_upgrade_where_nothing_is_to_be_done(run: Run) -> None:
    said = run("upgrade", "--json")
    assert said.code == 0, said.err
    assert said.json["before"] == said.json["after"]


def test_a_way_back_in(run: Run) -> None:
    refused(run("recover-admin", "--login", "nobody"), 1, "administrator")
    said = run("recover-admin", "--json")
    assert said.code == 0, said.err
    assert len(said.json["one_time_password"]) == 19


def test_anchors_kept_elsewhere(run: Run, database: Database, member: int, tmp_path: Path) -> None:
    from desktop_admin.services import anchors, shop

    taken = anchors.take(database, actor=shop.system_actor(database))
    path = tmp_path / "anchors.txt"
    path.write_text(taken.text + "\n", encoding="utf-8")
    assert run("doctor", "--anchors", path).code == 0
    path.write_text(taken.text.replace("PD1|", "PD1|0"), encoding="utf-8")
    assert run("doctor", "--anchors", path).code == 1
    refused(run("doctor", "--anchors", tmp_path / "none"), 2)


def test_progress_is_for_terminals_only(run: Run, member: int) -> None:
    assert run("doctor").err == ""
    assert run("evaluate-tiers").err == ""


def test_moving_a_shop_and_giving_up(run: Run, database: Database, member: int, engine: str, tmp_path: Path) -> None:
    target = tmp_path / "moved.pointsdesk"
    refused(run("move"), 2, "--from", "--to")
    refused(run("move", "--give-up", "--to", target), 1, "No move")
    moved = run("move", "--to", target, "--json").json
    assert moved["closed"]
    assert next(t for t in moved["tables"] if t["table"] == "entry")["rows"] == 1
    refused(run("doctor"), 2, "has moved", "moved.pointsdesk")
    assert "already" in run("move", "--to", target).out
    refused(run("move", "--give-up", "--to", target), 2, "--yes")
    assert run("move", "--give-up", "--to", target, "--yes").code == 0
    assert run("doctor").code == 0
    kept = run("move", "--to", tmp_path / "again.pointsdesk", "--keep-open")
    assert "stays open" in kept.out
    assert "entry" in kept.out
