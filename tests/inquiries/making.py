"""Inquiries as tests need them, made by the room's own services."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from accounts.models import Agent, BusinessLine
from inquiries.models import Inquiry, Round
from inquiries.services import forwarding
from tests.factories import AgentFactory, BusinessExpertFactory, BusinessLineFactory

QUESTION = "境外刷卡被拒怎么处理"


def forwarded(**more: Any) -> Inquiry:
    """One that an agent has just forwarded; takes what `forwarding.forward` takes."""
    line = more.pop("line", None) or BusinessLineFactory.create()
    by = more.pop("by", None) or AgentFactory.create()
    wanted = {"question": QUESTION, "context": "", "call_id": uuid4(), "key": uuid4(), **more}
    return forwarding.forward(line=line, by=by, **wanted)


def expert_of(line: BusinessLine, **more: Any) -> Agent:
    return BusinessExpertFactory.create(lines=[line], **more)


def moved_back(inquiry: Inquiry, hours: float) -> Round:
    """As if its round had begun so many hours earlier: every moment of it lies that much earlier."""
    by = timedelta(hours=hours)
    running = inquiry.rounds.get(number=inquiry.round)
    for name in ("began_at", "reply_soon_at", "reply_due_at", "answer_soon_at", "answer_due_at"):
        setattr(running, name, getattr(running, name) - by)
    running.save()
    return running
