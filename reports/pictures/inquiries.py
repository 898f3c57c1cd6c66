"""Forwarded questions and their deadlines, by line."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faq import ages
from reports.charts import Segment, Stack, stacks
from reports.figures import JSON, Figures
from reports.pictures.picture import Native, Picture
from reports.reading import Reading
from reports.tables import Form, Line, Table, number, share, text
from reports.written import count, value

MET, LATE = (
    ("var(--bucket-low)", "var(--bucket-low-ink)"),
    ("var(--bucket-very-high)", "var(--bucket-very-high-ink)"),
)


@dataclass(frozen=True)
class Kept:
    """How many deadlines fell due and were met: as the clock says, and without paused minutes."""

    due: int
    met: int
    met_without_pauses: int

    @property
    def late(self) -> int:
        return self.due - self.met

    @property
    def share(self) -> float | None:
        return self.met / self.due if self.due else None

    @property
    def share_without_pauses(self) -> float | None:
        return self.met_without_pauses / self.due if self.due else None


@dataclass(frozen=True)
class LineInquiries:
    """One line's month; ``line_id`` is 0 for what stands for the whole scope."""

    line_id: int
    name: str
    forwarded: int
    reply: Kept
    answer: Kept


def picture(reading: Reading) -> Picture:
    lines = by_line(reading)
    due = [one for one in lines if one.answer.due]
    legend = [(_("in time"), MET[0]), (_("late"), LATE[0])]
    return Picture(
        topic=_("Inquiries and their deadlines"),
        finding=finding(reading.figures),
        table=_table(lines),
        spec=stacks([_stack(one) for one in due], legend=legend) if due else None,
        note=_note(reading.figures),
        native=Native.STACKED if lines else Native.NONE,
        charted=(6, 7),
    )


def finding(figures: Figures) -> str:
    """How many final answers came in time, of those that fell due in the month."""
    told = figures.inquiries
    if not told or not (told["forwarded"] or told["reply"]["due"] or told["answer"]["due"]):
        return _("No question was forwarded")
    forwarded, answer = told["forwarded"], Kept(**told["answer"])
    if not answer.due:
        return ngettext(
            "%(forwarded)s question was forwarded; no answer fell due",
            "%(forwarded)s questions were forwarded; no answer fell due",
            forwarded,
        ) % {"forwarded": count(forwarded)}
    return ngettext(
        "%(met)s of %(due)s answer came in time", "%(met)s of %(due)s answers came in time", answer.due
    ) % {"met": count(answer.met), "due": count(answer.due)}


def by_line(reading: Reading) -> list[LineInquiries]:
    """What the inquiries' own room told when the report was reckoned; of one line, its own figures."""
    told = reading.figures.inquiries
    if not told:
        return []
    lines = [_line(one, one["line_id"], one["line"]) for one in told.get("lines", ())]
    if lines or reading.line is None:
        return lines
    return [_line(told, reading.line.pk, reading.line.name)]


def _line(told: JSON, line_id: int, name: str) -> LineInquiries:
    return LineInquiries(line_id, name, told["forwarded"], Kept(**told["reply"]), Kept(**told["answer"]))


def _note(figures: Figures) -> str:
    told = figures.inquiries
    return " ".join(filter(None, [_kept_note(told), _time_note(told), _entries_note(told)])) if told else ""


def _kept_note(told: JSON) -> str:
    if not told["reply"]["due"]:
        return ""
    reply, answer = Kept(**told["reply"]), Kept(**told["answer"])
    return _(
        "First replies in time: %(reply)s. Answers in time: %(answer)s, without paused time %(unpaused)s."
    ) % {
        "reply": value(reply.share, Form.SHARE),
        "answer": value(answer.share, Form.SHARE),
        "unpaused": value(answer.share_without_pauses, Form.SHARE),
    }


def _time_note(told: JSON) -> str:
    """How long it took: the median, and what nine of ten stayed below."""
    sentences = {
        "to_reply": _("First reply after %(median)s (median), 90 %% within %(most)s."),
        "to_answer": _("Answer after %(median)s (median), 90 %% within %(most)s."),
    }
    took = [(sentence, told[name]) for name, sentence in sentences.items() if told[name]["number"]]
    return " ".join(
        sentence % {"median": _span(times["median_minutes"]), "most": _span(times["p90_minutes"])}
        for sentence, times in took
    )


def _entries_note(told: JSON) -> str:
    if not (told["drafts_made"] or told["became_entries"]):
        return ""
    return _("Drafts made of answers: %(drafts)s. Became entries: %(entries)s.") % {
        "drafts": count(told["drafts_made"]),
        "entries": count(told["became_entries"]),
    }


def _span(minutes: int) -> str:
    return ages.span(minutes * ages.MINUTE)


def _stack(line: LineInquiries) -> Stack:
    parts = [
        _segment(line, _("in time"), line.answer.met, MET),
        _segment(line, _("late"), line.answer.late, LATE),
    ]
    return Stack(name=line.name, said=value(line.answer.share, Form.SHARE), parts=parts)


def _segment(line: LineInquiries, name: str, number: int, colours: tuple[str, str]) -> Segment:
    words = {"line": line.name, "state": name, "count": count(number)}
    return Segment(
        name=name,
        value=number,
        label=_("%(line)s, answers %(state)s: %(count)s") % words,
        fill=colours[0],
        ink=colours[1],
        address=_address(line.line_id),
    )


def _address(line_id: int) -> str:
    """The list of inquiries of that line, where there is one."""
    try:
        return f"{reverse('inquiries:inquiry-list')}?{urlencode({'line': line_id})}"
    except NoReverseMatch:
        return ""


def _table(lines: Sequence[LineInquiries]) -> Table:
    return Table(
        "inquiries",
        _("Inquiries"),
        [
            text(_("Business line")),
            number(_("Forwarded")),
            number(_("First replies in time")),
            number(_("First replies late")),
            share(_("Share in time")),
            share(_("Without paused time")),
            number(_("Answers in time")),
            number(_("Answers late")),
            share(_("Share in time")),
            share(_("Without paused time")),
        ],
        [
            Line(
                (one.name, one.forwarded, *_kept(one.reply), *_kept(one.answer)),
                _address(one.line_id),
            )
            for one in lines
        ],
    )


def _kept(kept: Kept) -> tuple[int, int, float | None, float | None]:
    return kept.met, kept.late, kept.share, kept.share_without_pauses
