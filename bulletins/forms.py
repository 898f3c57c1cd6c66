"""Shapes of what is sent: a notice, and the draft of one passage."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessLine
from bulletins import paragraphs
from bulletins.paragraphs import Paragraph
from bulletins.services.noticing import Chosen
from faq.exchange.source import LONGEST_LINK, LONGEST_TITLE
from faq.models import Kind
from faq.services.drafting import Text
from kb.lib.errors import RuleBrokenError

MOMENT = "%Y-%m-%dT%H:%M:%S"
_MOMENTS = [MOMENT, "%Y-%m-%dT%H:%M"]


class NoticeForm(forms.Form):
    """A notice as it comes in; the text is pasted or in a file."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, required=False)
    link = forms.URLField(label=_("Link"), max_length=LONGEST_LINK, required=False, assume_scheme="https")
    dated_on = forms.DateField(label=_("Dated"), required=False)
    text = forms.CharField(label=_("The text"), required=False, strip=False)
    file = forms.FileField(label=_("File"), required=False, allow_empty_file=True)


class DraftForm(forms.Form):
    """One draft; ``passage`` names its paragraphs."""

    passage = forms.CharField(widget=forms.HiddenInput, max_length=4000)
    question = forms.CharField(label=_("Standard question"), max_length=500, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind)
    key_points = forms.CharField(label=_("Key points, one a line"), required=False, widget=forms.Textarea)
    answer = forms.CharField(label=_("Answer"), required=False, widget=forms.Textarea)
    valid_from = forms.DateTimeField(label=_("Valid from"), required=False, input_formats=_MOMENTS)
    valid_until = forms.DateTimeField(label=_("Valid until"), required=False, input_formats=_MOMENTS)
    is_restricted = forms.BooleanField(label=_("Only for people of its lines"), required=False)

    def __init__(self, *args: Any, lines: Mapping[int, BusinessLine], **kwargs: Any) -> None:
        """``lines`` is asked for once, however many drafts there are."""
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.fields["line"] = forms.ChoiceField(
            label=_("Owning line"), choices=[(str(pk), line.name) for pk, line in lines.items()]
        )

    @property
    def chosen_from(self) -> list[forms.BoundField]:
        """The fields with a list to choose from."""
        return [self["kind"], self["line"]]

    @property
    def moments(self) -> list[forms.BoundField]:
        """The fields of validity."""
        return [self["valid_from"], self["valid_until"]]

    def clean(self) -> dict[str, Any]:
        """What breaks a rule of drafts is told at the draft that breaks it."""
        sent: dict[str, Any] = self.cleaned_data
        if not self.errors:
            try:
                self.text().tidied()
            except RuleBrokenError as broken:
                self.add_error(None, str(broken))
        return sent

    def text(self) -> Text:
        sent = self.cleaned_data
        return Text(
            question=sent["question"],
            line=self.lines[int(sent["line"])],
            kind=sent["kind"],
            key_points=sent["key_points"].splitlines(),
            answer=sent["answer"],
            valid_from=sent["valid_from"],
            valid_until=sent["valid_until"],
        )

    def chosen(self, among: list[Paragraph]) -> Chosen:
        """What was filled in; the form is valid."""
        numbers = paragraphs.numbers(self.cleaned_data["passage"], among)
        return Chosen(numbers, self.text(), self.cleaned_data["is_restricted"])
