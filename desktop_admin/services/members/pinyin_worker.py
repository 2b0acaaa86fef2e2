"""The pinyin process: reads lists of names as JSON lines, answers their readings.

pypinyin holds the interpreter for a quarter of a second while it loads, so it lives in a process
of its own. A frozen build starts itself with FLAG as its first argument.
"""

from __future__ import annotations

import json
import sys
from itertools import islice, product

FLAG = "--pinyin"
MOST_READINGS = 6

# Surnames whose reading is not the commonest one of the character; the first is the usual one.
SURNAMES = {
    "单": "shan", "單": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren",
    "华": "hua", "華": "hua", "朴": "piao|pu", "区": "ou", "區": "ou", "盖": "ge|gai",
    "蓋": "ge|gai", "宿": "su", "冼": "xian", "洗": "xian", "员": "yun", "員": "yun", "晁": "chao",
    "逄": "pang", "缪": "miao", "繆": "miao", "秘": "bi", "黑": "he|hei", "折": "she", "乜": "nie",
    "种": "chong", "召": "shao", "繁": "po", "覃": "qin|tan", "曲": "qu", "纪": "ji", "紀": "ji",
    "尉": "wei", "宓": "mi|fu", "翟": "zhai|di", "乐": "yue|le", "樂": "yue|le", "盛": "sheng",
    "句": "gou", "佴": "nai", "撒": "sa", "祭": "zhai", "阚": "kan", "闞": "kan", "哈": "ha",
    "隗": "wei|kui", "郇": "xun|huan", "訾": "zi", "谌": "chen|shen", "諶": "chen|shen",
    "相": "xiang", "都": "du", "於": "yu", "应": "ying", "應": "ying", "宁": "ning", "甯": "ning",
    "占": "zhan", "卜": "bu", "干": "gan", "强": "qiang", "那": "na", "能": "nai", "么": "yao",
    "藏": "zang", "仝": "tong", "牟": "mou|mu", "葛": "ge", "贾": "jia", "賈": "jia", "车": "che",
    "車": "che", "石": "shi", "沈": "shen", "俞": "yu", "柏": "bai|bo", "燕": "yan", "适": "kuo",
    "褚": "chu", "殷": "yin", "洪": "hong", "舍": "she", "重": "chong", "行": "xing", "长": "zhang",
    "長": "zhang", "朝": "chao", "薄": "bo", "暴": "bao", "逯": "lu", "庹": "tuo", "呙": "guo",
    "叶": "ye", "葉": "ye", "过": "guo", "過": "guo", "合": "he", "令": "ling", "吕": "lü",
    "呂": "lü", "闾": "lü", "隽": "juan", "俱": "ju", "冯": "feng", "馮": "feng", "郗": "xi|chi",
}  # fmt: skip
COMPOUND = {
    "尉迟": "yu chi", "尉遲": "yu chi", "万俟": "mo qi", "萬俟": "mo qi", "长孙": "zhang sun",
    "長孫": "zhang sun", "澹台": "tan tai", "澹臺": "tan tai", "令狐": "ling hu", "欧阳": "ou yang",
    "歐陽": "ou yang", "司马": "si ma", "司馬": "si ma", "上官": "shang guan", "诸葛": "zhu ge",
    "諸葛": "zhu ge", "夏侯": "xia hou", "皇甫": "huang fu", "公孙": "gong sun", "公孫": "gong sun",
    "慕容": "mu rong", "宇文": "yu wen", "司徒": "si tu", "司空": "si kong", "东方": "dong fang",
    "東方": "dong fang", "独孤": "du gu", "獨孤": "du gu", "南宫": "nan gong", "南宮": "nan gong",
    "单于": "chan yu", "單于": "chan yu", "拓跋": "tuo ba", "呼延": "hu yan", "钟离": "zhong li",
    "鍾離": "zhong li", "申屠": "shen tu", "端木": "duan mu", "轩辕": "xuan yuan",
    "軒轅": "xuan yuan", "赫连": "he lian", "赫連": "he lian", "濮阳": "pu yang",
    "濮陽": "pu yang", "淳于": "chun yu", "太史": "tai shi", "闻人": "wen ren", "聞人": "wen ren",
    "鲜于": "xian yu", "鮮于": "xian yu", "宗政": "zong zheng", "公冶": "gong ye", "百里": "bai li",
}  # fmt: skip
# Characters of given names that people read in more than one way.
GIVEN = {
    "乐": "le|yue", "樂": "le|yue", "茜": "qian|xi", "娜": "na|nuo", "晟": "sheng|cheng",
    "长": "chang|zhang", "長": "chang|zhang", "行": "xing|hang", "重": "zhong|chong",
    "朝": "chao|zhao", "曾": "zeng|ceng", "盛": "sheng|cheng", "柏": "bai|bo", "卓": "zhuo",
    "贝": "bei", "俊": "jun", "颉": "jie|xie", "筠": "yun|jun", "琛": "chen", "倩": "qian",
}  # fmt: skip


def readings(name: str) -> tuple[str, str, str]:
    """The initials, the full pinyin (both with | between readings) and the collation key."""
    syllables = _syllables(name)
    if not any(_is_han(character) for character in name):
        return "", "", ""
    choices = [part.split("|") for part in syllables if part]
    spoken = [list(dict.fromkeys(form for reading in part for form in _typed(reading))) for part in choices]
    full, initials = [], []
    for way in islice(product(*spoken), MOST_READINGS):
        full.append("".join(way))
        initials.append("".join(syllable[0] for syllable in way))
    key = " ".join(part.split("|")[0].replace("ü", "v") for part in syllables if part)
    return "|".join(dict.fromkeys(initials)), "|".join(dict.fromkeys(full)), key


def _typed(reading: str) -> tuple[str, ...]:
    """How a syllable is typed: lü as lv and as lu."""
    return (reading.replace("ü", "v"), reading.replace("ü", "u"))


def _syllables(name: str) -> list[str]:
    compact = "".join(character for character in name if not character.isspace())
    for surname, spoken in COMPOUND.items():
        if compact.startswith(surname) and len(compact) > len(surname):
            return [*spoken.split(), *_given(compact[len(surname) :])]
    if len(compact) > 1 and compact[0] in SURNAMES:
        return [SURNAMES[compact[0]], *_given(compact[1:])]
    return _given(compact)


def _given(text: str) -> list[str]:
    from pypinyin import Style, lazy_pinyin

    spoken = lazy_pinyin(text, style=Style.NORMAL, v_to_u=True, errors="ignore")
    if len(spoken) != len(text):  # a piece without pinyin was left out: each character for itself
        spoken = ["".join(lazy_pinyin(c, style=Style.NORMAL, v_to_u=True)) for c in text]
    return [GIVEN.get(character) or _letters(reading) for character, reading in zip(text, spoken, strict=False)]


def _letters(reading: str) -> str:
    """A reading or Latin text in small letters; what is neither has no sound."""
    folded = reading.casefold()
    return folded if folded and all(c in "abcdefghijklmnopqrstuvwxyzü" for c in folded) else ""


def _is_han(character: str) -> bool:
    code = ord(character)
    return 0x3400 <= code <= 0x9FFF or 0x20000 <= code <= 0x323AF or code == 0x3007


def main() -> int:
    """Answer each line, a list of names, with a line: a list of readings."""
    import pypinyin  # noqa: F401 - loaded before the first question

    source, out = sys.stdin, sys.stdout
    out.write('"ready"\n')
    out.flush()
    for line in source:
        out.write(json.dumps([readings(name) for name in json.loads(line)]) + "\n")
        out.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
