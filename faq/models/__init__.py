"""The knowledge itself."""

from faq.models.category import Category
from faq.models.entry import Entry, EntryQuerySet, EntryState, Feature, Kind, SimilarQuestion, Source
from faq.models.mass import BulkAct, ColumnMap, ImportRow, ImportRun
from faq.models.pin import Pin
from faq.models.redirect import Redirect
from faq.models.review import Comment, Flag, FlagReason, ReviewRequest, Seat, SignOff, Verdict
from faq.models.revision import Purpose, Revision, RevisionState, Significance
from faq.models.writing import Attachment, Autosave

__all__ = [
    "Attachment",
    "Autosave",
    "BulkAct",
    "Category",
    "ColumnMap",
    "Comment",
    "Entry",
    "EntryQuerySet",
    "EntryState",
    "Feature",
    "Flag",
    "FlagReason",
    "ImportRow",
    "ImportRun",
    "Kind",
    "Pin",
    "Purpose",
    "Redirect",
    "ReviewRequest",
    "Revision",
    "RevisionState",
    "Seat",
    "SignOff",
    "Significance",
    "SimilarQuestion",
    "Source",
    "Verdict",
]
