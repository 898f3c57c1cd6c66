"""Answers are Markdown; what reaches a page went through our own allow-list."""

import re
from functools import lru_cache
from html import unescape

import nh3
from markdown_it import MarkdownIt

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"https", "http", "tel", "mailto"}
INTERNAL = re.compile(r"^\s*>?\s*内部[：:]")

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


@lru_cache(maxsize=2048)
def render(text: str) -> str:
    """HTML of an answer: no images, no styles, no raw HTML, links of named schemes only.

    nh3's own default list would keep ``<img src>`` and ``//host`` links, so we bring ours.
    """
    return nh3.clean(
        _parser.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
        attribute_filter=_keep_attribute,
    )


def for_the_caller(text: str) -> str:
    """The paragraphs an agent may copy out: everything but those that begin with ``内部：``."""
    paragraphs = re.split(r"\n\s*\n", text)
    return "\n\n".join(part for part in paragraphs if not INTERNAL.match(part))


def plain(text: str) -> str:
    """The words of an answer without its marks, for the index and for copying."""
    words = nh3.clean(render(text).replace("<", " <"), tags=set())
    return " ".join(unescape(words).split())


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    if tag == "a" and attribute == "href" and value.startswith(("//", "/\\", "\\")):
        return None
    return value
