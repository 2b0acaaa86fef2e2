"""Members: editing, freezing, closing, erasing, cards and consent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from desktop_admin.services import members, policies, sealing
from desktop_admin.services.codec import Secret
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import ChangedMeanwhile, Refused
from tests.services.members_case import _no_process_left, act, ask, enrol, move

__all__ = ["_no_process_left", "act", "ask", "enrol"]


@pytest.fixture
def zhang(enrol):
    return enrol("张三", "13800138000", remark="喜欢茶").member_id


class TestEdit:
    def test_what_was_written_is_found(self, zhang, act, ask):
        done = act("counter", members.edit, member_id=zhang, version=1, name="单雄信", birthday=date(1990, 2, 28))
        assert done.version == 2
        assert [f.name for f in ask("manager", members.find, text="sxx")] == ["单雄信"]
        assert ask("manager", members.find, text="zs") == ()
        now = ask("manager", members.profile, member_id=zhang)
        assert (now.name, now.phone, now.birthday, now.remark) == ("单雄信", "13800138000", date(1990, 2, 28), "")

    def test_the_counter_sees_a_masked_phone_and_keeps_the_whole(self, zhang, act, ask):
        seen = ask("counter", members.profile, member_id=zhang)
        assert (seen.phone, seen.phone_hidden) == ("138****8000", True)
        act("counter", members.edit, member_id=zhang, version=1, name="张三", phone=None)
        assert ask("manager", members.profile, member_id=zhang).phone == "13800138000"

    def test_changed_while_editing_shows_both(self, zhang, act, ask):
        act("manager", members.edit, member_id=zhang, version=1, name="张三", remark="喜欢咖啡", phone="13900139000")
        with pytest.raises(ChangedMeanwhile) as asked:
            act("counter", members.edit, member_id=zhang, version=1, name="张四", remark="喜欢茶")
        assert asked.value.who == "The manager"
        assert asked.value.before["remark"] == "喜欢茶"
        assert asked.value.after["remark"] == "喜欢咖啡"
        assert asked.value.before["phone"] == "138****8000"
        assert asked.value.after["phone"] == "139****9000"
        assert asked.value.version == 2
        done = act("counter", members.edit, member_id=zhang, version=2, name="张四", remark="喜欢茶")
        assert done.version == 3

    def test_another_members_phone(self, zhang, enrol, act):
        other = enrol("李四", "13900139000").member_id
        with pytest.raises(Refused) as refused:
            act("manager", members.edit, member_id=other, version=1, name="李四", phone="13800138000")
        assert refused.value.facts["member_id"] == zhang

    def test_nothing_changed_is_nothing_written(self, zhang, act):
        said = {"name": "张三", "remark": "喜欢茶"}
        assert act("counter", members.edit, member_id=zhang, version=1, **said).version == 1

    def test_freezing_separately(self, zhang, act, ask):
        act("manager", members.freeze, member_id=zhang, which="spending", reason="投诉中")
        seen = ask("manager", members.card, member_id=zhang)
        assert (seen.spend_frozen, seen.earn_frozen) == ("投诉中", "")
        act("manager", members.unfreeze, member_id=zhang, which="spending")
        assert ask("manager", members.card, member_id=zhang).spend_frozen == ""
        with pytest.raises(Refused):
            act("manager", members.freeze, member_id=zhang, which="earning", reason=" ")
        with pytest.raises(Refused):
            act("counter", members.freeze, member_id=zhang, which="earning", reason="x")

    def test_nobody_acts_on_the_own_account(self, zhang, act, database, as_role):
        link = Sql("UPDATE operator SET member_id = :m WHERE id = :o")
        database.write(lambda w: w.run(link, m=zhang, o=as_role("manager").operator_id), actor=None)
        with pytest.raises(Refused):
            act("manager", members.unfreeze, member_id=zhang, which="earning")
        with pytest.raises(Refused):
            act("manager", members.set_pin, member_id=zhang, pin=Secret("284917"))


class TestClose:
    def test_points_left_are_asked_about(self, zhang, act, ask):
        act("manager", move, member_id=zhang, steps=[["credit", 50, "2026-01-01", "9999-12-31", "2026-01-01"]])
        with pytest.raises(Refused) as refused:
            act("manager", members.close, member_id=zhang, reason="搬家")
        assert refused.value.field == "force"
        act("manager", members.close, member_id=zhang, reason="搬家", force=True)
        assert ask("manager", members.card, member_id=zhang).closed_on is not None
        assert ask("manager", members.find, text="张三")[0].closed
        with pytest.raises(Refused):
            act("manager", members.edit, member_id=zhang, version=1, name="李四")

    def test_a_closed_members_phone_is_free_and_then_not_to_be_had_again(self, zhang, enrol, act):
        act("manager", members.close, member_id=zhang, reason="搬家")
        other = enrol("李四", "13800138000").member_id
        with pytest.raises(Refused) as refused:
            act("manager", members.reopen, member_id=zhang)
        assert refused.value.facts["member_id"] == other

    def test_reopened(self, zhang, act, ask):
        act("manager", members.close, member_id=zhang, reason="搬家")
        act("manager", members.reopen, member_id=zhang)
        assert not ask("manager", members.find, text="张三")[0].closed

    def test_erased(self, zhang, act, ask, database):
        sealed = database.write(lambda w: sealing.seal(w, zhang, "喜欢茶"), actor=None).result
        with pytest.raises(Refused):
            act("manager", members.erase, member_id=zhang, name="李四")
        act("manager", members.erase, member_id=zhang, name="张三")
        assert database.read(lambda w: sealing.unseal(w, zhang, sealed)) is None
        assert ask("manager", members.find, text="张三") == ()
        assert ask("manager", members.find, text="13800138000") == ()
        seen = ask("manager", members.card, member_id=zhang)
        assert (seen.name, seen.phone, seen.remark) == (f"#{zhang}", "", "")
        assert ask("manager", members.history, member_id=zhang).events
        with pytest.raises(Refused):
            act("manager", members.reopen, member_id=zhang)


class TestCards:
    def test_a_lost_card_is_refused_by_name(self, zhang, act, ask):
        old = ask("counter", members.card, member_id=zhang).card_number
        new = act("counter", members.replace_card, member_id=zhang)
        assert ask("counter", members.by_card, card_number=new.card_number).member_id == zhang
        with pytest.raises(members.CardEnded) as ended:
            ask("counter", members.by_card, card_number=old)
        assert ended.value.member_id == zhang
        assert "reported lost on" in ended.value.text()
        (found,) = ask("counter", members.find, text=old)
        assert (found.id, found.card_ended) == (zhang, ended.value.day)
        assert ask("counter", members.find, text=new.card_number)[0].card_ended is None

    def test_a_number_is_given_once(self, zhang, act, ask):
        old = ask("counter", members.card, member_id=zhang).card_number
        act("counter", members.replace_card, member_id=zhang, why="replaced", card_number="VIP 0001")
        with pytest.raises(Refused) as refused:
            act("counter", members.replace_card, member_id=zhang, card_number=old)
        assert refused.value.field == "card_number"
        with pytest.raises(Refused):
            ask("counter", members.by_card, card_number="NOBODYS1")


class TestConsent:
    @pytest.fixture
    def wants(self, act):
        def run(kind: str, least: int = 0):
            act("administrator", policies.change, values={"spend_consent": kind, "spend_consent_from": least})

        return run

    @pytest.fixture
    def agree(self, database, as_role):
        def run(member_id: int, points: int = 10, **said: str):
            database.write(
                lambda w: members.check_consent(w, member_id=member_id, points=points, **said), actor=as_role("counter")
            )

        return run

    def test_none_asked(self, zhang, agree, wants):
        agree(zhang)
        wants("pin", 100)
        agree(zhang, 99)
        with pytest.raises(Refused):
            agree(zhang, 100)

    def test_a_pin(self, zhang, act, agree, wants, database):
        wants("pin")
        with pytest.raises(Refused) as refused:
            agree(zhang, pin="284917")
        assert refused.value.facts["no_pin"]
        for bad in ("12345", "123456", "111111", "abcdef", "1234567"):
            with pytest.raises(Refused):
                act("counter", members.set_pin, member_id=zhang, pin=Secret(bad))
        act("counter", members.set_pin, member_id=zhang, pin=Secret("284917"))
        agree(zhang, pin="284917")
        agree(zhang, consent="284917")

    def test_wrong_pins_count_although_all_is_rolled_back(self, zhang, act, agree, wants, clock):
        wants("pin")
        act("counter", members.set_pin, member_id=zhang, pin=Secret("284917"))
        for left in (4, 3, 2, 1, 0):
            with pytest.raises(Refused) as refused:
                agree(zhang, pin="000001")
            assert refused.value.facts["left"] == left
        with pytest.raises(Refused) as refused:
            agree(zhang, pin="284917")
        assert refused.value.facts["minutes"] == 15
        clock.at += timedelta(minutes=16)
        agree(zhang, pin="284917")
        with pytest.raises(Refused) as refused:
            agree(zhang, pin="000001")
        assert refused.value.facts["left"] == 4

    def test_a_code_works_once_and_not_for_long(self, zhang, act, ask, agree, wants, clock):
        wants("code")
        made = act("counter", members.make_code, member_id=zhang)
        code = ask("counter", members.read_code, member_id=zhang, sealed=made.sealed)
        agree(zhang, code=code)
        with pytest.raises(Refused):
            agree(zhang, code=code)
        made = act("counter", members.make_code, member_id=zhang)
        code = ask("counter", members.read_code, member_id=zhang, sealed=made.sealed)
        clock.at += timedelta(minutes=11)
        with pytest.raises(Refused):
            agree(zhang, code=code)

    def test_a_code_is_not_guessed(self, zhang, act, ask, agree, wants):
        wants("code")
        made = act("counter", members.make_code, member_id=zhang)
        code = ask("counter", members.read_code, member_id=zhang, sealed=made.sealed)
        wrong = f"{(int(code) + 1) % 10**6:06d}"
        for _try in range(5):
            with pytest.raises(Refused):
                agree(zhang, code=wrong)
        with pytest.raises(Refused):
            agree(zhang, code=code)

    def test_the_pin_leaves_no_trace(self, zhang, act, database):
        act("counter", members.set_pin, member_id=zhang, pin=Secret("284917"))
        kept = database.read(
            lambda w: (
                [tuple(r) for r in w.all(Sql("SELECT pin_hash FROM member"))]
                + [tuple(r) for r in w.all(Sql("SELECT body FROM receipt"))]
            )
        )
        assert "284917" not in str(kept)
