import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_admin.services.rules import members
from desktop_admin.services.rules.words import RuleError

FOLD = str.maketrans({"張": "张", "國": "国"})


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("0086-13812345678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("（+86）13812345678", "13812345678"),
        ("13812345678.0", "13812345678"),
        ("'13812345678", "13812345678"),
        ("0571-88886666", "057188886666"),
        ("(010) 6666 7777", "01066667777"),
        ("+86 10 6666 7777", "01066667777"),
        ("88886666", "88886666"),
        ("400-820-8820", "4008208820"),
        ("+86 400 820 8820", "4008208820"),
        ("+44 20 7946 0958", "+442079460958"),
        ("0044 20 7946 0958", "+442079460958"),
        ("+852 9123 4567", "+85291234567"),
    ],
)
def test_phones_have_one_form(text, phone):
    assert members.normalise_phone(text) == phone
    assert members.normalise_phone(phone) == phone


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1.38E+10", "1.38123E+10", "138123456789", "1381234567", "12812345678", "123",
     "+0123456789", "+86 138 1234 567", "0000000000", "13812345678x", "1" * 30],
)  # fmt: skip
def test_what_is_no_phone_is_refused(text):
    with pytest.raises(RuleError) as refused:
        members.normalise_phone(text)
    assert str(refused.value)


def test_phones_are_shown_masked():
    assert members.mask_phone("13812345678") == "138****5678"
    assert members.mask_phone("+442079460958") == "+44******0958"
    assert members.mask_phone("8888666") == "*****66"
    assert members.mask_phone("") == ""
    assert members.last_four("13812345678") == "5678"


def test_cards():
    assert members.normalise_card(" vip-００1 234 ") == "VIP001234"
    for wrong in ("", "12", "A" * 33, "卡1234", "12_34"):
        with pytest.raises(RuleError):
            members.normalise_card(wrong)
    assert members.card_number(1) == "800000000011"
    assert members.luhn_digit("7992739871") == 3
    for number in (-1, 10**11):
        with pytest.raises(RuleError):
            members.card_number(number)


@given(st.integers(0, 10**10 - 1), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_of_a_new_card_shows(sequence, place, by):
    card = members.card_number(sequence)
    wrong = card[:place] + str((int(card[place]) + by) % 10) + card[place + 1 :]
    assert members.luhn_digit(wrong[:-1]) != int(wrong[-1])


def test_names():
    assert members.normalise_name("  张　 三 ") == "张 三"
    assert members.normalise_name("x" * 64)
    for wrong in ("", " \t", "a\x07b", "x" * 65):
        with pytest.raises(RuleError):
            members.normalise_name(wrong)
    assert members.fold_name("張·國榮", FOLD) == "张 国榮"
    assert members.fold_name("ＡＮＮＡ  O'Neil") == "anna o neil"


ZHANG = members.search_keys("张三丰", "13812345678", ["VIP001234"], "zsf", "zhangsanfeng", FOLD)
OUYANG = members.search_keys("歐陽娜娜", "+85291234567", ["800000000014"], "oynn", "ouyangnana")
ANNA = members.search_keys("Anna Smith", "13900000000")
SHAN = members.search_keys("单田芳", "13911112222", (), "stf|dtf", "shantianfang|dantianfang")
NUMBERED = members.search_keys("会员1234", "13700000000")
EVERYONE = {"zhang": ZHANG, "ouyang": OUYANG, "anna": ANNA, "shan": SHAN, "numbered": NUMBERED}


def test_the_keys_of_a_member():
    assert set(ZHANG) == {
        "p:13812345678", "4:5678", "c:vip001234", "g:张", "g:三", "g:丰", "g:张三", "g:三丰",
        "i:zsf", "y:zhangsanfeng",
    }  # fmt: skip
    assert {"y:anna", "y:smith", "y:annasmith", "i:as"} <= ANNA


def found(text: str) -> set[str]:
    alternatives = members.query_keys(text, FOLD)
    return {
        name
        for name, keys in EVERYONE.items()
        if any(all(any(match.matches(key) for key in keys) for match in alternative)
               for alternative in alternatives)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("13812345678", {"zhang"}),
        ("+86 138-1234-5678", {"zhang"}),
        ("1381234", {"zhang"}),
        ("5678", {"zhang"}),
        ("１２３４", {"numbered"} - {"numbered"}),
        ("vip001234", {"zhang"}),
        ("VIP0", {"zhang"}),
        ("vip", {"zhang"}),
        ("8000", {"ouyang"}),
        ("+85291234567", {"ouyang"}),
        ("张", {"zhang"}),
        ("張三", {"zhang"}),
        ("三丰", {"zhang"}),
        ("张三丰", {"zhang"}),
        ("张丰", set()),
        ("zs", {"zhang"}),
        ("ZSF", {"zhang"}),
        ("zhangsan", {"zhang"}),
        ("zhang san", set()),
        ("ouy", {"ouyang"}),
        ("歐陽", {"ouyang"}),
        ("anna", {"anna"}),
        ("smith", {"anna"}),
        ("anna smith", {"anna"}),
        ("smi an", {"anna"}),
        ("dtf", {"shan"}),
        ("shant", {"shan"}),
        ("张 5678", {"zhang"}),
        ("张5678", {"zhang"}),
        ("张 9999", set()),
        ("会员1234", {"numbered"}),
        ("", set()),
        ("   ", set()),
        ("%", set()),
        ("_", set()),
        ("*", set()),
    ],
)
def test_how_members_are_found(text, names):
    assert found(text) == names


@given(st.text(max_size=30))
def test_any_text_can_be_looked_up(text):
    alternatives = members.query_keys(text)
    assert len(alternatives) <= members.MOST_ALTERNATIVES
    for alternative in alternatives:
        assert alternative
        for match in alternative:
            assert match.exact or match.low < match.high


@given(st.text(st.sampled_from("张三李四王五欧阳娜anna"), min_size=1, max_size=6))
def test_a_whole_name_always_finds_its_member(name):
    keys = members.search_keys(name)
    assert any(
        all(any(match.matches(key) for key in keys) for match in alternative)
        for alternative in members.query_keys(name)
    )


def test_a_range_ends_before_its_upper_bound():
    (initials,), *_rest = members.query_keys("zs")
    assert [initials.matches(key) for key in ("i:zs", "i:zsf", "i:zt", "i:zr", "y:zs")] == [
        True, True, False, False, False,
    ]  # fmt: skip
