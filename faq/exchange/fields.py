"""The fields of a file, described once; readers and writers follow this list."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum, auto
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from faq import wording
from faq.exchange import source, variants
from faq.models import Kind

SHANGHAI = ZoneInfo("Asia/Shanghai")
END_OF_DAY = time(23, 59, 59)
YES = frozenset({"true", "yes", "1", "是"})
NO = frozenset({"false", "no", "0", "否", ""})


class Shape(Enum):
    """What a value is: in Python a str, a tuple of str, a datetime, a date or a bool.

    A variant is a text of compact JSON, so that it stands in a cell like every other item of a list.
    """

    LINE = auto()
    TEXT = auto()
    PATH = auto()
    KIND = auto()
    LINES = auto()
    TEXTS = auto()
    BEGIN = auto()
    END = auto()
    DAY = auto()
    FLAG = auto()
    SOURCE = auto()
    VARIANTS = auto()


LISTS = frozenset({Shape.LINES, Shape.TEXTS, Shape.VARIANTS})


@dataclass(frozen=True)
class Field:
    """One column: its name, what it holds, the length of a text or of each item, the number of items."""

    name: str
    shape: Shape
    longest: int = wording.LONGEST_TEXT
    most: int = 1000

    @property
    def is_list(self) -> bool:
        return self.shape in LISTS

    def parse(self, raw: Any) -> Any:
        """The value a file means; ``raw`` is a text or what JSON knows, None and "" mean empty.

        Raises ValueError with a sentence for the person who made the file.
        """
        if self.shape == Shape.VARIANTS:
            return variants.parse(raw)
        if self.is_list:
            return self._items(raw)
        if self.shape == Shape.FLAG:
            return _flag(raw)
        text = self._text(raw)
        match self.shape:
            case Shape.PATH:
                return wording.tidy_path(text)
            case Shape.KIND:
                return _kind(text)
            case Shape.BEGIN:
                return _moment(text, time.min)
            case Shape.END:
                return _moment(text, END_OF_DAY)
            case Shape.DAY:
                return _day(text)
            case Shape.SOURCE:
                return "\n".join(source.parse(text).lines())
        return text

    def to_json(self, value: Any) -> Any:
        """The value as JSON writes it: real lists, ISO 8601, null for no time."""
        if isinstance(value, datetime):
            return value.astimezone(SHANGHAI).isoformat()
        if isinstance(value, date):
            return value.isoformat()
        if self.shape == Shape.VARIANTS:
            return variants.as_json(value)
        return list(value) if self.is_list else value

    def to_text(self, value: Any) -> str:
        """The value of a field that is no list, as one text."""
        plain = self.to_json(value)
        if isinstance(plain, bool):
            return "true" if plain else "false"
        return plain or ""

    def _text(self, raw: Any) -> str:
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            raw = str(raw)
        if raw is not None and not isinstance(raw, str):
            raise ValueError(_("must be a text"))
        is_long_text = self.shape in {Shape.TEXT, Shape.SOURCE}
        text = _tidy(raw or "", is_long_text=is_long_text)
        if len(text) > self.longest:
            raise ValueError(
                _("has %(length)s characters, at most %(most)s are allowed")
                % {"length": len(text), "most": self.longest}
            )
        return text

    def _items(self, raw: Any) -> tuple[str, ...]:
        if raw is None:
            return ()
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            raise ValueError(_("must be a list of texts"))
        is_long_text = self.shape == Shape.TEXTS
        items = [item for item in (_tidy(item, is_long_text=is_long_text) for item in raw) if item]
        if not is_long_text:
            items = list(dict.fromkeys(items))
        too_long = next((item for item in items if len(item) > self.longest), None)
        if too_long is not None:
            raise ValueError(
                _("has an item of %(length)s characters, at most %(most)s are allowed")
                % {"length": len(too_long), "most": self.longest}
            )
        if len(items) > self.most:
            raise ValueError(
                _("has %(count)s items, at most %(most)s are allowed")
                % {"count": len(items), "most": self.most}
            )
        return tuple(items)


def _tidy(text: str, *, is_long_text: bool) -> str:
    if "\x00" in text:
        raise ValueError(_("holds a NUL character"))
    try:
        return wording.tidy(text) if is_long_text else wording.tidy_line(text)
    except ValueError:
        raise ValueError(_("holds half a character (a lone surrogate)")) from None


def _flag(raw: Any) -> bool:
    if raw is None or isinstance(raw, bool):
        return bool(raw)
    word = str(raw).strip().lower()
    if word not in YES | NO:
        raise ValueError(_("must be true or false"))
    return word in YES


def _kind(text: str) -> str:
    if not text:
        return Kind.FAQ.value
    if text not in Kind.values:
        raise ValueError(
            _("“%(value)s” is not a kind; the kinds are %(kinds)s")
            % {"value": text[:50], "kinds": ", ".join(Kind.values)}
        )
    return text


def _moment(text: str, time_of_a_day: time) -> datetime | None:
    """A moment; a date alone means its first second where something begins, its last where it ends."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if len(text) <= len("2026-W01-1"):
            moment = datetime.combine(moment, time_of_a_day)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=SHANGHAI)
        moment = moment.astimezone(UTC)
        moment.astimezone(SHANGHAI)
    except (ValueError, OverflowError):
        raise ValueError(
            _("“%(value)s” is not a time; write 2026-03-01T09:00:00") % {"value": text[:50]}
        ) from None
    return moment


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise ValueError(_("“%(value)s” is not a date; write 2026-03-01") % {"value": text[:50]}) from None


FIELDS = (
    Field("external_id", Shape.LINE, longest=100),
    Field("line", Shape.LINE, longest=32),
    Field("lines_concerned", Shape.LINES, longest=32),
    Field("category", Shape.PATH, longest=500),
    Field("kind", Shape.KIND, longest=50),
    Field("question", Shape.LINE, longest=wording.LONGEST_QUESTION),
    Field(
        "similar_questions",
        Shape.LINES,
        longest=wording.LONGEST_QUESTION,
        most=wording.MOST_SIMILAR_QUESTIONS,
    ),
    Field("key_points", Shape.TEXTS, longest=wording.LONGEST_KEY_POINT, most=wording.MOST_KEY_POINTS),
    Field("answer", Shape.TEXT),
    Field("script", Shape.TEXT),
    Field("variants", Shape.VARIANTS),
    Field("keywords", Shape.LINES, longest=wording.LONGEST_KEYWORD, most=wording.MOST_KEYWORDS),
    Field("related", Shape.LINES, longest=100, most=100),
    Field("valid_from", Shape.BEGIN, longest=50),
    Field("valid_until", Shape.END, longest=50),
    Field("review_due_on", Shape.DAY, longest=50),
    Field("source", Shape.SOURCE, longest=1000),
    Field("is_restricted", Shape.FLAG, longest=50),
)
BY_NAME = {field.name: field for field in FIELDS}
