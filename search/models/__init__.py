"""The tables of this room: the outbox and the postgres engine's index, and the site's own dictionary."""

from search.models.dictionary import DictionaryChange, DictionaryVersion, Trial
from search.models.index import Document, Horizon, IndexState, OutboxRow, Posting, Rarity
from search.models.learned import Gap, ProposedQuestion
from search.models.ranking import RankerVersion

__all__ = [
    "DictionaryChange",
    "DictionaryVersion",
    "Document",
    "Gap",
    "Horizon",
    "IndexState",
    "OutboxRow",
    "Posting",
    "ProposedQuestion",
    "RankerVersion",
    "Rarity",
    "Trial",
]
