"""The faces of one entry's text: as for everybody, and as for each region or customer segment it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from faq import markdown
from faq.models import Revision
from faq.presenting import Block, KeyPoint, blocks, key_points


@dataclass(frozen=True)
class Version:
    """What an agent reads; ``name`` is empty for everybody's, ``own`` names the parts that differ from it."""

    name: str
    own: frozenset[str]
    key_points: list[KeyPoint]
    script: list[Block]
    script_to_copy: str
    answer: list[Block]
    answer_to_copy: str


def texts_of(text: Revision) -> list[dict[str, Any]]:
    """The variants as they are read: what one leaves empty is as for everybody."""
    common = {"key_points": text.key_points, "answer": text.answer, "script": text.script}
    return [
        {"name": variant["name"]} | {part: variant[part] or common[part] for part in common}
        for variant in text.variants
    ]


def versions_of(text: Revision) -> list[Version]:
    """Everybody's first, then the variants in their order."""
    common = {"name": "", "key_points": text.key_points, "answer": text.answer, "script": text.script}
    found = [_version(common, frozenset())]
    for variant, read in zip(text.variants, texts_of(text), strict=True):
        own = frozenset(part for part in ("key_points", "answer", "script") if variant[part])
        found.append(_version(read, own))
    return found


def _version(text: Mapping[str, Any], own: frozenset[str]) -> Version:
    return Version(
        name=text["name"],
        own=own,
        key_points=key_points(text["key_points"]),
        script=blocks(text["script"]),
        script_to_copy=markdown.for_the_caller(text["script"]),
        answer=blocks(text["answer"]),
        answer_to_copy=markdown.for_the_caller(text["answer"]),
    )
