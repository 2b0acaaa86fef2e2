"""What can be imported, declared as data: fields, their readers, their titles, their limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from desktop_admin.i18n import N_
from desktop_admin.services.spreadsheets import values
from desktop_admin.services.spreadsheets.cells import MIB, Cell, Limits

Reader: TypeAlias = Callable[[Cell], object]


@dataclass(frozen=True)
class Field:
    """One thing a row can say; `title` and `note` are marked for translation.

    `synonyms` are titles under which other programs write it; `choices` maps what may be written
    to what it stands for; `shape` says how a template formats the column.
    """

    name: str
    title: str
    read: Reader
    required: bool = False
    synonyms: tuple[str, ...] = ()
    example: str = ""
    note: str = ""
    shape: str = "text"  # text, code, whole, money, date, moment, choice
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ImportKind:
    """One kind of import; at least one field of each `needs_one_of` must be mapped."""

    name: str
    title: str
    fields: tuple[Field, ...]
    limits: Limits = field(default_factory=Limits)
    needs_one_of: tuple[tuple[str, ...], ...] = ()

    def field(self, name: str) -> Field:
        """Find a field by name."""
        return next(f for f in self.fields if f.name == name)


def _choices(*pairs: tuple[str, str]) -> dict[str, str]:
    return {word.casefold(): value for word, value in pairs}


_SEX = (
    ("女", "female"), ("男", "male"), ("female", "female"), ("male", "male"),
    ("f", "female"), ("m", "male"), ("女士", "female"), ("先生", "male"),
)  # fmt: skip
_ITEM_KIND = (
    ("实物", "goods"), ("券", "voucher"), ("服务", "service"), ("抽奖", "draw"),
    ("實物", "goods"), ("服務", "service"), ("抽獎", "draw"), ("商品", "goods"),
    ("goods", "goods"), ("voucher", "voucher"), ("service", "service"), ("draw", "draw"),
)  # fmt: skip

_PHONE = Field(
    "phone", N_("Phone"), values.phone, shape="code", example="13812345678",
    note=N_("As text, all digits; 1.38E+10 is refused."),
    synonyms=(
        "手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "会员手机", "会员手机号",
        "手機", "手機號", "手機號碼", "電話", "聯絡電話", "mobile", "mobile phone", "phone number",
        "telephone", "tel", "cell",
    ),
)  # fmt: skip
_CARD = Field(
    "card", N_("Card number"), partial(values.code, most=32), shape="code", example="800000012345",
    synonyms=(
        "卡号", "会员卡", "会员卡号", "会员号", "卡號", "會員卡號", "會員號", "card", "card no",
        "membership number", "member no", "member number",
    ),
)  # fmt: skip
_BRANCH = Field(
    "branch", N_("Branch"), partial(values.text, most=64),
    synonyms=("门店", "店铺", "分店", "门店编号", "門市", "門店", "store", "shop", "store code"),
)  # fmt: skip

PURCHASES = ImportKind(
    "purchases",
    N_("Purchases"),
    limits=Limits(
        workbook_bytes=64 * MIB, unpacked_bytes=512 * MIB, rows=5_000_000, seconds=120
    ),
    needs_one_of=(("amount", "unit_price"),),
    fields=(
        Field(
            "number", N_("Receipt number"), partial(values.code, most=64), required=True,
            shape="code", example="R20260315-0001",
            note=N_("Lines with the same number are one purchase."),
            synonyms=(
                "订单编号", "订单号", "单号", "小票号", "流水号", "交易号", "发票号", "訂單編號",
                "訂單號", "單號", "invoice", "invoiceno", "invoice no", "invoice number",
                "order no", "order number", "order id", "receipt", "receipt no", "number",
            ),
        ),
        Field(
            "bought_at", N_("Time of purchase"), values.moment, required=True, shape="moment",
            example="2026-03-15 14:30",
            synonyms=(
                "消费时间", "消费日期", "订单创建时间", "下单时间", "交易时间", "交易日期", "日期",
                "时间", "消費時間", "消費日期", "交易時間", "時間", "invoicedate", "invoice date",
                "order date", "order time", "purchase date", "date", "time", "datetime",
            ),
        ),
        Field(
            "member", N_("Member"), partial(values.code, most=64, number=True), shape="code",
            example="13812345678",
            note=N_("Phone, card number or the number in the other program; blank: no member."),
            synonyms=(
                "会员", "客户", "客户编号", "顾客", "顾客编号", "会员编号", "會員", "客戶", "會員編號",
                "customer", "customerid", "customer id", "customer no", "client", "member id",
                *_PHONE.synonyms, *_CARD.synonyms,
            ),
        ),
        Field(
            "amount", N_("Amount paid"), values.money, shape="money", example="128.50",
            note=N_("Negative when money is given back."),
            synonyms=(
                "实付金额", "买家实际支付金额", "实付", "支付金额", "消费金额", "金额", "实收",
                "應付金額", "實付金額", "消費金額", "金額", "amount paid", "paid", "amount", "total",
                "line total", "net amount",
            ),
        ),
        Field(
            "sku", N_("Item code"), partial(values.code, most=64), shape="code",
            synonyms=(
                "商品编码", "商品编号", "货号", "商品編號", "貨號", "stockcode", "stock code", "sku",
                "item", "item code", "product code",
            ),
        ),
        Field(
            "description", N_("Description"), partial(values.text, most=500),
            synonyms=("商品名称", "商品", "品名", "名称", "商品名稱", "product", "product name", "title"),
        ),
        Field(
            "quantity", N_("Quantity"), values.quantity, shape="whole", example="1",
            synonyms=("数量", "件数", "數量", "件數", "qty", "count", "units"),
        ),
        Field(
            "unit_price", N_("Unit price"), partial(values.money, places=3), shape="money",
            note=N_("Up to three decimal places."),
            synonyms=("单价", "价格", "售价", "單價", "價格", "unitprice", "unit price", "price"),
        ),
        Field(
            "refund", N_("Refunded amount"), values.money, shape="money",
            synonyms=("退款金额", "退款", "退款金額", "refund amount", "refunded"),
        ),
        Field(
            "paid_at", N_("Time of payment"), values.moment, shape="moment",
            synonyms=("订单付款时间", "付款时间", "支付时间", "付款時間", "paid at", "payment time"),
        ),
        _BRANCH,
    ),
)  # fmt: skip

MEMBERS = ImportKind(
    "members",
    N_("Members"),
    limits=Limits(rows=1_000_000, unpacked_bytes=400 * MIB, workbook_bytes=40 * MIB),
    needs_one_of=(("phone", "card", "source_number"),),
    fields=(
        Field(
            "name", N_("Name"), partial(values.text, most=64), required=True, example="王小明",
            synonyms=(
                "姓名", "会员姓名", "客户姓名", "名字", "会员名称", "會員姓名", "客戶姓名",
                "full name", "customer name", "member name",
            ),
        ),
        _PHONE,
        _CARD,
        Field(
            "source_number", N_("Number in the other program"),
            partial(values.code, most=64, number=True), shape="code",
            synonyms=(
                "会员编号", "客户编号", "编号", "會員編號", "客戶編號", "編號", "customerid",
                "customer id", "member id", "id",
            ),
        ),
        Field(
            "birthday", N_("Birthday"), values.day, shape="date", example="1990-05-20",
            synonyms=("生日", "出生日期", "birth date", "date of birth", "dob"),
        ),
        Field(
            "sex", N_("Sex"), partial(values.choice, words=_choices(*_SEX)), shape="choice",
            choices=_SEX[:2], example="女", synonyms=("性别", "性別", "gender"),
        ),
        Field("email", N_("E-mail"), partial(values.text, most=254),
              synonyms=("邮箱", "电子邮箱", "電子郵件", "mail", "email address")),
        Field("address", N_("Address"), partial(values.text, most=300),
              synonyms=("地址", "收货地址", "联系地址", "收貨地址", "聯絡地址")),
        Field(
            "enrolled_on", N_("Enrolled on"), values.day, shape="date",
            synonyms=("入会日期", "注册日期", "开卡日期", "入會日期", "註冊日期", "registered",
                      "join date", "joined"),
        ),
        Field(
            "tier", N_("Tier"), partial(values.text, most=64), example="金卡",
            synonyms=("等级", "会员等级", "等級", "會員等級", "level", "grade"),
        ),
        Field(
            "balance", N_("Opening balance"), values.points, shape="whole", example="1200",
            synonyms=("积分", "当前积分", "积分余额", "剩余积分", "可用积分", "積分", "積分餘額",
                      "點數", "points", "point balance", "balance"),
        ),
        Field(
            "expires_on", N_("Points expire on"), values.day, shape="date",
            synonyms=("积分有效期", "积分到期日", "到期日", "積分到期日", "expiry", "expiry date"),
        ),
        Field("consent", N_("Agrees to messages"), values.flag, shape="choice",
              choices=(("是", "1"), ("否", "")), note=N_("Yes where the member has agreed."),
              synonyms=("同意", "同意接收消息", "允许短信", "同意接收訊息", "consent", "opt in")),
        Field("remark", N_("Remark"), partial(values.text, most=500),
              synonyms=("备注", "备注信息", "備註", "note", "notes", "comment")),
        _BRANCH,
    ),
)  # fmt: skip

ITEMS = ImportKind(
    "items",
    N_("Items"),
    limits=Limits(rows=200_000),
    fields=(
        Field("code", N_("Item code"), partial(values.code, most=64), required=True, shape="code",
              example="CUP-01",
              synonyms=("礼品编码", "商品编码", "货号", "禮品編碼", "貨號", "sku", "code")),
        Field("name", N_("Item"), partial(values.text, most=200), required=True, example="保温杯",
              synonyms=("礼品名称", "礼品", "名称", "商品名称", "禮品名稱", "名稱", "name", "title")),
        Field("kind", N_("Kind"), partial(values.choice, words=_choices(*_ITEM_KIND)),
              shape="choice", choices=_ITEM_KIND[:4], synonyms=("类型", "种类", "類型", "type")),
        Field("category", N_("Category"), partial(values.text, most=100),
              synonyms=("分类", "类别", "分類", "類別")),
        Field("barcode", N_("Barcode"), partial(values.code, most=64, number=True), shape="code",
              synonyms=("条码", "条形码", "條碼", "ean", "upc", "gtin")),
        Field("points", N_("Points"), values.points, shape="whole", example="800",
              synonyms=("积分", "所需积分", "兑换积分", "積分", "price in points")),
        Field("cash", N_("Cash"), values.money, shape="money",
              synonyms=("现金", "加价", "現金", "cash price")),
        Field("cost", N_("Cost"), values.money, shape="money",
              synonyms=("成本", "成本价", "进价", "成本價", "cost price")),
        Field("market_price", N_("Market price"), values.money, shape="money",
              synonyms=("市场价", "零售价", "市場價", "retail price", "list price")),
        Field("shelf", N_("Shelf"), partial(values.text, most=64),
              synonyms=("货架", "货位", "貨架", "bin", "location")),
        Field("description", N_("Description"), partial(values.text, most=2000),
              synonyms=("描述", "说明", "介绍", "說明", "details")),
    ),
)  # fmt: skip

STOCK = ImportKind(
    "stock",
    N_("Stock"),
    limits=Limits(rows=200_000),
    fields=(
        Field("code", N_("Item code"), partial(values.code, most=64), required=True, shape="code",
              synonyms=("礼品编码", "商品编码", "货号", "条码", "禮品編碼", "貨號", "條碼", "sku",
                        "code", "barcode")),
        Field("quantity", N_("Quantity"), values.quantity, required=True, shape="whole",
              synonyms=("数量", "库存", "实盘数量", "數量", "庫存", "qty", "stock", "counted")),
        Field("unit_cost", N_("Unit cost"), values.money, shape="money",
              synonyms=("单价", "进价", "成本", "單價", "cost")),
        Field("note", N_("Note"), partial(values.text, most=200),
              synonyms=("备注", "備註", "remark", "comment")),
        _BRANCH,
    ),
)  # fmt: skip

KINDS = {kind.name: kind for kind in (PURCHASES, MEMBERS, ITEMS, STOCK)}
