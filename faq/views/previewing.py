"""What a draft will look like, asked for while it is written; nothing here is stored or counted."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import AgentRequest, writer_of
from faq import wording
from faq.checklist import checks
from faq.differing import Piece, words
from faq.exchange import cells
from faq.models import Entry
from faq.presenting import Block, KeyPoint, blocks, key_points
from faq.sheet import Sheet
from faq.views.pages import posted


@dataclass(frozen=True)
class Face:
    """One text as agents read it: everybody's, or of one region or segment."""

    name: str
    key_points: list[KeyPoint]
    script: list[Block]
    answer: list[Block]


@dataclass(frozen=True)
class Compared:
    """A part of the draft against the same part of an entry, as one text with both in it."""

    label: str
    pieces: list[Piece]


@require_POST
@login_required
def preview(request: AgentRequest) -> HttpResponse:
    """The draft as the desk would show it, with the checklist."""
    writer_of(request)
    sheet = posted(request).sheet
    context = {"question": sheet["question"][0], "faces": faces(sheet), "checks": checks(sheet)}
    return render(request, "faq/partials/preview.html", context)


@require_POST
@login_required
def compare(request: AgentRequest, pk: int) -> HttpResponse:
    """The draft's words against those of an entry that looks like it."""
    writer = writer_of(request)
    found = Entry.objects.findable_by(writer).select_related("live_revision", "line")
    entry = get_object_or_404(found, pk=pk)
    text = entry.live_revision
    assert text is not None  # noqa: S101  what is in force has a text
    sheet = posted(request).sheet
    pairs = (
        (_("Standard question"), text.question, sheet["question"][0]),
        (_("Key points"), "\n".join(text.key_points), "\n".join(cells.split(sheet["key_points"][0]))),
        (_("Spoken script"), text.script, sheet["script"][0]),
        (_("Answer"), text.answer, sheet["answer"][0]),
    )
    compared = [Compared(label, words(theirs, _cut(ours))) for label, theirs, ours in pairs if theirs or ours]
    return render(request, "faq/partials/compared.html", {"entry": entry, "compared": compared})


def faces(sheet: Sheet) -> list[Face]:
    """Everybody's text first; a variant has what differs, and else the same."""
    common = [sheet[name][0] for name in ("key_points", "script", "answer")]
    found = [_face("", *common)]
    for place, name in enumerate(sheet["variant_name"][: wording.MOST_VARIANTS]):
        own = [sheet[f"variant_{part}"][place] for part in ("key_points", "script", "answer")]
        found.append(_face(name, *(mine or others for mine, others in zip(own, common, strict=True))))
    return found


def _face(name: str, points: str, script: str, answer: str) -> Face:
    shown = cells.split(points)[: wording.MOST_KEY_POINTS]
    return Face(name, key_points(shown), blocks(_cut(script)), blocks(_cut(answer)))


def _cut(text: str) -> str:
    """No more than could be saved, so that nothing long is laid out for nothing."""
    return text[: wording.LONGEST_TEXT]
