"""What agents will see when a proposal is accepted, beside what they see now. Read only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent, BusinessLine
from faq.models import Category, Entry, Feature
from faq.services import ordering
from faq.services.locking import database_now
from reports.models import Proposal
from reports.proposal_reads import Names, questions_of

MOST_HOT = 8
Change = dict[str, Any]
MOST_WORDINGS = 12
Kind = Proposal.Kind


@dataclass(frozen=True)
class Line:
    """One line of a list; ``tone`` marks what changes: new, gone, or moved."""

    text: str
    tone: str = ""
    note: str = ""


@dataclass(frozen=True)
class Side:
    """One list as agents read it."""

    title: str
    lines: Sequence[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Preview:
    """Now on the left, then on the right; ``notes`` are what happens besides."""

    before: Side
    after: Side
    notes: Sequence[str] = field(default_factory=list)


def preview(proposal: Proposal, reader: Agent) -> Preview | None:
    """As it is proposed, or was chosen; None where there is nothing to show any more."""
    change = proposal.chosen or proposal.change
    return _PREVIEWS[Kind(proposal.kind)](proposal, change, reader)


def shown_order(category: Category, reader: Agent) -> list[tuple[int, str]]:
    """The entries agents find in the category now, in their order; only those open to the reader."""
    found = Entry.objects.findable_by(reader).filter(category=category).in_category_order()
    return list(found.values_list("pk", "live_revision__question"))


def _reorder(proposal: Proposal, change: Change, reader: Agent) -> Preview | None:
    if proposal.category is None:
        return None
    now = shown_order(proposal.category, reader)
    questions, before = dict(now), [pk for pk, _question in now]
    wanted = change.get("order")
    after = ordering.arranged(before, wanted if isinstance(wanted, list) else [])
    lines = [_moved(questions[pk], before.index(pk) - place) for place, pk in enumerate(after)]
    path = proposal.category.path
    return Preview(
        Side(_("%(category)s now") % {"category": path}, [Line(questions[pk]) for pk in before]),
        Side(_("%(category)s then") % {"category": path}, lines),
    )


def _moved(question: str, up: int) -> Line:
    if up == 0:
        return Line(question)
    return Line(question, "moved", f"↑{up}" if up > 0 else f"↓{-up}")


def _feature(proposal: Proposal, change: Change, reader: Agent) -> Preview | None:
    if proposal.entry is None:
        return None
    line = change.get("line")
    running = Feature.objects.running([line] if isinstance(line, int) else [], database_now())
    pks = list(dict.fromkeys(running.values_list("entry_id", flat=True)))
    known = questions_of([*pks, proposal.entry.pk], reader)
    now = [Line(known[pk]) for pk in pks if pk in known and pk != proposal.entry.pk][:MOST_HOT]
    new = Line(known.get(proposal.entry.pk, ""), "new")
    names = Names.of([proposal], reader)
    note = ngettext(
        "For %(line)s, for %(number)s day from now on.",
        "For %(line)s, for %(number)s days from now on.",
        _number(change.get("days")),
    ) % {"line": names.line(line if isinstance(line, int) else None), "number": change.get("days", 31)}
    return Preview(Side(_("Hot list now"), now), Side(_("Hot list then"), [new, *now]), [note])


def _move(proposal: Proposal, change: Change, reader: Agent) -> Preview | None:
    if proposal.entry is None:
        return None
    if "category" not in change:
        return _move_line(proposal.entry, change)
    here = proposal.entry.category
    there = Category.objects.filter(pk=change["category"]).first()
    if there is None:
        return None
    gone = [
        Line(question, "gone" if pk == proposal.entry_id else "")
        for pk, question in (shown_order(here, reader) if here else [])
    ]
    new = [Line(question) for pk, question in shown_order(there, reader) if pk != proposal.entry_id]
    new.append(Line(str(proposal.entry), "new"))
    return Preview(Side(here.path if here else _("no category"), gone), Side(there.path, new))


def _move_line(entry: Entry, change: Change) -> Preview:
    line = BusinessLine.objects.filter(pk=change.get("line") or 0).first()
    return Preview(
        Side(_("Owning line now"), [Line(str(entry.line))]),
        Side(_("Owning line then"), [Line(str(line or "–"), "new")]),
        [_("Every seat signs it first, that of the line that gives it away too.")],
    )


def _combine(proposal: Proposal, change: Change, reader: Agent) -> Preview | None:
    into = change.get("into") or proposal.other_id or 0
    stays = Entry.objects.unrestricted_for(reader).filter(pk=into).select_related("live_revision").first()
    if proposal.entry is None or stays is None:
        return None
    own = list(stays.similar_questions.values_list("text", flat=True))
    coming = [text for text in _texts(change) if text not in own]
    notes = [
        _("The seats are asked to withdraw “%(question)s”. From then on its address leads here.")
        % {"question": proposal.entry},
        _("The wordings come at once, so that agents find the answer in both."),
    ]
    return Preview(
        Side(_("Two entries now"), [Line(str(proposal.entry), "gone"), Line(str(stays))]),
        Side(
            _("%(question)s, also asked as") % {"question": stays},
            [*_cut([Line(text, "new") for text in coming]), *_cut([Line(text) for text in own])],
        ),
        notes,
    )


def _split(proposal: Proposal, change: Change, reader: Agent) -> Preview | None:  # noqa: ARG001
    if proposal.entry is None:
        return None
    own, going = list(proposal.entry.similar_questions.values_list("text", flat=True)), _texts(change)
    title = _("%(question)s, also asked as") % {"question": proposal.entry}
    then = _("%(question)s, also asked as") % {"question": change.get("question", "")}
    return Preview(
        Side(title, _cut([Line(text, "gone" if text in going else "") for text in own])),
        Side(then, _cut([Line(text, "new") for text in going])),
        [_("A draft of the second entry; its wordings leave the first when it is published.")],
    )


def _retire(proposal: Proposal, change: Change, reader: Agent) -> Preview | None:  # noqa: ARG001
    if proposal.entry is None:
        return None
    return Preview(
        Side(_("Agents find now"), [Line(str(proposal.entry), "gone")]),
        Side(_("Agents find then"), []),
        [_("It stays until every seat has signed, and is kept as withdrawn then.")],
    )


def _write(proposal: Proposal, change: Change, reader: Agent) -> Preview | None:
    line = change.get("line")
    names = Names.of([proposal], reader)
    return Preview(
        Side(_("Agents find now"), []),
        Side(
            _("%(question)s, also asked as") % {"question": change.get("question", "")},
            _cut([Line(text, "new") for text in _texts(change)]),
        ),
        [
            _("A draft of %(line)s, which somebody writes and the seats sign.")
            % {"line": names.line(line) if isinstance(line, int) else "–"}
        ],
    )


_PREVIEWS: dict[Proposal.Kind, Callable[[Proposal, Change, Agent], Preview | None]] = {
    Kind.REORDER: _reorder,
    Kind.FEATURE: _feature,
    Kind.MOVE: _move,
    Kind.COMBINE: _combine,
    Kind.SPLIT: _split,
    Kind.RETIRE: _retire,
    Kind.WRITE: _write,
}


def _texts(change: Change) -> list[str]:
    texts = change.get("similar")
    return [str(text) for text in texts] if isinstance(texts, list) else []


def _cut(lines: list[Line]) -> list[Line]:
    left = len(lines) - MOST_WORDINGS
    if left <= 0:
        return lines
    more = ngettext("and %(number)s more", "and %(number)s more", left) % {"number": left}
    return [*lines[:MOST_WORDINGS], Line("", note=more)]


def _number(value: object) -> int:
    return value if isinstance(value, int) else 31
