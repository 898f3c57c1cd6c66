"""The shape of what the form of a bulletin sends; the rules are the services'."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from bulletins.content import MOST_CHOICES, Content
from bulletins.models import Bulletin
from faq.models import Entry
from faq.views.draft_form import RelatedField
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import row_id


class BulletinForm(forms.Form):
    """All of a bulletin; once it is valid, take `content`."""

    title = forms.CharField(required=False, max_length=1000)
    body = forms.CharField(required=False)
    urgency = forms.ChoiceField(choices=Bulletin.Urgency)
    roles = forms.MultipleChoiceField(choices=Role, required=False)
    lines = forms.ModelMultipleChoiceField(BusinessLine.objects.none(), required=False)
    is_restricted = forms.BooleanField(required=False)
    starts_at = forms.DateTimeField(required=False)
    ends_at = forms.DateTimeField(required=False)
    related = RelatedField(required=False)
    is_must_read = forms.BooleanField(required=False)
    quiz = forms.CharField(required=False, max_length=1000)

    def __init__(self, sent: QueryDict, *, writer: Agent, bulletin: Bulletin | None = None) -> None:
        super().__init__(sent)
        self.writer, self.bulletin = writer, bulletin
        self.fields["lines"].queryset = lines_for(bulletin)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        related = set(values.get("related", ()))
        if missing := self._missing(related):
            self.add_error("related", _("There is no entry of the number %(n)s.") % {"n": missing[0]})
        if not self.errors:
            try:
                self.content = self._content(values).tidied()
            except RuleBrokenError as broken:
                self.add_error(None, str(broken))
        return values

    def _content(self, values: dict[str, Any]) -> Content:
        choices, right = choices_of(self.data)  # type: ignore[arg-type]
        return Content(
            title=values["title"],
            body=values["body"],
            urgency=values["urgency"],
            roles=values["roles"],
            line_ids=[line.pk for line in values["lines"]],
            is_restricted=values["is_restricted"],
            starts_at=values["starts_at"],
            ends_at=values["ends_at"],
            entry_ids=values["related"],
            is_must_read=values["is_must_read"],
            quiz=values["quiz"],
            choices=choices,
            right_choice=right,
        )

    def _missing(self, related: set[int]) -> list[int]:
        """Numbers this person cannot link; what is linked already may be out of use by now."""
        if not related:
            return []
        known = set(Entry.objects.visible_to(self.writer).filter(pk__in=related).values_list("pk", flat=True))
        if self.bulletin:
            known |= set(self.bulletin.entries.values_list("pk", flat=True))
        return sorted(related - known)


def choices_of(sent: QueryDict) -> tuple[list[str], int | None]:
    """The answers that were filled in, and which of them is marked as right."""
    rows = [text.strip() for text in sent.getlist("choice")[:MOST_CHOICES]]
    marked = row_id(sent.get("right_choice", ""))
    filled = [place for place, text in enumerate(rows) if text]
    return [rows[place] for place in filled], filled.index(marked) if marked in filled else None


def lines_for(bulletin: Bulletin | None) -> Any:
    """The lines to choose from; those it has already stay."""
    kept = bulletin.line_ids if bulletin else ()
    found = BusinessLine.objects.filter(is_active=True) | BusinessLine.objects.filter(pk__in=kept)
    return found.distinct().order_by("name")
