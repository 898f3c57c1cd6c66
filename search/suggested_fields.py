"""What a draft could be filed under: keywords of its own words, category and line of the entries near it."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jieba.analyse import TFIDF

from accounts.models import Agent
from kb.lib.cutting import CUTTER
from search import matching

MOST_KEYWORDS = 6
MOST_CHOICES = 2
NEAREST = 8
LONGEST_READ = 3_000
SPARE = 20
NEVER = frozenset({
    "怎么", "怎样", "如何", "什么", "多少", "多久", "哪些", "哪里", "为什么", "是否", "能否", "能不能",
    "可以", "需要", "应该", "以后", "之后", "以前", "之前", "请问", "您好", "客户", "我们", "你们", "他们",
    "如果", "内部",
})  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """A row to choose, as the form sends it, and its name."""

    value: str
    name: str


@dataclass(frozen=True)
class Suggested:
    keywords: list[str]
    categories: list[Choice]
    lines: list[Choice]


def suggest(
    writer: Agent, question: str, texts: Sequence[str], *, entry_id: int | None, has: Collection[str]
) -> Suggested:
    """From the question and the other texts of a draft; ``has`` are the keywords it has already."""
    nearest = _nearest(writer, question, entry_id)
    categories, lines = Counter[Choice](), Counter[Choice]()
    for place, row in enumerate(nearest):
        if row["category_id"]:
            categories[Choice(str(row["category_id"]), row["category__path"])] += NEAREST - place
        lines[Choice(str(row["line_id"]), row["line__name"])] += NEAREST - place
    return Suggested(
        keywords=keywords("\n".join([question, question, *texts]), has),
        categories=[choice for choice, _votes in categories.most_common(MOST_CHOICES)],
        lines=[choice for choice, _votes in lines.most_common(MOST_CHOICES)],
    )


def keywords(text: str, has: Collection[str] = ()) -> list[str]:
    """The words that tell this text from others: frequent here, rare in jieba's own figures."""
    tags = _ranker().extract_tags(text[:LONGEST_READ], topK=MOST_KEYWORDS + len(has) + SPARE)
    words = [tag for tag in tags if tag not in NEVER | {*has} and not tag.replace(".", "").isdigit()]
    return words[:MOST_KEYWORDS]


def _nearest(writer: Agent, question: str, entry_id: int | None) -> list[dict[str, Any]]:
    if not question.strip():
        return []
    found = matching.find(writer, question, limit=NEAREST, wants_nearest=False).matches
    return [each.entry for each in found if each.entry["pk"] != entry_id]


@lru_cache(maxsize=1)
def _ranker() -> TFIDF:
    ranker = TFIDF()
    ranker.tokenizer = CUTTER  # ours, whose cache lies where nobody else writes
    return ranker
