"""Members: enrolling, finding, sealing."""

from __future__ import annotations

import threading
import time
from datetime import date
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from desktop_admin.services import members, sealing
from desktop_admin.services.command import new_request
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.members import finding, pinyin
from tests.services.members_case import _no_process_left, act, ask, enrol

__all__ = ["_no_process_left", "act", "ask", "enrol"]


class TestEnrol:
    def test_a_member_gets_a_card_with_a_check_digit(self, enrol, ask):
        one = enrol("张三", "138 0013 8000")
        assert len(one.card_number) == 12
        (found,) = ask("clerk", members.find, text=one.card_number)
        assert (found.name, found.phone, found.tier) == ("张三", "13800138000", "regular")

    def test_a_known_phone_is_noticed(self, enrol):
        one = enrol("张三丰", "13800138000")
        with pytest.raises(Refused) as refused:
            enrol("李四", "+86 138-0013-8000")
        assert refused.value.field == "phone"
        assert refused.value.facts == {"member_id": one.member_id, "name": "张*丰"}

    def test_a_card_is_given_once(self, enrol):
        enrol("张三", card_number="ab-1234")
        with pytest.raises(Refused) as refused:
            enrol("李四", card_number="AB1234")
        assert refused.value.field == "card_number"

    def test_consent_is_needed(self, act):
        with pytest.raises(Refused) as refused:
            act("counter", members.enrol, name="张三", consent_terms=False)
        assert refused.value.field == "consent_terms"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", "  "),
            ("name", "x" * 65),
            ("phone", "12345"),
            ("phone", "1.38E+10"),
            ("email", "nobody"),
            ("birthday", date(2999, 1, 1)),
            ("sex", "?"),
            ("remark", "x" * 501),
            ("remark", "a\x00b"),
            ("card_number", "!"),
            ("branch_id", 999),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, act, field, value):
        said = {"name": "张三", "consent_terms": True, field: value}
        with pytest.raises(Refused) as refused:
            act("counter", members.enrol, **said)
        assert refused.value.field == field

    def test_the_same_request_is_one_member(self, act, ask):
        request = new_request()
        said = {"request": request, "name": "张三", "consent_terms": True}
        first = act("counter", members.enrol, **said)
        assert act("counter", members.enrol, **said) == first
        assert len(ask("counter", members.find, text="张三")) == 1

    def test_nothing_personal_stands_in_receipt_or_audit(self, enrol, database):
        enrol("张三", "13800138000", remark="喜欢茶")
        kept = database.read(
            lambda work: str(
                [tuple(r) for r in work.all(Sql("SELECT body FROM receipt"))]
                + [tuple(r) for r in work.all(Sql("SELECT before, after FROM audit"))]
            )
        )
        assert "张三" not in kept
        assert "13800138000" not in kept

    def test_many_at_once(self, database, as_role, act, ask):
        people = [members.NewMember(members.Profile(f"王小{c}")) for c in "明红军"]

        def all_of_them(work):
            one = members.enrol(work, request=new_request(), name="甲", consent_terms=True)
            return [one, *members.add_many(work, people, reason="import")]

        made = database.write(all_of_them, actor=as_role("manager")).result
        assert len({one.card_number for one in made}) == 4
        assert len(ask("counter", members.find, text="wx")) == 3

    def test_two_with_one_phone_in_a_batch(self, database, as_role):
        people = [members.NewMember(members.Profile(n, "13800138000")) for n in ("甲", "乙")]

        def both(work):
            members.enrol(work, request=new_request(), name="丙", consent_terms=True)
            members.add_many(work, people)

        with pytest.raises(Refused):
            database.write(both, actor=as_role("manager"))


class TestFind:
    @pytest.fixture
    def people(self, enrol):
        rows = [
            ("张三", "13800138000"),
            ("单雄信", "13911112222"),
            ("曾国藩", "13733334444"),
            ("仇英", "13655556666"),
            ("解缙", "13577778888"),
            ("王小明", "13499990000"),
            ("王明", ""),
            ("小王明子", ""),
            ("欧阳娜娜", ""),
            ("吕布", ""),
            ("Anna Smith", "+4915112345678"),
            ("陳麗", ""),
        ]
        return {name: enrol(name, phone).member_id for name, phone in rows}

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("13800138000", ["张三"]),
            ("+86 138 0013 8000", ["张三"]),
            ("1380", ["张三"]),
            ("2222", ["单雄信"]),
            ("zs", ["张三"]),
            ("zhangs", ["张三"]),
            ("zhang san", ["张三"]),
            ("sxx", ["单雄信"]),
            ("zgf", ["曾国藩"]),
            ("qiuying", ["仇英"]),
            ("xj", ["解缙"]),
            ("oynn", ["欧阳娜娜"]),
            ("lvbu", ["吕布"]),
            ("lubu", ["吕布"]),
            ("王明", ["王明", "小王明子"]),
            ("小明", ["王小明"]),
            ("雄", ["单雄信"]),
            ("张8000", ["张三"]),
            ("王 xm", []),
            ("anna", ["Anna Smith"]),
            ("smith anna", ["Anna Smith"]),
            ("陈丽", ["陳麗"]),
            ("chenli", ["陳麗"]),
            ("", []),
            ("  ", []),
            ("%", []),
            ("' OR 1=1 --", []),
            ("👍", []),
        ],
    )
    def test_what_is_typed_and_who_comes(self, people, ask, text, names):
        assert [found.name for found in ask("counter", members.find, text=text)] == names

    def test_phones_are_masked_for_the_counter(self, people, ask):
        (found,) = ask("counter", members.find, text="13800138000")
        assert found.phone == "138****8000"
        (found,) = ask("manager", members.find, text="13800138000")
        assert found.phone == "13800138000"


