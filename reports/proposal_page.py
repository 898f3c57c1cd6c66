"""All that the page of one proposal shows, as plain values for its templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts import permissions
from accounts.models import Agent, BusinessLine
from faq.models import Category
from reports.models import Proposal
from reports.previews import preview
from reports.proposal_evidence import entry_choices, evidence, request_links
from reports.proposal_reads import Names, questions_of, row_of
from reports.services import undoing
from reports.services.acts import ACTS, Field
from reports.services.acts.base import Part

Kind, State = Proposal.Kind, Proposal.State


@dataclass(frozen=True)
class Choice:
    """Both states of one thing that accepting changed."""

    name: str
    label: str
    before: Sequence[str]
    now: Sequence[str]
    is_ours: bool


def context_of(
    proposal: Proposal, reader: Agent, *, error: str = "", states: Sequence[Choice] | None = None
) -> dict[str, Any]:
    """Its line and its body."""
    body = body_of(proposal, reader, error=error, states=states)
    row = row_of(proposal, Names.of([proposal], reader))
    may_see_list = permissions.may_read_reports(reader)
    return {**body, "row": row, "is_open": bool(error), "may_see_list": may_see_list}


def body_of(
    proposal: Proposal, reader: Agent, *, error: str = "", states: Sequence[Choice] | None = None
) -> dict[str, Any]:
    """Evidence, preview, and the forms of whoever may decide."""
    may_decide = permissions.may_decide_proposals(reader)
    is_accepted = proposal.state == State.ACCEPTED
    context: dict[str, Any] = {
        "proposal": proposal,
        "may_decide": may_decide,
        "is_undecided": proposal.state in (State.OPEN, State.LATER),
        "evidence": evidence(proposal, reader),
        "requests": request_links(proposal),
        "error": error,
    }
    if context["is_undecided"]:
        context["preview"] = preview(proposal, reader)
        context |= _change_form(proposal, reader) if may_decide else {}
    if is_accepted and may_decide:
        fields = ACTS[proposal.kind].fields(proposal)
        context["states"] = states or states_of(fields, proposal, reader)
        context["seen"] = undoing.digest(fields)
    return context


def states_of(fields: Sequence[Field], proposal: Proposal, reader: Agent) -> list[Choice]:
    """The fields in words; of entries that are closed to the reader no question is told."""
    ids = {part for field in fields for part in (*field.before, *field.now) if isinstance(part, int)}
    names = Names.of([proposal], reader, more=ids)

    def said(parts: Sequence[Part]) -> list[str]:
        return [names.question(part) if isinstance(part, int) else part for part in parts]

    return [
        Choice(field.name, field.label, said(field.before), said(field.now), field.is_ours)
        for field in fields
    ]


def _change_form(proposal: Proposal, reader: Agent) -> dict[str, Any]:
    change = proposal.change
    form: dict[str, Any] = {
        "change": change,
        "similar": "\n".join(change.get("similar", [])),
        "takes_change": proposal.kind != Kind.RETIRE,
    }
    if proposal.kind == Kind.REORDER:
        form["order"] = entry_choices(change.get("order", []), reader)
    if proposal.kind in (Kind.FEATURE, Kind.WRITE) or "line" in change:
        lines = BusinessLine.objects.filter(is_active=True)
        form["lines"] = list(lines.values_list("pk", "name"))
    if "category" in change:
        form["categories"] = list(Category.objects.values_list("pk", "path"))
    if proposal.kind == Kind.COMBINE:
        into = int(change.get("into") or proposal.other_id or 0)
        form["into"] = into
        form["into_question"] = questions_of([into], reader).get(into, "")
    return form
