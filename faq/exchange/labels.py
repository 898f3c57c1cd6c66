"""What the fields of a file are called on pages."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, Promise] = {
    "external_id": _("External id"),
    "line": _("Owning line"),
    "lines_concerned": _("Other lines concerned"),
    "category": _("Category"),
    "kind": _("Kind"),
    "question": _("Standard question"),
    "similar_questions": _("Similar questions"),
    "key_points": _("Key points"),
    "answer": _("Answer"),
    "script": _("Spoken script"),
    "variants": _("Variants"),
    "keywords": _("Keywords"),
    "related": _("Related entries"),
    "valid_from": _("Valid from"),
    "valid_until": _("Valid until"),
    "review_due_on": _("Review due"),
    "source": _("Source"),
    "is_restricted": _("Restricted"),
}
