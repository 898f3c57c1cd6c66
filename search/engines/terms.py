"""Which terms a document is indexed under, and which a query asks for; the same for every engine."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from search.engines.base import Document, Query
from search.tokenizer import count_beginnings, count_words, exact_key, query_words

MAIN = "main"
ANSWER = "answer"
BEGINNING = "beginning"
SCORED_FIELDS = (MAIN, ANSWER, BEGINNING)
ANSWER_WEIGHT = 0.2
BEGINNING_WEIGHT = 1.0
MOST_ANSWER_CHARACTERS = 20_000

OPEN_TO_ALL = "open"


class WeightedTerm(NamedTuple):
    """One term of a query in one field; ``weight`` multiplies its BM25 score."""

    field: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Indexed:
    """A document as terms: how often each occurs in each scored field, its filters and its exact wordings."""

    counts: dict[str, Counter[str]]
    filters: frozenset[str]
    question_key: str
    similar_keys: frozenset[str]


def index_terms(document: Document) -> Indexed:
    """Cut a document: question, similar questions and keywords share one field, the answer has its own."""
    main: Counter[str] = Counter()
    for text in (document.question, *document.similar, *document.keywords):
        main.update(count_words(text))
    answer = count_words(document.answer[:MOST_ANSWER_CHARACTERS])
    return Indexed(
        {MAIN: main, ANSWER: answer, BEGINNING: count_beginnings(main)},
        frozenset(_filters(document)),
        exact_key(document.question),
        frozenset(filter(None, map(exact_key, document.similar))),
    )


def _filters(document: Document) -> Iterable[str]:
    yield from (f"line:{line}" for line in document.lines)
    yield from (f"category:{category}" for category in document.categories)
    yield f"kind:{document.kind}"
    if document.restricted_to is None:
        yield f"seen-by:{OPEN_TO_ALL}"
    else:
        yield from (f"seen-by:{line}" for line in document.restricted_to)


def query_terms(text: str) -> list[WeightedTerm]:
    """What to look up for a text, the most telling fields first."""
    cut = query_words(text)
    terms = [WeightedTerm(MAIN, word.text, word.weight) for word in cut.words]
    if cut.beginning:
        terms.append(WeightedTerm(BEGINNING, cut.beginning, BEGINNING_WEIGHT))
    terms += [WeightedTerm(ANSWER, word.text, word.weight * ANSWER_WEIGHT) for word in cut.words]
    return terms


def query_filters(query: Query) -> list[frozenset[str]]:
    """Groups of filter terms; a document must hold at least one of each group."""
    groups = [
        frozenset(f"line:{line}" for line in query.lines),
        frozenset(f"category:{category}" for category in query.categories),
        frozenset(f"kind:{kind}" for kind in query.kinds),
    ]
    if query.viewer_lines is not None:
        groups.append(frozenset(f"seen-by:{line}" for line in {OPEN_TO_ALL, *map(str, query.viewer_lines)}))
    return [group for group in groups if group]
