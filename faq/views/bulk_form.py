"""What a bulk act's form says: the entries, the act, its value and the reason."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from faq.models import Category
from faq.services.bulk_planning import Act, Lines, Wish
from kb.lib.months import SITE_ZONE
from kb.lib.row_ids import row_id

WRITERS = [Role.CALL_CENTRE_EXPERT, Role.BUSINESS_EXPERT, Role.INFORMATION_ADMINISTRATOR]


class WishForm(forms.Form):
    """One act; of the values only its own is read."""

    act = forms.ChoiceField(choices=Act, initial=Act.CATEGORY, label=gettext_lazy("What shall be done"))
    category = forms.ModelChoiceField(Category.objects.all(), required=False, label=gettext_lazy("Category"))
    review_owner = forms.ModelChoiceField(
        Agent.objects.none(), required=False, label=gettext_lazy("Responsible")
    )
    review_due_on = forms.DateField(required=False, label=gettext_lazy("Review date"))
    until = forms.DateTimeField(
        required=False,
        label=gettext_lazy("New end, Shanghai time"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    is_endless = forms.BooleanField(required=False, label=gettext_lazy("Without end"))
    owning = forms.ModelChoiceField(
        BusinessLine.objects.filter(is_active=True), required=False, label=gettext_lazy("Owning line")
    )
    others = forms.ModelMultipleChoiceField(
        BusinessLine.objects.filter(is_active=True), required=False, label=gettext_lazy("Other lines")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        writers = Agent.objects.filter(is_active=True, groups__name__in=[role.value for role in WRITERS])
        owner = self.fields["review_owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101
        owner.queryset = writers.distinct().order_by("display_name", "username")

    def clean(self) -> dict[str, object]:
        act, until = self.cleaned_data.get("act"), self.cleaned_data.get("until")
        is_endless = self.cleaned_data.get("is_endless") and act == Act.LONGER
        if act in (Act.SHORTER, Act.LONGER) and until is None and not is_endless and not self.errors:
            self.add_error("until", _("Say when the validity shall end."))
        return self.cleaned_data

    def wish(self) -> Wish:
        """The act with its value; only of a form that is valid."""
        data = self.cleaned_data
        act = Act(data["act"])
        values = {
            Act.CATEGORY: data["category"],
            Act.REVIEW_OWNER: data["review_owner"],
            Act.REVIEW_DATE: data["review_due_on"],
            Act.SHORTER: _moment(data["until"]),
            Act.LONGER: None if data["is_endless"] else _moment(data["until"]),
            Act.LINES: Lines(
                data["owning"], tuple(line for line in data["others"] if line != data["owning"])
            ),
        }
        return Wish(act, values.get(act))


def _moment(until: datetime | None) -> datetime | None:
    return until.astimezone(SITE_ZONE) if until else None


def entry_ids(texts: list[str]) -> list[int]:
    """The keys that were chosen: one a box, or all of a preview in one field."""
    found = (row_id(part) for text in texts for part in text.split(","))
    return sorted({pk for pk in found if pk is not None})
