"""The knowledge itself."""

from faq.models.category import Category
from faq.models.entry import Entry, EntryQuerySet, EntryState, Feature, Kind, SimilarQuestion, Source
from faq.models.pin import Pin
from faq.models.review import Flag, FlagReason, Seat, SignOff, Verdict
from faq.models.revision import Revision, RevisionState, Significance

__all__ = [
    "Category",
    "Entry",
    "EntryQuerySet",
    "EntryState",
    "Feature",
    "Flag",
    "FlagReason",
    "Kind",
    "Pin",
    "Revision",
    "RevisionState",
    "Seat",
    "SignOff",
    "Significance",
    "SimilarQuestion",
    "Source",
    "Verdict",
]
