"""Bulletins of the demo: some in force, read by some and not by others, one over, one still a draft.

Everything goes through the room's services; only the times are set back afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.roles import Role
from bulletins.content import Content
from bulletins.models import Bulletin, Notice, Receipt
from bulletins.services import noticing, publishing
from courier.models import Notification, PushEvent
from faq.models import Entry
from kb.demo.house import House

SHARE_READ = 4  # three of four agents have read what is older than a day


@dataclass(frozen=True)
class Told:
    """One bulletin: by whom, how many hours ago, about which entries, over since how many hours."""

    by: str
    title: str
    body: str
    hours: float
    entries: tuple[str, ...] = ()
    line: str = ""
    over_hours: float | None = None
    words: dict[str, Any] = field(default_factory=dict)


TOLD = [
    Told(
        "info",
        "系统升级：本周六凌晨手机银行暂停转账",
        "周六0:00至6:00手机银行、网上银行暂停转账和缴费，**查询不受影响**。\n\n"
        "1. 客户急需转账的，引导至ATM或次日办理；\n2. 升级提前结束另行通告。\n\n"
        "内部：升级期间工单一律选“系统升级”。",
        30,
        entries=("demo-eb-010",),
        words={"urgency": "important"},
    ),
    Told(
        "info",
        "信用卡24期分期利率调整，答复口径请更新",
        "自本月起24期分期每期利率调整为0.56%，其他期数不变。\n\n"
        "| 期数 | 每期利率 |\n|---|---|\n| 12 | 0.60% |\n| 24 | 0.56% |\n\n"
        "此前已办理的按原利率执行到期。",
        20,
        entries=("demo-cc-017",),
        words={
            "urgency": "important",
            "is_must_read": True,
            "quiz": "此前已经办理的24期分期按什么利率执行？",
            "choices": ["按新利率", "按原利率执行到期", "由客户选择"],
            "right_choice": 1,
        },
    ),
    Told(
        "supervisor",
        "短信验证码下发延迟，正在处理",
        "部分运营商短信延迟5至10分钟。请客户稍候，**不要重复点击获取**。",
        50,
        over_hours=46,
        words={"urgency": "urgent"},
    ),
    Told(
        "supervisor",
        "新版话术培训安排",
        "下周二、周四14:00在三楼培训室，两场内容相同，任选一场。",
        4,
        words={"roles": [Role.AGENT]},
    ),
    Told("info", "贷款线上预约入口更名", "“贷款预约”更名为“我要贷款”，位置不变。", 8, line="LOAN"),
]
DRAFT_BODY = "元旦当天各网点不营业，次日起城区主要网点9:30至16:00营业。"


def tell(entries: Mapping[str, Entry], house: House, now: datetime) -> None:
    """Let everybody be told; ``entries`` are published, by their names."""
    for told in TOLD:
        _publish(told, entries, house, now)
    notice = Notice.objects.latest("pk")
    draft = noticing.begin_bulletin(notice, by=house.accounts["info"])
    Bulletin.objects.filter(pk=draft.pk).update(body=DRAFT_BODY)
    PushEvent.objects.all().delete()  # nobody's page was open then


def _publish(told: Told, entries: Mapping[str, Entry], house: House, now: datetime) -> None:
    by = house.accounts[told.by]
    content = Content(
        title=told.title,
        body=told.body,
        entry_ids=[entries[key].pk for key in told.entries if key in entries],
        line_ids=[house.lines[told.line].pk] if told.line else [],
        **told.words,
    )
    bulletin = publishing.publish(publishing.draft(content, by=by), by=by)
    at = now - timedelta(hours=told.hours)
    ends_at = None if told.over_hours is None else now - timedelta(hours=told.over_hours)
    times = {"created_at": at, "changed_at": at, "published_at": at, "announced_at": at, "ends_at": ends_at}
    Bulletin.objects.filter(pk=bulletin.pk).update(**times)
    bulletin.refresh_from_db()
    told_key = f"bulletin-{bulletin.pk}-v1"
    Notification.objects.filter(key=told_key).update(told_at=at)
    Receipt.objects.filter(bulletin=bulletin).update(read_at=at)
    _read(bulletin, house, at, told_key)


def _read(bulletin: Bulletin, house: House, at: datetime, told_key: str) -> None:
    """Most agents have read it within the hours after; the demo's own account has not."""
    theirs = set(bulletin.audience.values_list("pk", flat=True))
    readers = [one for number, one in house.agents.items() if number % SHARE_READ and one.pk in theirs]
    receipts = [
        Receipt(
            bulletin=bulletin, person=agent, version=1, read_at=at + timedelta(minutes=1 + 7 * place % 180)
        )
        for place, agent in enumerate(readers)
    ]
    Receipt.objects.bulk_create(receipts, ignore_conflicts=True)
    heard = Notification.objects.filter(key=told_key)
    if bulletin.ends_at is None:
        heard = heard.filter(person__in=readers)
    heard.update(seen_at=at + timedelta(hours=1))
