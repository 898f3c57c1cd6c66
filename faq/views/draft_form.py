"""The shape of what the editor sends; the rules are the services'."""

from collections.abc import Callable, Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Agent, BusinessLine
from faq import wording
from faq.exchange import BY_NAME, cells
from faq.exchange import source as sources
from faq.exchange.source import SourceText
from faq.models import Category, Entry, Kind, Revision
from faq.models.revision import Significance
from faq.services.drafting import Text, Variant
from faq.services.writing import Beside, Writing
from faq.sheet import VARIANTS, Sheet
from kb.lib.row_ids import row_id


class ItemsField(forms.Field):
    """One item a line, with the limits the same field has in a file."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        self.name = name
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> tuple[str, ...]:
        return _checked(BY_NAME[self.name].parse, cells.split(value or ""))  # type: ignore[no-any-return]


class RelatedField(forms.Field):
    """Numbers of entries, one a line; the question behind a number is for people."""

    def to_python(self, value: Any) -> tuple[int, ...]:
        found = []
        for line in (value or "").split("\n"):
            if not (word := line.strip().split(" ", 1)[0]):
                continue
            number = row_id(word.lstrip("#"))
            if number is None:
                raise ValidationError(_("“%(word)s” is not the number of an entry.") % {"word": word[:50]})
            found.append(number)
        return tuple(dict.fromkeys(found))


class DraftForm(forms.Form):
    """All of a draft and what its entry has beside it; give it a sheet, and take `writing()`."""

    question = forms.CharField(max_length=wording.LONGEST_QUESTION)
    kind = forms.ChoiceField(choices=Kind)
    key_points = ItemsField("key_points")
    script = forms.CharField(required=False, max_length=wording.LONGEST_TEXT)
    answer = forms.CharField(required=False, max_length=wording.LONGEST_TEXT)
    line = forms.ModelChoiceField(BusinessLine.objects.none())
    lines_concerned = forms.ModelMultipleChoiceField(BusinessLine.objects.none(), required=False)
    valid_from = forms.DateTimeField(required=False)
    valid_until = forms.DateTimeField(required=False)
    similar_questions = ItemsField("similar_questions")
    keywords = ItemsField("keywords")
    category = forms.ModelChoiceField(Category.objects.all(), required=False)
    related = RelatedField(required=False)
    source_title = forms.CharField(required=False, max_length=sources.LONGEST_TITLE)
    source_link = forms.CharField(required=False, max_length=sources.LONGEST_LINK)
    source_dated_on = forms.DateField(required=False)
    review_due_on = forms.DateField(required=False)
    is_restricted = forms.BooleanField(required=False)
    significance = forms.ChoiceField(choices=Significance)
    reason = forms.CharField(required=False, max_length=500)

    def __init__(self, sheet: Sheet, *, writer: Agent, revision: Revision | None = None) -> None:
        super().__init__(MultiValueDict(sheet))
        self.sheet = sheet
        self.writer = writer
        self.entry = revision.entry if revision else None
        kept_lines: list[int] = []
        if revision:
            kept_lines = [revision.line_id, *revision.lines_concerned.values_list("pk", flat=True)]
        for name, found in zip(("line", "lines_concerned"), lines_for(writer, kept_lines), strict=True):
            self.fields[name].queryset = found  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        try:
            values["source"] = self._source(values)
            values["variants"] = self._variants()
        except ValidationError as error:
            self.add_error(None, error)
        related = values.get("related", ())
        if missing := self._missing(set(related)):
            self.add_error("related", _("There is no entry of the number %(n)s.") % {"n": missing[0]})
        if values.get("is_restricted") and not self._stays_readable(values):
            self.add_error("is_restricted", _("You belong to none of its lines and could not open it again."))
        return values

    def writing(self) -> Writing:
        """What was written, once the form is valid."""
        values = self.cleaned_data
        text = Text(
            question=values["question"],
            line=values["line"],
            lines_concerned=list(values["lines_concerned"]),
            kind=values["kind"],
            key_points=values["key_points"],
            answer=values["answer"],
            script=values["script"],
            valid_from=values["valid_from"],
            valid_until=values["valid_until"],
            variants=values["variants"],
        )
        beside = Beside(
            similar_questions=tuple(one for one in values["similar_questions"] if one != text.question),
            keywords=values["keywords"],
            category=values["category"],
            related_ids=values["related"],
            source=values["source"],
            review_due_on=values["review_due_on"],
            is_restricted=values["is_restricted"],
        )
        return Writing(self.sheet, text, beside, values["significance"], values["reason"])

    def _stays_readable(self, values: dict[str, Any]) -> bool:
        lines = [values.get("line"), *(values.get("lines_concerned") or ())]
        return not self.writer.line_ids.isdisjoint(line.pk for line in lines if line)

    def _missing(self, related: set[int]) -> list[int]:
        """Numbers this person cannot relate to; what is related already may be out of use by now."""
        if not related:
            return []
        known = set(Entry.objects.visible_to(self.writer).filter(pk__in=related).values_list("pk", flat=True))
        if self.entry:
            known |= set(self.entry.related.values_list("pk", flat=True))
            known -= {self.entry.pk}
        return sorted(related - known)

    def _source(self, values: dict[str, Any]) -> SourceText:
        told = SourceText(
            values.get("source_title") or "", values.get("source_link") or "", values.get("source_dated_on")
        )
        if not told.title and (told.link or told.dated_on):
            raise ValidationError(_("The source has a link or a date but no title."))
        if told.link and not told.link.startswith(("http://", "https://")):
            raise ValidationError(_("The link of the source begins with https:// or http://."))
        return _checked(sources.parse, "\n".join(told.lines()))  # type: ignore[no-any-return]

    def _variants(self) -> list[Variant]:
        rows = zip(
            *(self.sheet[name] for name in VARIANTS),
            strict=True,
        )
        return [Variant(name, cells.split(points), answer, script) for name, points, answer, script in rows]


def lines_for(writer: Agent, kept: Collection[int] = ()) -> tuple[Any, Any]:
    """The lines this person may give an entry to, and those it may concern; those it has already stay."""
    active = BusinessLine.objects.filter(is_active=True)
    concerned = (active | BusinessLine.objects.filter(pk__in=kept)).distinct().order_by("name")
    if permissions.may_see_all_drafts(writer):
        return concerned, concerned
    own = active.filter(pk__in=writer.line_ids) | BusinessLine.objects.filter(pk__in=kept)
    return own.distinct().order_by("name"), concerned


def _checked(parse: Callable[[Any], Any], value: Any) -> Any:
    try:
        return parse(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error
