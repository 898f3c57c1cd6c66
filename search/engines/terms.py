"""Which terms a document is indexed under, and which a query asks for; the same for every engine."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import NamedTuple

from search import expansion, sounds
from search.engines.base import Document, Query, Reading
from search.engines.wordings import Packed, pack
from search.tokenizer import (
    IS_IDEOGRAPH,
    MOST_QUERY_CHARACTERS,
    RUN,
    QueryWords,
    count_beginnings,
    count_words,
    exact_key,
    normalise,
    query_words,
    words_of_run,
)

MAIN = "main"
ANSWER = "answer"
BEGINNING = "beginning"
SOUND = "sound"
SCORED_FIELDS = (MAIN, ANSWER, BEGINNING, SOUND)
ANSWER_WEIGHT = 0.2
BEGINNING_WEIGHT = 1.0
MOST_ANSWER_CHARACTERS = 20_000

SYNONYM_WEIGHT = 1.0
HEARD_WEIGHT = 0.25
SYLLABLE_WEIGHT = 0.5
SPELT_WEIGHT = 1.0
SPELT_WORD_WEIGHT = {2: 1.0, 3: 1.5, 4: 2.0}
INITIALS_WEIGHT = {3: 0.3, 4: 0.4}
WORD_INITIALS_WEIGHT = {2: 1.5, 3: 2.0, 4: 2.5}
LONGEST_SPELT_WORD = 4
MOST_SOUNDS = 120

OPEN_TO_ALL = "open"


class Terms(NamedTuple):
    """Some terms of a query in one field; ``weight`` multiplies the BM25 score of each."""

    field: str
    weight: float
    reading: Reading
    texts: Sequence[str]


class WeightedTerm(NamedTuple):
    """One of them by itself."""

    field: str
    text: str
    weight: float
    reading: Reading


@dataclass(frozen=True, slots=True)
class Indexed:
    """A document as terms: how often each occurs in each scored field, its filters and its exact wordings.

    ``packed`` are its wordings as the ranker reads them.
    """

    counts: dict[str, Counter[str]]
    filters: frozenset[str]
    question_key: str
    similar_keys: frozenset[str]
    packed: Packed


def index_terms(document: Document) -> Indexed:
    """Cut a document: question, similar questions and keywords share one field, the answer has its own."""
    main: Counter[str] = Counter()
    heard: Counter[str] = Counter()
    for text in (document.question, *document.similar, *document.keywords):
        main.update(count_words(text))
        heard.update(_heard(text))
    answer = count_words(document.answer[:MOST_ANSWER_CHARACTERS])
    return Indexed(
        {MAIN: main, ANSWER: answer, BEGINNING: count_beginnings(main), SOUND: heard},
        frozenset(_filters(document)),
        exact_key(document.question),
        frozenset(filter(None, map(exact_key, document.similar))),
        pack(document.category, document.question, document.similar),
    )


def _heard(text: str) -> Iterator[str]:
    """A text as it sounds: ``gua``, ``gua si``, initials ``'xyk``; words as ``=guashi`` and ``"gs``."""
    for run in RUN.findall(normalise(text)):
        if not IS_IDEOGRAPH.match(run):
            continue
        yield from (sounds.folded(syllable) for syllable in sounds.syllables(run))
        yield from sounds.pairs(run)
        yield from (f"'{letters}" for letters in sounds.initials(run) if len(letters) in INITIALS_WEIGHT)
        for word in words_of_run(run):
            if len(word) <= LONGEST_SPELT_WORD:
                read = sounds.syllables(word)
                yield "=" + "".join(read)
                yield '"' + "".join(syllable[:1] for syllable in read)


def _filters(document: Document) -> Iterable[str]:
    yield from (f"line:{line}" for line in document.lines)
    yield from (f"category:{category}" for category in document.categories)
    yield f"kind:{document.kind}"
    if document.restricted_to is None:
        yield f"seen-by:{OPEN_TO_ALL}"
    else:
        yield from (f"seen-by:{line}" for line in document.restricted_to)


