# mypy: disable-error-code="no-untyped-call"
"""Proposals as the rules make them, over entries of the tests."""

from datetime import date
from typing import Any

from accounts.models import Agent, BusinessLine
from faq.models import Category, Entry, Revision, Seat, Verdict
from faq.services import reviewing
from reports.models import Proposal
from tests.factories import BusinessExpertFactory, CallCentreExpertFactory, PublishedEntryFactory

MONTH = date(2026, 8, 1)
Kind = Proposal.Kind


def proposed(kind: str, key: str, **words: Any) -> Proposal:
    return Proposal.objects.create(kind=kind, key=key, month=MONTH, weight=words.pop("weight", 30), **words)


def reorder(category: Category, order: list[Entry]) -> Proposal:
    now = Entry.objects.filter(category=category).in_category_order()
    seen = {
        "order": [{"entry": one.pk, "hits": 9, "is_new": False} for one in now],
        "hits": 40,
        "place_before": 2.4,
        "place_after": 1.3,
    }
    change = {"order": [one.pk for one in order]}
    key = f"reorder:{category.pk}"
    return proposed(Kind.REORDER, key, category=category, change=change, evidence=seen)


def feature(entry: Entry, line: BusinessLine | None = None) -> Proposal:
    change = {"line": line.pk if line else None, "days": 31}
    seen = {"hits": 60, "last_hits": 20, "expected": 22.0, "lines": []}
    return proposed(Kind.FEATURE, f"feature:{entry.pk}", entry=entry, line=line, change=change, evidence=seen)


def move(entry: Entry, to: Category | BusinessLine) -> Proposal:
    name = "category" if isinstance(to, Category) else "line"
    words: dict[str, Any] = {name: to, "evidence": {"hits": 12}}
    return proposed(
        Kind.MOVE,
        f"move:{entry.pk}:{name}",
        entry=entry,
        change={name: to.pk},
        **words,
    )


def combine(goes: Entry, stays: Entry, similar: list[str] | None = None) -> Proposal:
    texts = [str(goes), *goes.similar_questions.values_list("text", flat=True)]
    seen = {
        "likeness": 0.71,
        "calls_with_both": 14,
        "entries": [{"entry": one.pk, "hits": 20, "calls": 18} for one in (goes, stays)],
    }
    return proposed(
        Kind.COMBINE,
        f"combine:{goes.pk}:{stays.pk}",
        entry=goes,
        other=stays,
        change={"into": stays.pk, "similar": texts if similar is None else similar},
        evidence=seen,
    )


def split(entry: Entry, question: str, similar: list[str]) -> Proposal:
    seen = {"calls": 60, "calls_of_second": 20, "first": [["挂失", 40]], "second": [[question, 20]]}
    change = {"question": question, "similar": similar}
    return proposed(Kind.SPLIT, f"split:{entry.pk}", entry=entry, change=change, evidence=seen)


def retire(entry: Entry) -> Proposal:
    seen = {"very_low_months": 3, "months_old": 14, "hits": 0, "last_year_hits": 0}
    return proposed(Kind.RETIRE, f"retire:{entry.pk}", entry=entry, evidence=seen)


def write(line: BusinessLine | None, question: str = "外币怎么取", gap_key: str = "") -> Proposal:
    change = {"question": question, "similar": ["取外币"], "line": line.pk if line else None}
    seen = {"calls": 9, "agents": 4, "searches": [[question, 6], ["取外币", 3]], "near": []}
    return proposed(Kind.WRITE, f"write:{question}", line=line, gap_key=gap_key, change=change, evidence=seen)


def sign(revision: Revision) -> Revision:
    """Every seat approves, each by a new expert."""
    lines = [revision.line, *revision.lines_concerned.all()]
    centre = CallCentreExpertFactory.create(lines=lines)
    revision = reviewing.sign_off(revision, seat=Seat.CALL_CENTRE, reviewer=centre, verdict=Verdict.APPROVED)
    for line in lines:
        expert: Agent = BusinessExpertFactory.create(lines=[line])
        revision = reviewing.sign_off(
            revision, seat=Seat.LINE, line=line, reviewer=expert, verdict=Verdict.APPROVED
        )
    return revision


def two_alike(**words: Any) -> tuple[Entry, Entry]:
    """One that goes, with wordings of its own, and one that stays."""
    goes = PublishedEntryFactory.create(
        question="信用卡丢了怎么挂失", similar_questions=["卡不见了"], key_points=["核对身份"], **words
    )
    stays = PublishedEntryFactory.create(
        question="信用卡遗失如何挂失",
        line=goes.line,
        key_points=["立即挂失"],
        answer="手续费 40 元。",
        **words,
    )
    return goes, stays
