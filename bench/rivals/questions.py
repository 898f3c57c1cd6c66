"""What is searched and what is asked: entries of any number out of the real corpus, and real questions."""

from functools import cache
from typing import NamedTuple

import jieba

from bench import site
from bench.rivals.booth import Asking
from search.engines.base import Document
from search.engines.terms import query_terms

FIRST_ID = 1_000_000  # far from those of real rows in the same tables
TYPED = ("", "keywords", "prefix", "typo", "dropped", "traditional", "pinyin", "initials")


class Asked(NamedTuple):
    """Questions to warm up with, and others to measure with."""

    warm_up: list[Asking]
    measured: list[Asking]


def documents(size: int) -> list[Document]:
    """So many entries, each of one line and one category, open to all."""
    rows = site.recombined(size)
    lines = {code: number for number, code in enumerate(site.LINES, 1)}
    categories = {path: number for number, path in enumerate(sorted({row["category"] for row in rows}), 1)}
    return [
        Document(
            FIRST_ID + number,
            row["question"],
            tuple(row["similar_questions"]),
            answer=row["answer"],
            lines=frozenset({lines[row["line"]]}),
            categories=frozenset({categories[row["category"]]}),
            category=categories[row["category"]],
            kind=row["kind"],
        )
        for number, row in enumerate(rows)
    ]


def sample(count: int, warm_up: int) -> Asked:
    """So many questions taken evenly over the set, and others; the lines take turns."""
    texts = list(dict.fromkeys(typed("")))
    step = max(len(texts) // max(count, 1), 1)
    places = range(0, len(texts), step)
    measured = [texts[place] for place in places][:count]
    chosen = set(measured)
    others = [text for text in texts if text not in chosen][:warm_up]
    return Asked(in_turn(others), in_turn(measured))


def in_turn(texts: list[str]) -> list[Asking]:
    return [Asking(text, number % len(site.LINES) + 1) for number, text in enumerate(texts)]


@cache
def typed(kind: str) -> tuple[str, ...]:
    """All questions of the set as they are typed in one way; plain without a kind."""
    name = f"queries_{kind}.jsonl" if kind else "queries.jsonl"
    return tuple(row["text"] for row in site.read_jsonl(site.SHARED / "eval" / "all3" / name))


def warm_up_process() -> None:
    """Load every dictionary before the rivals' processes are forked, so that none is charged for it."""
    jieba.initialize()
    query_terms("信用卡挂失 guashi xyk")