class TestSealing:
    def test_there_and_back(self, enrol, database):
        m = enrol("张三").member_id
        sealed = database.write(lambda w: members.seal(w, m, "喜欢茶"), actor=None).result
        assert "喜欢茶" not in sealed
        assert database.read(lambda w: members.unseal(w, m, sealed)) == "喜欢茶"
        assert database.read(lambda w: members.unseal_many(w, [(m, sealed), (m, "")])) == [
            "喜欢茶",
            "",
        ]

    def test_another_member_cannot_read_it(self, enrol, database):
        m, other = enrol("张三").member_id, enrol("李四").member_id
        sealed = database.write(lambda w: members.seal(w, m, "喜欢茶"), actor=None).result
        assert database.read(lambda w: members.unseal(w, other, sealed)) is None
        assert database.read(lambda w: members.unseal(w, m, "not sealed at all")) is None
        assert database.read(lambda w: members.unseal(w, m, sealed[:-8] + "AAAAAAA=")) is None

    def test_without_the_key_nobody_can(self, enrol, database):
        m = enrol("张三").member_id
        sealed = database.write(lambda w: members.seal(w, m, "喜欢茶"), actor=None).result
        database.write(lambda w: sealing.destroy_key(w, m), actor=None)
        assert database.read(lambda w: members.unseal(w, m, sealed)) is None

    def test_nothing_stays_nothing(self, database):
        assert database.read(lambda w: members.seal(w, 1, "")) == ""


class TestPinyin:
    def test_it_comes_back_after_it_died(self):
        assert pinyin.speak(["单田芳"])[0].initials == "stf"
        pinyin._PROCESS._child.kill()
        pinyin._PROCESS._child.wait()
        assert pinyin.speak(["单田芳"])[0].full == "shantianfang"

    @pytest.mark.expects_log
    def test_without_it_names_are_still_found_by_their_characters(self, monkeypatch, enrol, ask):
        pinyin.close()
        monkeypatch.setattr(pinyin, "_command", lambda: ["/nowhere/at/all"])
        enrol("张三")
        assert not pinyin.available()
        assert [f.name for f in ask("counter", members.find, text="张三")] == ["张三"]
        assert ask("counter", members.find, text="zs") == ()
        pinyin.close()
        monkeypatch.undo()
        assert pinyin.speak(["张三"])[0].initials == "zs"


class TestTwoAtOnce:
    def test_one_phone_at_two_counters(self, database, as_role):
        """The second waits for the first, and is told whose phone it is."""
        begun, refusals = threading.Event(), []

        def slowly(work):
            made = members.enrol(work, request=new_request(), name="张三丰", phone="13800138000", consent_terms=True)
            work.value(Sql("SELECT 1"))  # a server has it by now
            begun.set()
            time.sleep(0.3)
            return made

        def second():
            begun.wait(5)
            said: dict[str, Any] = {"request": new_request(), "name": "李四", "phone": "13800138000"}
            try:
                database.write(partial(members.enrol, **said, consent_terms=True), actor=as_role("counter"))
            except Refused as refused:
                refusals.append(refused)

        other = threading.Thread(target=second)
        other.start()
        first = database.write(slowly, actor=as_role("manager")).result
        other.join(10)
        assert [refused.facts["member_id"] for refused in refusals] == [first.member_id]


def test_so_many_of_the_very_name_typed_are_enough():
    """Parts of names come after them in any case; they are not looked for."""
    asked = []

    class Keys:
        def all(self, sql: Any, **said: Any) -> list[Any]:
            asked.append(said["low_0"])
            return [SimpleNamespace(member_id=n, key=said["low_0"]) for n in range(found)]

        def value(self, sql: Any, **said: Any) -> Any:
            return 1

    found = 5
    assert len(finding.ranked(Keys(), finding.ways_of("王伟"), 5)) == 5
    assert asked == ["n:王伟"]
    asked.clear()
    found = 4
    finding.ranked(Keys(), finding.ways_of("王伟"), 5)
    assert len(asked) > 1
