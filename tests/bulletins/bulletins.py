"""Bulletins in the states tests need them in; made by the room's own services."""

from dataclasses import replace
from typing import Any

from accounts.models import Agent
from bulletins.content import Content
from bulletins.models import Bulletin
from bulletins.services import publishing
from tests.factories import SupervisorFactory

QUIZ: dict[str, Any] = {
    "is_must_read": True,
    "quiz": "单日限额是多少？",
    "choices": ["五万元", "二十万元"],
    "right_choice": 1,
}


def drafted(by: Agent | None = None, **words: Any) -> Bulletin:
    """A draft; ``words`` are `Content`'s."""
    content = replace(Content("手机银行转账故障", "正在抢修，请安抚客户。"), **words)
    return publishing.draft(content, by=by or SupervisorFactory.create())


def published(by: Agent | None = None, **words: Any) -> Bulletin:
    bulletin = drafted(by, **words)
    return publishing.publish(bulletin, by=bulletin.created_by)
