"""The read copy of members: what is in it, how it stays fresh, and when it must go."""

from __future__ import annotations

from datetime import timedelta

import keyring
import pytest
from keyring.backends import fail

from desktop_admin.services import members, outage, points
from desktop_admin.services.database import sealed_file
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.outage import NoCopy, NoKeyring, reading
from desktop_admin.services.permissions import Permission, Role, may
from desktop_admin.services.tiers import set_manual
from tests.keyring import MemoryKeyring
from tests.services.counter import Counter
from tests.services.members_case import _no_process_left, act, ask, enrol
from tests.services.outages import Till

__all__ = ["_no_process_left", "act", "ask", "enrol"]

server_only = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
_CLOSE = Sql("UPDATE member SET closed_at = :now WHERE id = :m")
_EPOCH = Sql("UPDATE shop SET epoch = 'another' WHERE id = 1")


@pytest.fixture
def till(database, tmp_path, clock, as_role) -> Till:
    return Till(database, tmp_path / "machine", clock, as_role)


@pytest.fixture
def people(enrol) -> dict[str, int]:
    said = {"张三丰": "13800138000", "单小雨": "13911112222", "Anna O'Neil": "+85291234567"}
    return {name: enrol(name, phone).member_id for name, phone in said.items()}


@server_only
class TestFinding:
    @pytest.fixture(autouse=True)
    def copied(self, till, people, act):
        act("manager", points.adjust, member_id=people["张三丰"], points=1230, reason="service")
        assert till.refresh() == "whole"

    @pytest.mark.parametrize("text", ["13800138000", "+86 138 0013 8000", "张三", "三丰", "张三丰", "zsf", "zhangsan"])
    def test_by_phone_name_part_and_pinyin(self, till, text):
        (held,) = till.find(text)
        assert (held.name, held.balance, held.tier) == ("张三丰", 1230, "regular")

    def test_by_card(self, till, people):
        card = till.find("单小雨")[0].card_number
        assert till.names(card) == ["单小雨"]
        assert till.names("shan") == ["单小雨"]
        assert till.names("85291234567") == ["Anna O'Neil"]

    @pytest.mark.parametrize("text", ["2222", "1391111", "138001380001", "", "  ", "'; DROP TABLE member", "%", "\0"])
    def test_not_by_part_of_a_phone_nor_by_nonsense(self, till, text):
        assert till.names(text) == []
        assert till.names("张三丰") == ["张三丰"]

    def test_role_and_size(self, till):
        assert outage.members_held(till.place, till.keys) == 3
        for role in Role:  # who finds members while the server answers finds them here, and nobody else
            till.actor = till.as_role(role.value)
            if may(role, Permission.SEE_MEMBERS):
                assert till.names("张三丰") == ["张三丰"]
            else:
                with pytest.raises(Refused):
                    till.find("张三丰")


@server_only
class TestWhatIsOnTheDisk:
    def test_no_name_no_phone_no_key_in_plain(self, till, people):
        till.refresh()
        till.note(people["张三丰"], "A-100")
        raw = till.files()
        assert len(raw) > 10_000
        for text in ("张三丰", "单小雨", "O'Neil", "zhangsan", "13800138000", "91234567", "A-100", "regular"):
            for coding in ("utf-8", "utf-16-le", "gb18030"):
                assert text.encode(coding) not in raw, text
        assert b"SQLite" not in raw
        assert till.keys.files not in raw
        secret = MemoryKeyring.secrets["pointsdesk/" + till.place.shop, "outage"]
        assert secret.encode() not in raw
        assert bytes.fromhex(secret) not in raw

    def test_inside_it_is_no_more_than_allowed(self, till, people):
        """Card, hash of the phone, name, tier, balance and the keys of the name; the phone itself is nowhere."""
        till.refresh()
        with sealed_file.opened(
            till.place.members, till.keys.files, form=outage.copy.FORM, tables=""
        ) as file:
            keys = {row.key for row in file.all(Sql("SELECT key FROM search_key"))}
            columns = {row.name for row in file.all(Sql("SELECT name FROM pragma_table_info('member')"))}
            body = file.value(Sql("SELECT body FROM state"))
        assert columns == {"id", "card_number", "name", "tier", "balance"}
        assert {key[0] for key in keys} == set("cghiny")
        assert "13800138000" not in " ".join(keys) + body
        assert sum(key[0] == "h" for key in keys) == 3

    def test_the_same_phone_hashes_otherwise_under_another_key(self, till):
        other = outage.keys_of("another shop", make=True)
        assert other is not None
        assert outage.keys.hidden_phone(other, "13800138000") != outage.keys.hidden_phone(till.keys, "13800138000")

    def test_only_the_owner_may_read_the_files(self, till, people):
        till.refresh()
        assert till.place.members.stat().st_mode & 0o077 == 0
        assert till.place.inside.stat().st_mode & 0o077 == 0


