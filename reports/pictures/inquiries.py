"""Forwarded questions and their deadlines, by line."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inquiries import listing
from inquiries.figures import Kept, Took
from reports.buckets import Bucket
from reports.charts import Segment, Stack, stacks
from reports.figures import JSON, Figures
from reports.labels import bucket_colour, bucket_ink
from reports.pictures.picture import Native, Picture
from reports.reading import Reading
from reports.tables import Form, Line, Table, number, share, text
from reports.written import count, value

MET, LATE = ((bucket_colour(one), bucket_ink(one)) for one in (Bucket.LOW, Bucket.VERY_HIGH))


@dataclass(frozen=True)
class LineInquiries:
    """One line's month; ``line_id`` is 0 for what stands for the whole scope."""

    line_id: int
    name: str
    forwarded: int
    reply: Kept
    answer: Kept


def picture(reading: Reading) -> Picture:
    """The answers; where none fell due, the first replies."""
    lines = by_line(reading)
    has_answers = any(one.answer.due for one in lines)
    drawn = [
        _stack(one, has_answers=has_answers)
        for one in lines
        if (one.answer if has_answers else one.reply).due
    ]
    legend = [(_("in time"), MET[0]), (_("late"), LATE[0])]
    return Picture(
        topic=_("Inquiries and their deadlines"),
        finding=finding(reading.figures),
        table=_table(lines),
        spec=stacks(drawn, legend=legend) if drawn else None,
        note=_note(reading.figures),
        native=Native.STACKED if lines else Native.NONE,
        charted=(6, 7) if has_answers else (2, 3),
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
    """The shares that were met, how long it took, and how many questions became entries."""
    told = figures.inquiries
    said = []
    if told and told["reply"]["due"]:
        reply, answer = Kept(**told["reply"]), Kept(**told["answer"])
        shares = _(
            "First replies in time: %(reply)s. Answers in time: %(answer)s, without paused time %(unpaused)s."
        )
        said.append(
            shares
            % {
                "reply": value(reply.share, Form.SHARE),
                "answer": value(answer.share, Form.SHARE),
                "unpaused": value(answer.share_without_pauses, Form.SHARE),
            }
        )
    if told and (told["to_reply"]["number"] or told["to_answer"]["number"]):
        took = _("Hours to the first reply (median, 90 %%): %(reply)s. Hours to the answer: %(answer)s.")
        words = {name: _hours(Took(**told[f"to_{name}"])) for name in ("reply", "answer")}
        said.append(took % words)
    if told and told["became_entries"]:
        became = ngettext("%(number)s became an entry.", "%(number)s became entries.", told["became_entries"])
        said.append(became % {"number": count(told["became_entries"])})
    return " ".join(said)


def _hours(took: Took) -> str:
    return _(", ").join(value(hours, Form.AMOUNT) for hours in (took.median_hours, took.p90_hours))


def _stack(line: LineInquiries, *, has_answers: bool) -> Stack:
    kept = line.answer if has_answers else line.reply
    label = _("%(line)s, first replies %(state)s: %(count)s")
    if has_answers:
        label = _("%(line)s, answers %(state)s: %(count)s")
    parts = [
        _segment(line, label, _("in time"), kept.met, MET),
        _segment(line, label, _("late"), kept.late, LATE),
    ]
    return Stack(name=line.name, said=value(kept.share, Form.SHARE), parts=parts)


def _segment(line: LineInquiries, label: str, name: str, number: int, colours: tuple[str, str]) -> Segment:
    words = {"line": line.name, "state": name, "count": count(number)}
    return Segment(
        name=name,
        value=number,
        label=label % words,
        fill=colours[0],
        ink=colours[1],
        address=_address(line.line_id),
    )


def _address(line_id: int) -> str:
    """All inquiries of that line: whoever reads reports may see them."""
    query = urlencode([("view", listing.ALL), ("state", ""), ("line", str(line_id))])
    return f"{reverse('inquiries:inquiry-list')}?{query}"


def _table(lines: Sequence[LineInquiries]) -> Table:
    return Table(
        "inquiries",
        _("Inquiries"),
        [
            text(_("Business line")),
            number(_("Forwarded")),
            number(_("First replies in time")),
            number(_("First replies late")),
            share(_("First replies, share in time")),
            share(_("First replies, without paused time")),
            number(_("Answers in time")),
            number(_("Answers late")),
            share(_("Answers, share in time")),
            share(_("Answers, without paused time")),
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
