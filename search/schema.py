"""What the answers look like, for the OpenAPI schema only; the view builds them by hand."""

from typing import Any

from rest_framework import serializers

from faq.models import Kind
from search.engines.base import FoundBy


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


class MatchSerializer(serializers.Serializer[Any]):
    """One match. ``similar`` is the similar question it was found in."""

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
    """A question to go on with, and the entry it is of."""

    text = serializers.CharField()
    entry = serializers.IntegerField()


class SuggestAnswerSerializer(serializers.Serializer[Any]):
    """Suggestions, best first."""

    suggestions = SuggestionSerializer(many=True)
