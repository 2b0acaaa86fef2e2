"""The catalog of the sample shop: categories, items and their offers, as data."""

from __future__ import annotations

from dataclasses import dataclass

CATEGORIES = (
    "居家生活", "厨房餐具", "数码小电", "美食饮品", "美妆个护", "母婴亲子", "文具图书", "户外出行", "卡券",
    "到店服务",
)  # fmt: skip


@dataclass(frozen=True)
class Good:
    """One item: ``points`` alone, or ``less`` points and ``cash`` (yuan) as well; ``cost`` and ``price`` in yuan.

    ``rank``: the lowest tier that may take it. ``motif`` names its picture.
    """

    name: str
    category: int
    motif: str
    points: int
    cost: int
    price: int
    less: int = 0
    cash: int = 0
    kind: str = "goods"
    rank: int = 0
    limit: int = 0
    note: str = ""


GOODS = (
    Good("香薰蜡烛·雪松", 0, "candle", 680, 22, 68),
    Good("棉麻抱枕", 0, "cushion", 520, 18, 49),
    Good("竹纤维浴巾", 0, "towel", 880, 30, 89, 480, 19),
    Good("桌面小绿植", 0, "plant", 360, 9, 29),
    Good("静音挂钟", 0, "clock", 1280, 45, 129, 680, 39),
    Good("四件套床品（1.8 米）", 0, "cushion", 5600, 210, 599, 2800, 149, rank=1),
    Good("手冲咖啡壶", 1, "kettle", 1680, 62, 169, 880, 49),
    Good("骨瓷马克杯", 1, "mug", 420, 14, 45),
    Good("日式汤碗两只装", 1, "bowl", 560, 20, 59),
    Good("保温杯 500 ml", 1, "bottle", 1180, 42, 119, 580, 39),
    Good("不粘煎锅 26 cm", 1, "pan", 1980, 75, 199, 980, 69),
    Good("厨房刀具三件套", 1, "knife", 2680, 96, 269),
    Good("蓝牙音箱", 2, "speaker", 3280, 120, 329, 1680, 99),
    Good("真无线耳机", 2, "headphones", 4980, 180, 499, 2480, 149, rank=1),
    Good("运动手环（新款）", 2, "watch", 2980, 105, 299, 1480, 89, limit=1),
    Good("护眼台灯", 2, "lamp", 2280, 82, 229, 1180, 69),
    Good("充电宝 10000 mAh", 2, "battery", 1480, 52, 149),
    Good("桌面加湿器", 2, "humidifier", 1280, 46, 129),
    Good("空气炸锅", 2, "pot", 5980, 220, 599, 2980, 199, rank=2),
    Good("明前龙井礼盒", 3, "tea", 2880, 110, 288, 1380, 88),
    Good("每日坚果 30 包", 3, "nuts", 1380, 55, 139),
    Good("精品咖啡豆 250 g", 3, "beans", 780, 28, 79),
    Good("手工曲奇礼盒", 3, "cookie", 680, 24, 69),
    Good("野生蜂蜜", 3, "honey", 980, 36, 98, 480, 28),
    Good("五常大米 5 kg", 3, "rice", 780, 34, 79),
    Good("保湿面霜", 4, "cream", 1880, 60, 189, 980, 59),
    Good("护手霜三支装", 4, "tube", 580, 18, 59),
    Good("氨基酸洗发水", 4, "pump", 780, 26, 79),
    Good("电动牙刷", 4, "brush", 2480, 88, 249, 1280, 69),
    Good("香氛沐浴露", 4, "pump", 480, 16, 49),
    Good("儿童积木 120 粒", 5, "blocks", 1280, 48, 129),
    Good("婴儿口水巾五条装", 5, "towel", 380, 12, 39),
    Good("绘本《小熊的星星》", 5, "book", 360, 13, 36),
    Good("毛绒小熊", 5, "bear", 880, 30, 89),
    Good("钢笔礼盒", 6, "pen", 1180, 40, 119),
    Good("手帐套装", 6, "notebook", 580, 19, 59),
    Good("24 色水彩笔", 6, "pen", 420, 15, 42),
    Good("畅销书盲盒", 6, "book", 460, 17, 48),
    Good("晴雨伞", 7, "umbrella", 780, 25, 79),
    Good("旅行收纳包", 7, "bag", 880, 29, 89),
    Good("户外折叠椅", 7, "chair", 1580, 58, 159, 780, 49),
    Good("20 寸登机箱", 7, "suitcase", 6800, 260, 699, 3600, 199, rank=2),
    Good("30 元代金券", 8, "voucher", 3000, 30, 30, kind="voucher", limit=4),
    Good("50 元代金券", 8, "voucher", 4800, 50, 50, kind="voucher", limit=4),
    Good("电影票一张", 8, "ticket", 3600, 32, 45, 1800, 15, kind="voucher"),
    Good("咖啡兑换券", 8, "voucher", 1500, 12, 22, kind="voucher"),
    Good("免费礼品包装", 9, "gift", 200, 3, 10, kind="service"),
    Good("皮具护理", 9, "gift", 1200, 20, 60, kind="service"),
    Good("手冲咖啡体验课", 9, "kettle", 2200, 45, 128, 1100, 59, kind="service", rank=1),
    Good("肩颈放松 30 分钟", 9, "gift", 2600, 50, 98, kind="service", rank=1),
    Good("中秋月饼礼盒（往季）", 3, "cookie", 1680, 60, 168, note="past"),
    Good("限量帆布袋", 7, "bag", 680, 15, 59, note="hidden"),
    Good("新年福袋", 0, "gift", 1888, 80, 199, limit=1, note="future"),
)

# what people buy: description and price range in yuan
SOLD = (
    ("拿铁咖啡", 22, 32), ("手工面包", 12, 38), ("鲜榨果汁", 18, 28), ("洗衣液 3 kg", 39, 69), ("抽纸一提", 19, 39),
    ("进口牛奶", 45, 79), ("女士围巾", 89, 259), ("男士衬衫", 129, 399), ("儿童外套", 159, 459), ("床品套件", 299, 899),
    ("电饭煲", 259, 899), ("吹风机", 129, 599), ("口红", 99, 329), ("精华液", 199, 799), ("茶具套装", 129, 599),
    ("坚果礼盒", 68, 198), ("白酒", 199, 899), ("水果礼篮", 88, 268), ("图书", 25, 88), ("玩具", 49, 299),
)  # fmt: skip
