"""Operators' passwords: long enough, not common, and slow to guess (after NIST SP 800-63B)."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from desktop_admin.services.rules.words import N_, RuleError

SHORTEST = 8
LONGEST = 128
FREE_FAILURES = 4
LOCK_FAILURES = 10
LOCK = timedelta(minutes=15)
SITE_WORDS = frozenset({"pointsdesk", "积分台", "jifentai", "jifen", "积分", "demo", "sample"})

_COMMON = """
!qaz2wsx 00000000 000000000 0000000000 01234567 0123456789 0987654321 11111111 111111111
1111111111 11223344 1122334455 112233445566 123123123 123321123 12341234 12344321 123454321
12345678 123456789 1234567890 12345678910 123456789a 123456789q 12345678a 1234567a 123456aa
123456abc 123456qq 1234asdf 1234qwer 123698745 13145200 1314520a 147258369 159357258 159753159
159753456 19491001 19901990 1q2w3e4r 1q2w3e4r5t 1qaz!qaz 1qaz1qaz 1qaz2wsx 1qaz2wsx3edc 1qazxsw2
20002000 20202020 22222222 258369147 2wsx3edc 31415926 314159265 33333333 44444444 456789123
52013145 5201314520 5201314a 55555555 66666666 666666666 741852963 77777777 789456123 87654321
88888888 888888888 8888888888 963852741 987654321 9876543210 99999999 999999999 a1234567 a12345678
a123456789 a1b2c3d4 a1s2d3f4 aa112233 aa123456 aa12345678 aaaaaaaa abc112233 abc12345 abc123456
abc123456789 abcabc123 abcd1234 abcd12345 abcdefg1 abcdefg123 abcdefgh access14 admin123 admin1234
admin12345 admin123456 admin888 admin8888 admin@123 adminadmin administrator administrator1
alibaba1 alipay123 arsenal1 asdf1234 asdfghjk asdfghjkl barcelona baseball basketball beijing1
beijing2008 butterfly cashier1 cashier123 changeme changeme1 changeme123 charlie1 chelsea1
chocolate cocacola computer corvette counter1 counter123 default1 default123 dolphins dragon123
einstein elephant football football1 google123 guangzhou guest123 guest1234 hangzhou hello123
hello1234 helloworld huawei123 ilovechina iloveu520 iloveyou iloveyou1 iloveyou1314 iloveyou520
internet jennifer jordan23 l123456789 letmein1 letmein123 lisi1234 liverpool1 manager1 manager123
master123 member123 mercedes michael1 midnight monkey123 mypassword newpassword nihao123 nihao1234
nihaoma1 operator operator1 operator123 p@$$w0rd p@55w0rd p@ssw0rd p@ssword passw0rd password
password! password1 password12 password123 password1234 passwords passwort pokemon1 princess
princess1 q12345678 q123456789 q1w2e3r4 q1w2e3r4t5 qazwsx123 qazwsxedc qq123456 qq123456789
qwer1234 qwerty12 qwerty123 qwerty1234 qwertyui qwertyuiop root1234 root123456 rootroot s12345678
samsung1 samsung123 secret12 secret123 shanghai shanghai1 shenzhen shop1234 shop12345 shopping
starwars sunshine superman superman1 superuser supervisor taobao123 tencent1 tencent123 test1234
test12345 test123456 testtest tiantian trustno1 user1234 user12345 username w123456789 wang1234
wangwu123 wechat123 weixin123 welcome1 welcome12 welcome123 whatever woaini1314 woaini520
woaini521 woaiwojia woshishui xiaomi123 xiaoming z12345678 z123456789 zhangsan zhangsan123
zhongguo zhongguo1 zxcvbnm, zxcvbnm1 zxcvbnm123 zz123456
"""
COMMON = frozenset(_COMMON.split())


def normalise_password(text: str) -> str:
    """Return a password as it is hashed: the same however its characters were typed."""
    return unicodedata.normalize("NFKC", text)


def check_password(text: str, *, user_name: str = "", site_words: Iterable[str] = SITE_WORDS) -> None:
    """Refuse a password shorter than 8 or longer than 128 characters, or one easily guessed.

    Easily guessed: on the list of common ones, one sign or short piece repeated, a run of
    neighbours, or the operator's name or the shop's words with a few signs around them.
    """
    password = normalise_password(text)
    if len(password) < SHORTEST:
        raise RuleError(N_("A password has at least {least} characters."), least=SHORTEST)
    if len(password) > LONGEST:
        raise RuleError(N_("A password has at most {most} characters."), most=LONGEST)
    folded = password.casefold()
    if folded in COMMON or _is_pattern(folded):
        raise RuleError(N_("This password is among the first that are guessed."))
    for word in (user_name, *site_words):
        known = normalise_password(word).casefold().strip()
        if len(known) >= 2 and known in folded and len(folded.replace(known, "")) < 5:
            raise RuleError(N_("The password must not be made from a name that others know."))


def _is_pattern(text: str) -> bool:
    """Say whether a text is a repeated piece of up to three signs, or a run up or down."""
    if any(text == (text[:size] * len(text))[: len(text)] for size in (1, 2, 3)):
        return True
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})


def delay_after(failures: int) -> timedelta:
    """Return the wait after so many failures in a row.

    None up to the fourth, then 1, 2, 4, 8, 16 seconds, from the tenth a soft lock of 15 minutes.
    """
    if failures <= FREE_FAILURES:
        return timedelta(0)
    if failures >= LOCK_FAILURES:
        return LOCK
    return timedelta(seconds=1 << (failures - FREE_FAILURES - 1))


def wait_left(failures: int, last_failed_at: datetime | None, now: datetime) -> timedelta:
    """Return how long the operator must still wait before the next try; zero when free.

    A clock that was set back does not lengthen the wait beyond the delay itself.
    """
    if last_failed_at is None:
        return timedelta(0)
    delay = delay_after(failures)
    return min(delay, max(timedelta(0), last_failed_at + delay - now))