@server_only
class TestStaysFresh:
    def test_what_changed_reaches_it(self, till, people, act, enrol):
        assert till.refresh() == "whole"
        act("manager", points.adjust, member_id=people["张三丰"], points=50, reason="service")
        act("manager", set_manual, member_id=people["单小雨"], tier="gold", mode="floor", reason="VIP")
        enrol("新来的", "13700001111")
        card = act("manager", members.replace_card, member_id=people["Anna O'Neil"]).card_number
        till.clock.at += timedelta(minutes=1)
        assert till.refresh() == "changes"
        assert till.find("张三丰")[0].balance == 50
        assert till.find("单小雨")[0].tier == "gold"
        assert till.names("13700001111") == ["新来的"]
        assert till.names(card) == ["Anna O'Neil"]

    @pytest.mark.parametrize("end", ["close", "erase"])
    def test_who_left_vanishes_at_the_next_contact(self, till, people, act, end):
        till.refresh()
        if end == "close":
            act("manager", members.close, member_id=people["张三丰"], reason="moved away")
        else:
            act("administrator", members.erase, member_id=people["张三丰"], name="张三丰")
        till.refresh()
        for text in ("张三丰", "13800138000", "zsf", f"#{people['张三丰']}"):
            assert till.names(text) == []
        assert till.names("单小雨") == ["单小雨"]

    def test_a_number_given_out_long_before_its_commit_is_not_missed(self, till, people, database):
        """An act takes its number, others commit after it, and only then it commits itself."""
        till.refresh()
        early = database.write(lambda work: work.new_ids("audit")[0], actor=None).result
        Counter(database, till.as_role).gift(people["单小雨"], 1)
        for _step in range(3):
            till.clock.at += timedelta(minutes=3)
            till.refresh()
        operation = database.read(lambda work: work.value(Sql("SELECT max(id) FROM operation")))
        database.write(
            lambda work: (
                work.run(_CLOSE, now=work.now_text, m=people["张三丰"]),
                work.run(
                    Sql("INSERT INTO audit (id, operation_id, action, subject, subject_id, sealed, before, after) "
                        "VALUES (:id, :o, 'close', 'member', :m, 0, '', '')"),
                    id=early, o=operation, m=people["张三丰"],
                ),
            ),
            actor=None,
        )  # fmt: skip
        till.clock.at += timedelta(minutes=1)
        assert till.refresh() == "changes"
        assert till.names("张三丰") == []

    def test_whole_again_once_a_day(self, till, people):
        till.refresh()
        till.clock.at += timedelta(hours=23)
        assert till.refresh() == "changes"
        till.clock.at += timedelta(hours=2)
        assert till.refresh() == "whole"

    def test_after_a_restore_it_is_made_anew(self, till, people, database):
        till.refresh()
        database.write(lambda work: work.run(_EPOCH), actor=None)
        assert till.refresh() == "whole"

    def test_it_can_be_stopped_and_leaves_nothing(self, till, people):
        class Stop(Exception):
            pass

        def stop() -> None:
            raise Stop

        with pytest.raises(Stop):
            outage.refresh(till.read, till.place, till.keys, stop)
        assert not list(till.place.inside.glob("*"))

    def test_a_page_more_than_one(self, till, people, monkeypatch):
        monkeypatch.setattr(reading, "PAGE", 1)
        assert till.refresh() == "whole"
        assert outage.members_held(till.place, till.keys) == 3


