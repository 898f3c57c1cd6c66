"""Notices of the bank as they came in, and bulletins: what agents are told before callers ask."""

from bulletins.models.bulletin import Bulletin, BulletinQuerySet, Receipt, audience_of
from bulletins.models.notice import Notice, Passage

__all__ = ["Bulletin", "BulletinQuerySet", "Notice", "Passage", "Receipt", "audience_of"]
