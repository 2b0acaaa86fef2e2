"""Founding a shop: its first branch, its tiers and reasons, the operator of jobs and the administrator."""

from __future__ import annotations

import json
import uuid
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from desktop_admin.i18n import N_
from desktop_admin.services.database.clock import Clock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.names import COMMAND_LINE
from desktop_admin.services.permissions import Role
from desktop_admin.services.work import Actor, Work

SYSTEM_LOGIN = "system"

_SHOP = Sql(
    "INSERT INTO shop (id, uuid, epoch, name, timezone, currency, minor_digits, is_sample, created_at) "
    "VALUES (1, :uuid, :epoch, :name, :timezone, :currency, :minor_digits, :is_sample, :now)"
)
_BRANCH = Sql("INSERT INTO branch (code, name) VALUES (:code, :name) RETURNING id")
_OPERATOR = Sql(
    "INSERT INTO operator (login, name, role, branch_id, password_hash, must_change, created_at) "
    "VALUES (:login, :name, :role, :branch_id, :password_hash, :must_change, :now) RETURNING id"
)
_TIER = Sql(
    "INSERT INTO tier (code, name, rank, threshold, multiplier, grace_days, priority) "
    "VALUES (:code, :name, :rank, :threshold, :multiplier, 30, :rank)"
)
_REASON = Sql("INSERT INTO reason (code, name, direction, position) VALUES (:code, :name, :direction, :position)")

# thresholds in minor units of qualifying spend over 12 months
_TIERS = (
    ("regular", {"zh_CN": "普通", "zh_TW": "普通", "en": "Regular"}, 0, 100),
    ("silver", {"zh_CN": "银卡", "zh_TW": "銀卡", "en": "Silver"}, 200_000, 120),
    ("gold", {"zh_CN": "金卡", "zh_TW": "金卡", "en": "Gold"}, 800_000, 150),
    ("diamond", {"zh_CN": "钻石", "zh_TW": "鑽石", "en": "Diamond"}, 2_000_000, 200),
)
_REASONS = (
    ("service", {"zh_CN": "服务补偿", "zh_TW": "服務補償", "en": "Goodwill after a complaint"}, "credit"),
    ("missed", {"zh_CN": "漏积分补登", "zh_TW": "漏積分補登", "en": "Purchase was not credited"}, "credit"),
    ("event", {"zh_CN": "活动奖励", "zh_TW": "活動獎勵", "en": "Event reward"}, "credit"),
    ("birthday", {"zh_CN": "生日礼", "zh_TW": "生日禮", "en": "Birthday gift"}, "credit"),
    ("typing", {"zh_CN": "录入更正", "zh_TW": "輸入更正", "en": "Typing mistake"}, "both"),
    ("misuse", {"zh_CN": "违规扣回", "zh_TW": "違規扣回", "en": "Misuse"}, "debit"),
    ("return", {"zh_CN": "退货扣回", "zh_TW": "退貨扣回", "en": "Goods returned"}, "debit"),
    ("gift", {"zh_CN": "亲友转赠", "zh_TW": "親友轉贈", "en": "Gift between members"}, "both"),
    ("other", {"zh_CN": "其他", "zh_TW": "其他", "en": "Other"}, "both"),
)


def found(
    url: str,
    *,
    name: str,
    admin_login: str,
    admin_password_hash: str,
    branch_code: str = "01",
    branch_name: str = "总店",
    admin_name: str = "",
    timezone: str = "Asia/Shanghai",
    currency: str = "CNY",
    minor_digits: int = 2,
    is_sample: bool = False,
    must_change: bool = False,
    clock: Clock | None = None,
) -> Database:
    """Create a shop's database at ``url`` and open it. Refused or Trouble where one stands already."""
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused(N_("“{zone}” is not a time zone."), field="timezone", zone=timezone) from error
    database = Database.create(url, clock=clock)
    facts = {
        "name": name,
        "timezone": timezone,
        "currency": currency,
        "minor_digits": minor_digits,
        "is_sample": int(is_sample),
    }
    people = (
        (SYSTEM_LOGIN, "PointsDesk", Role.SYSTEM, "!", 0),
        (admin_login, admin_name or admin_login, Role.ADMINISTRATOR, admin_password_hash, int(must_change)),
    )

    def furnish(work: Work) -> None:
        work.run(_SHOP, uuid=str(uuid.uuid4()), epoch=str(uuid.uuid4()), now=work.now_text, **facts)
        branch = work.value(_BRANCH, code=branch_code, name=branch_name)
        for login, who, role, password_hash, change in people:
            work.value(
                _OPERATOR, login=login, name=who, role=role.value, branch_id=branch,
                password_hash=password_hash, must_change=change, now=work.now_text,
            )  # fmt: skip
        _furnish_rules(work)

    database.write(furnish, actor=None)
    database.reload_shop()
    return database


def _furnish_rules(work: Work) -> None:
    for rank, (code, names, threshold, multiplier) in enumerate(_TIERS):
        work.run(_TIER, code=code, name=_names(names), rank=rank, threshold=threshold, multiplier=multiplier)
    for position, (code, names, direction) in enumerate(_REASONS):
        work.run(_REASON, code=code, name=_names(names), direction=direction, position=position)


_SYSTEM = Sql(
    "SELECT o.id, o.name, o.branch_id, b.name AS branch FROM operator o "
    "JOIN branch b ON b.id = o.branch_id WHERE o.login = :login"
)


def system_actor(database: Database, workstation: str = "") -> Actor:
    """The operator under whose name scheduled jobs and the command line act."""
    row = database.read(lambda work: work.first(_SYSTEM, login=SYSTEM_LOGIN))
    assert row is not None
    return Actor(row.id, row.name, Role.SYSTEM, row.branch_id, row.branch, workstation or COMMAND_LINE)


def _names(names: dict[str, str]) -> str:
    return json.dumps(names, ensure_ascii=False)
