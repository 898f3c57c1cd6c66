"""What the answers look like, for the OpenAPI schema only; the view builds them by hand."""

from typing import Any

from rest_framework import serializers

from faq.models import Kind
from inquiries.models import Inquiry
from search import suggesting
from search.engines.base import EXACT, FoundBy


class _Ranges(serializers.ListField):
    """Half-open ranges of characters: [[start, end], ...]."""

    child = serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)


class HighlightsSerializer(serializers.Serializer[Any]):
    """Where the words stand, counted in Unicode code points."""

    question = _Ranges()
    similar = _Ranges()


class MatchLineSerializer(serializers.Serializer[Any]):
    """The owning business line."""

    code = serializers.CharField()
    name = serializers.CharField()


class MatchCategorySerializer(serializers.Serializer[Any]):
    """The category an entry is filed in."""

    id = serializers.IntegerField()
    path = serializers.CharField()


class ReadingsSerializer(serializers.Serializer[Any]):
    """What each reading of the words typed brought of the engine's score."""

    words = serializers.FloatField()
    synonym = serializers.FloatField()
    pinyin = serializers.FloatField()
    initials = serializers.FloatField()
    sound = serializers.FloatField()
    answer = serializers.FloatField()


class ReasonSerializer(serializers.Serializer[Any]):
    """One figure the ranker looked at, and what it moved against the mean of all candidates.

    ``said`` is its name in the reader's language.
    """

    name = serializers.CharField()
    said = serializers.CharField()
    value = serializers.FloatField()
    share = serializers.FloatField()


class RankerReasonsSerializer(serializers.Serializer[Any]):
    """What the ranker in force saw, the strongest reasons first."""

    version = serializers.CharField()
    score = serializers.FloatField()
    shares = ReasonSerializer(many=True)


class AskedSerializer(serializers.Serializer[Any]):
    """Hits of four weeks: in the lines of whoever asks, and in all."""

    line = serializers.IntegerField()
    all = serializers.IntegerField()


class ExplainSerializer(serializers.Serializer[Any]):
    """Why a match stands in its place; ``ranker`` is null where it had no say."""

    place = serializers.IntegerField()
    tier = serializers.ChoiceField(choices=[(how, how) for how in (*EXACT, "score")])
    readings = ReadingsSerializer()
    ranker = RankerReasonsSerializer(allow_null=True)
    asked = AskedSerializer()


class MatchSerializer(serializers.Serializer[Any]):
    """One match. ``similar`` is the similar question it was found in, ``explain`` comes when asked for."""

    id = serializers.IntegerField()
    question = serializers.CharField()
    key_points = serializers.ListField(child=serializers.CharField())
    matched_by = serializers.ChoiceField(choices=[(how.value, how.value) for how in FoundBy])
    similar = serializers.CharField(allow_null=True)
    score = serializers.FloatField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    line = MatchLineSerializer()
    category = MatchCategorySerializer(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    highlights = HighlightsSerializer()
    explain = ExplainSerializer(required=False)


class SearchAnswerSerializer(serializers.Serializer[Any]):
    """``more`` tells whether a larger offset finds more; ``reduced`` that the database answered."""

    search_id = serializers.UUIDField()
    took_ms = serializers.FloatField()
    matches = MatchSerializer(many=True)
    more = serializers.BooleanField()
    reduced = serializers.BooleanField()
    nearest = MatchSerializer(many=True)
    did_you_mean = serializers.ListField(child=serializers.CharField())


class SuggestionSerializer(serializers.Serializer[Any]):
    """What the box would hold: a word completed, or a standard question and the entry it is of."""

    kind = serializers.ChoiceField(choices=[(kind.value, kind.value) for kind in suggesting.Kind])
    text = serializers.CharField()
    entry = serializers.IntegerField(allow_null=True)


class SuggestAnswerSerializer(serializers.Serializer[Any]):
    """Words, best first, then questions."""

    suggestions = SuggestionSerializer(many=True)


class InProgressSerializer(serializers.Serializer[Any]):
    """A forwarded question. ``asked`` counts calls; ``reply`` and ``answer`` are empty until there is one."""

    id = serializers.IntegerField()
    question = serializers.CharField()
    line = MatchLineSerializer()
    state = serializers.ChoiceField(choices=Inquiry.State.choices)
    asked = serializers.IntegerField()
    reply_due_at = serializers.DateTimeField()
    answer_due_at = serializers.DateTimeField()
    is_provisional = serializers.BooleanField()
    replied_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    reply = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True)
    is_mine = serializers.BooleanField()
    likeness = serializers.FloatField(required=False)


class InProgressAnswerSerializer(serializers.Serializer[Any]):
    """The nearest first."""

    inquiries = InProgressSerializer(many=True)