def query_terms(text: str) -> list[Terms]:
    """What a query asks for."""
    cut = query_words(text)
    weighted = defaultdict[float, list[str]](list)
    for word in cut.words:
        weighted[word.weight].append(word.text)
    terms = [Terms(MAIN, weight, Reading.WORDS, texts) for weight, texts in weighted.items()]
    if cut.beginning:
        terms.append(Terms(BEGINNING, BEGINNING_WEIGHT, Reading.WORDS, [cut.beginning]))
    heard = _sounds(text)
    if others := _synonyms(cut, heard):
        terms.append(Terms(MAIN, SYNONYM_WEIGHT, Reading.SYNONYM, others))
    terms += heard
    terms += [
        Terms(ANSWER, weight * ANSWER_WEIGHT, Reading.ANSWER, texts) for weight, texts in weighted.items()
    ]
    return terms


def one_by_one(asked: Iterable[Terms]) -> list[WeightedTerm]:
    """The same terms, each by itself."""
    return [
        WeightedTerm(each.field, text, each.weight, each.reading) for each in asked for text in each.texts
    ]


def _synonyms(cut: QueryWords, heard: Iterable[Terms]) -> list[str]:
    """What else is asked for: words of the lexicon that stand for those typed, in characters or as pinyin."""
    typed = {word.text for word in cut.words}
    spelt = [text[1:] for terms in heard for text in terms.texts if text.startswith("=")]
    others = dict.fromkeys([*expansion.others(typed), *expansion.others_spelt(spelt)])
    return [word for word in others if word not in typed]


def _sounds(text: str) -> list[Terms]:
    """What sounds like the characters typed, and what latin letters may spell.

    Whole syllables are pinyin, with those of the letters before them too (``xin yong ka``); anything else
    is initials, or begins as pinyin.
    """
    asked: dict[str, tuple[float, Reading]] = {}
    before: tuple[str, ...] = ()
    for run in RUN.findall(normalise(text[:MOST_QUERY_CHARACTERS])):
        is_latin = run.isascii() and run.isalpha()
        read, rest = (sounds.spelt(run) if is_latin else None) or ((), run)
        if IS_IDEOGRAPH.match(run):
            asked.update((heard, (HEARD_WEIGHT, Reading.SOUND)) for heard in sounds.pairs(run))
        elif is_latin and (before or len(run) > 1):
            asked.update(_as_pinyin(before, read))
            asked.update(_as_initials(run) if rest else ())
        before = () if rest else (*before, *read)[1 - LONGEST_SPELT_WORD :]
    grouped = defaultdict[tuple[float, Reading], list[str]](list)
    for heard, how in islice(asked.items(), MOST_SOUNDS):
        grouped[how].append(heard)
    return [Terms(SOUND, weight, reading, texts) for (weight, reading), texts in grouped.items()]


def _as_pinyin(before: Sequence[str], read: Sequence[str]) -> Iterator[tuple[str, tuple[float, Reading]]]:
    """The syllables read, and pairs and words of them, or of the last ones before and them."""
    both = [*before, *read]
    heard = [sounds.folded(syllable) for syllable in both]
    yield from ((syllable, (SYLLABLE_WEIGHT, Reading.PINYIN)) for syllable in heard[len(before) :])
    for first, second in pairwise(heard[max(len(before) - 1, 0) :]):
        yield f"{first} {second}", (SPELT_WEIGHT, Reading.PINYIN)
    for length, weight in SPELT_WORD_WEIGHT.items():
        for place in range(max(len(before) - length + 1, 0), len(both) - length + 1):
            yield "=" + "".join(both[place : place + length]), (weight, Reading.PINYIN)


def _as_initials(letters: str) -> Iterator[tuple[str, tuple[float, Reading]]]:
    for piece in sounds.pieces(letters):
        yield f'"{piece}', (WORD_INITIALS_WEIGHT[len(piece)], Reading.INITIALS)
        if len(piece) in INITIALS_WEIGHT:
            yield f"'{piece}", (INITIALS_WEIGHT[len(piece)], Reading.INITIALS)


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