@server_only
class TestMustGo:
    @pytest.fixture(autouse=True)
    def copied(self, till, people):
        till.refresh()

    def test_after_n_days_without_contact(self, till):
        till.clock.at += timedelta(days=3)
        assert till.names("张三丰") == ["张三丰"]
        till.clock.at += timedelta(seconds=1)
        with pytest.raises(NoCopy, match="days: 3"):
            till.find("张三丰")
        assert not till.place.members.exists()

    def test_contact_gives_n_more_days(self, till):
        for _day in range(5):
            till.clock.at += timedelta(days=2)
            till.refresh()
        assert till.names("张三丰") == ["张三丰"]

    def test_a_clock_set_back_makes_it_no_younger(self, till):
        till.clock.at += timedelta(days=2, hours=23)
        till.find("张三丰")
        till.clock.at -= timedelta(days=2)
        till.find("张三丰")
        till.clock.at += timedelta(days=2, hours=2)
        with pytest.raises(NoCopy):
            till.find("张三丰")

    def test_as_many_days_as_the_shop_says(self, till):
        till.policy(outage_copy_days=1)
        till.refresh()
        till.clock.at += timedelta(days=1, seconds=1)
        with pytest.raises(NoCopy):
            till.find("张三丰")

    def test_nought_days_mean_no_copy(self, till):
        till.policy(outage_copy_days=0)
        assert till.refresh() == ""
        assert not till.place.members.exists()
        with pytest.raises(NoCopy):
            till.find("张三丰")

    def test_damaged(self, till, capfd):
        raw = bytearray(till.place.members.read_bytes())
        for at in range(100, len(raw), 97):
            raw[at] ^= 0x55
        till.place.members.write_bytes(raw)
        with pytest.raises(NoCopy, match="thrown away"):
            till.find("张三丰")
        assert not till.place.members.exists()
        assert till.refresh() == "whole"
        assert till.names("张三丰") == ["张三丰"]
        assert capfd.readouterr().err == ""

    def test_cut_short(self, till):
        till.place.members.write_bytes(till.place.members.read_bytes()[:5000])
        with pytest.raises(NoCopy):
            till.find("张三丰")
        assert till.refresh() == "whole"

    def test_another_format(self, till, monkeypatch):
        monkeypatch.setattr(outage.copy, "FORM", 2)
        with pytest.raises(NoCopy):
            till.find("张三丰")
        assert till.refresh() == "whole"
        monkeypatch.setattr(outage.copy, "FORM", 1)
        assert till.refresh() == "whole"

    def test_another_key(self, till):
        outage.forget_key(till.place.shop)
        other = outage.keys_of(till.place.shop, make=True)
        assert other is not None
        assert outage.state_of(till.place, other) is None

    def test_who_leaves_the_shop_takes_nothing_along(self, till):
        outage.figures.keep(till.place, till.keys, "month", {"n": 1}, till.clock.at)
        outage.leave(till.place)
        assert not list(till.place.inside.glob("*"))
        assert outage.keys_of(till.place.shop) is None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_shop_in_a_file_has_no_copy(till, people):
    assert till.refresh() == ""
    assert not till.place.members.exists()


class TestNoKeyring:
    @pytest.fixture(autouse=True)
    def back(self):
        ring = keyring.get_keyring()
        yield
        keyring.set_keyring(ring)

    def test_a_machine_without_one_keeps_nothing(self):
        keyring.set_keyring(fail.Keyring())
        with pytest.raises(NoKeyring, match="no keyring"):
            outage.keys_of("some shop", make=True)

    def test_a_locked_one_never_makes_a_second_key(self):
        from keyring.errors import KeyringLocked

        first = outage.keys_of("some shop", make=True)

        class Locked(MemoryKeyring):
            def get_password(self, service: str, username: str) -> str | None:
                raise KeyringLocked("ask again later")

        keyring.set_keyring(Locked())
        with pytest.raises(NoKeyring, match="KeyringLocked"):
            outage.keys_of("some shop", make=True)
        keyring.set_keyring(MemoryKeyring())
        assert outage.keys_of("some shop", make=True) == first

    def test_the_key_lies_where_it_always_lay(self):
        MemoryKeyring.secrets["pointsdesk/some shop", "outage"] = "ab" * 32
        kept = outage.keys_of("some shop")
        assert kept is not None
        assert outage.keys_of("some shop", make=True) == kept
        outage.forget_key("some shop")
        assert MemoryKeyring.secrets == {}

    @pytest.mark.parametrize("secret", ["", "zz", "ab" * 31, "ab" * 33])
    def test_a_key_that_is_none(self, secret):
        MemoryKeyring.secrets["pointsdesk/some shop", "outage"] = secret
        with pytest.raises(Trouble):
            outage.keys_of("some shop")
