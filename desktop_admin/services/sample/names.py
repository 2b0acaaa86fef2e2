"""People of the sample shop: names as they are found in China, Taiwan and abroad, phones, birthdays, addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random


def _words(text: str, between: str = " ") -> list[str]:
    return text.split(between)


# the commonest surnames, by how many bear them (per ten thousand)
_SURNAMES = dict(
    zip(
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
        "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤",
        [725, 719, 683, 541, 453, 313, 223, 203, 201, 194, 166, 154, 126, 125, 122, 118, 117, 113, 100, 90]
        + [70] * 30 + [45] * 30 + [25] * 60,
        strict=False,
    )
)  # fmt: skip
_RARE = ("单", "仇", "解", "查", "区", "翟", "覃", "尉迟", "欧阳", "司马", "上官", "诸葛", "东方", "慕容")
_FEMALE_ONE = "敏静丽娟艳芳霞婷雪玲丹颖倩洁琳燕蕾莹悦璐瑶妍婕岚薇欣"
_MALE_ONE = "伟勇强磊军杰涛超鹏辉波斌浩刚健宇飞峰凯亮龙鑫帆锋博毅昊"
_FEMALE_TWO = _words(
    "秀英 桂英 玉兰 婷婷 丽娟 雪梅 晓燕 佳怡 思琪 梦瑶 雨桐 欣怡 诗涵 可馨 梓涵 子涵 若曦 语嫣 静怡 雅婷 "
    "晓彤 海燕 淑华 美玲 "
    "春梅 红霞 佩瑶 紫萱 依依 安琪 慧敏 嘉欣 芷若 舒雅 文静 玉洁 一诺 乐怡 茜茜 昕悦"
)
_MALE_TWO = _words(
    "建国 建华 志强 志明 俊杰 浩然 子轩 宇轩 梓豪 文博 天宇 晓东 海涛 国强 家豪 明轩 泽宇 思远 嘉伟 永刚 "
    "少华 振华 云飞 子墨 "
    "一鸣 博文 鹏飞 立新 学军 伟杰 晨曦 东升 长江 正阳 君昊 承宇 卫东 德华 世杰 重阳"
)
_TRADITIONAL = _words(
    "陳怡君 林志豪 黃淑芬 張家豪 李雅婷 王俊傑 吳佩珊 劉冠廷 蔡宜蓁 楊宗翰 許雅筑 鄭凱文 謝欣妤 郭彥廷 "
    "洪詩涵 曾柏翰 邱思穎 "
    "廖偉誠 賴怡婷 徐浩軒 周曉雯 葉子維 蘇郁婷 莊家銘 江雅琪 呂承恩 何詠詩 羅靜雯 馬嘉慧 鄧偉樂 關詠琳 "
    "歐陽麗珍"
)
_LATIN = _words(
    "Emily Chen|James O'Connor|Maria García|Lucas Müller|Sophie Martin|Ahmed Hassan|Olga Petrova|Daniel "
    "Kim|Yuki Tanaka|"
    "Anna Kowalska|Tom Williams|Nguyễn Thị Hương|Priya Sharma|Erik Johansson|Fatima Al-Sayed|John "
    "Smith|Grace Liu|"
    "Pierre Dubois|Hannah Schmidt|Aisyah binti Rahman|Kevin Zhang|Björk Jónsdóttir|Li Na Wilson|Marco "
    "Rossi"
    , "|",
)
_PREFIXES = _words(
    "130 131 132 133 135 136 137 138 139 150 151 152 155 156 157 158 159 176 177 178 180 181 182 183 185 "
    "186 187 188 189 "
    "191 198 199"
)
_STREETS = _words(
    "人民路 中山东路 解放大道 学府路 滨江大道 文化巷 建设三路 梧桐街 湖滨南路 和平里 长安东街 青年路 "
    "桃园街 锦绣路"
)
_ESTATES = _words(
    "阳光花园 翠湖天地 金色家园 书香门第 滨江一号 梧桐里 万科城 华润悦府 绿地新都会 紫荆苑 春江花月 桂语江南"
)
_REMARKS = (
    "对花生过敏", "喜欢美式咖啡，少糖", "周末下午常来", "带孩子的妈妈，喜欢绘本", "希望短信通知，不要电话",
    "公司团购联系人",
    "老顾客，开业就来", "偏好无香型洗护", "行动不便，请帮忙提到门口", "需要开发票", "经常代同事取货", "Prefers English",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One made-up person."""

    name: str
    sex: str
    phone: str
    birthday: date | None
    email: str
    address: str
    remark: str


class People:
    """Draws people from a seed; no phone twice."""

    def __init__(self, rng: Random, today: date) -> None:
        self._rng, self._today = rng, today
        self._phones: set[str] = set()

    def draw(self) -> Person:
        """The next person."""
        rng = self._rng
        kind = rng.random()
        if kind < 0.02:
            name, sex = rng.choice(_LATIN), ""
        elif kind < 0.06:
            name, sex = rng.choice(_TRADITIONAL), ""
        else:
            name, sex = self._chinese()
        birthday = self._birthday() if rng.random() < 0.82 else None
        phone = self.phone() if rng.random() < 0.97 else ""
        email = f"{phone[3:]}@mail.example" if phone and rng.random() < 0.12 else ""
        address = self._address() if rng.random() < 0.45 else ""
        remark = rng.choice(_REMARKS) if rng.random() < 0.05 else ""
        return Person(name, sex if rng.random() < 0.9 else "", phone, birthday, email, address, remark)

    def phone(self) -> str:
        """A mobile number nobody here has."""
        while True:
            number = f"{self._rng.choice(_PREFIXES)}{self._rng.randrange(10**8):08d}"
            if number not in self._phones:
                self._phones.add(number)
                return number

    def _chinese(self) -> tuple[str, str]:
        rng = self._rng
        female = rng.random() < 0.62
        if rng.random() < 0.03:
            surname = rng.choice(_RARE)
        else:
            surname = rng.choices(list(_SURNAMES), list(_SURNAMES.values()))[0]
        if rng.random() < 0.3:
            given = rng.choice(_FEMALE_ONE if female else _MALE_ONE)
        else:
            given = rng.choice(_FEMALE_TWO if female else _MALE_TWO)
        return surname + given, "female" if female else "male"

    def _birthday(self) -> date:
        rng = self._rng
        if rng.random() < 0.004:
            return date(rng.choice((1980, 1984, 1988, 1992, 1996, 2000)), 2, 29)
        years = min(82, max(18, int(rng.gauss(37, 12))))
        return self._today - timedelta(days=years * 365 + rng.randrange(365))

    def _address(self) -> str:
        rng = self._rng
        street, estate = rng.choice(_STREETS), rng.choice(_ESTATES)
        room = f"{rng.randrange(1, 33)}0{rng.randrange(1, 5)}"
        return f"{street}{rng.randrange(1, 400)}号{estate}{rng.randrange(1, 30)}幢{room}室"
