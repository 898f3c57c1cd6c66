"""What the desk and other machines tell the counter.

The desk marks its requests with ``X-Wenqu-Desk: 1``; what a person acting as an agent sends with that mark
and their session counts, everything else is stored and counts nothing. ``navigator.sendBeacon`` cannot set
headers, so the desk sends its last events with ``fetch(..., {keepalive: true})``.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Agent
from accounts.permissions import acts_as_agent
from hits import calls, counting, searches
from hits.models import How
from kb.lib.row_ids import BIGGEST_ID

DESK_MARK = "X-Wenqu-Desk"
MOST_MATCHES = 50

NOT_YOURS = OpenApiResponse(description="No such entry or call for this person.")
REFUSED = OpenApiResponse(description="A rule says no; `detail` says which.")
IS_DESK = OpenApiParameter(DESK_MARK, str, OpenApiParameter.HEADER, description="`1` from the desk.")


class HitSerializer(serializers.Serializer[Any]):
    """One use of an entry; `id` is made by the client and makes a repetition harmless."""

    id = serializers.UUIDField()
    entry = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)
    how = serializers.ChoiceField(choices=How.choices)
    call_id = serializers.UUIDField(allow_null=True, default=None)
    search_id = serializers.UUIDField(allow_null=True, default=None)


class RecordedSerializer(serializers.Serializer[Any]):
    """`counted`: the entry is a hit of this call now; without a call, this event is one."""

    id = serializers.UUIDField()
    counted = serializers.BooleanField()


class FiltersSerializer(serializers.Serializer[Any]):
    """The chips that were set."""

    line = serializers.CharField(max_length=100, allow_blank=True, required=False)
    category = serializers.CharField(max_length=500, allow_blank=True, required=False)
    kind = serializers.CharField(max_length=100, allow_blank=True, required=False)


class SearchSerializer(serializers.Serializer[Any]):
    """One settled search; `id` is the `search_id` the server gave, `matches` are the entries as shown."""

    id = serializers.UUIDField()
    text = serializers.CharField(max_length=2000)
    filters = FiltersSerializer(default=dict)
    matches = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=BIGGEST_ID), max_length=MOST_MATCHES
    )
    took_ms = serializers.IntegerField(min_value=0, max_value=600_000)
    call_id = serializers.UUIDField(allow_null=True, default=None)


class CallSerializer(serializers.Serializer[Any]):
    """A call that begins; `id` is made by the desk, `external_id` is the telephone system's own."""

    id = serializers.UUIDField()
    external_id = serializers.CharField(max_length=100, allow_blank=True, default="")


class StartedCallSerializer(serializers.Serializer[Any]):
    """The call as it is now."""

    id = serializers.UUIDField()
    external_id = serializers.CharField(allow_blank=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class Hits(APIView):
    """Uses of entries."""

    @extend_schema(
        summary="Record a use",
        request=HitSerializer,
        parameters=[IS_DESK],
        responses={201: RecordedSerializer, 200: RecordedSerializer, 404: NOT_YOURS, 409: REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Append one event: 201, or 200 when it was sent before; answered once it is safely stored."""
        data = _valid(HitSerializer, request)
        use = counting.Use(
            id=data["id"],
            entry_id=data["entry"],
            how=How(data["how"]),
            call_id=data["call_id"],
            search_id=data["search_id"],
        )
        try:
            recorded = counting.record_event(_person(request), use, counts=_counts(request))
        except ObjectDoesNotExist as missing:
            raise Http404 from missing
        return _made({"id": recorded.id, "counted": recorded.counted}, is_new=recorded.is_new)


class Searches(APIView):
    """Searches that settled."""

    @extend_schema(
        summary="Log a search",
        request=SearchSerializer,
        responses={201: None, 200: None, 404: NOT_YOURS},
    )
    def post(self, request: Request) -> Response:
        """Store the search, masked: 201, or 200 when it was logged before."""
        data = _valid(SearchSerializer, request)
        try:
            is_new = searches.log_search(
                _person(request),
                search_id=data["id"],
                text=data["text"],
                filters=data["filters"],
                match_ids=data["matches"],
                took_ms=data["took_ms"],
                call_id=data["call_id"],
            )
        except ObjectDoesNotExist as missing:
            raise Http404 from missing
        return _made({"id": data["id"]}, is_new=is_new)


class Calls(APIView):
    """Calls that begin."""

    @extend_schema(
        summary="Begin a call",
        request=CallSerializer,
        responses={200: StartedCallSerializer, 404: NOT_YOURS},
    )
    def post(self, request: Request) -> Response:
        """Begin this call and end the one before; sent again it changes nothing."""
        data = _valid(CallSerializer, request)
        try:
            call = calls.start_call(_person(request), call_id=data["id"], external_id=data["external_id"])
        except ObjectDoesNotExist as missing:
            raise Http404 from missing
        return Response(StartedCallSerializer(call).data)


class CallEnd(APIView):
    """The end of a call."""

    @extend_schema(summary="End a call", request=None, responses={204: None, 404: NOT_YOURS})
    def post(self, request: Request, call_id: UUID) -> Response:
        """End this call; one that has ended stays as it is."""
        try:
            calls.end_call(_person(request), call_id=call_id)
        except ObjectDoesNotExist as missing:
            raise Http404 from missing
        return Response(status=status.HTTP_204_NO_CONTENT)


def _person(request: Request) -> Agent:
    assert isinstance(request.user, Agent)  # noqa: S101  IsAuthenticated saw to it
    return request.user


def _counts(request: Request) -> bool:
    """Whether this was sent from the desk by a person acting as an agent."""
    return (
        request.headers.get(DESK_MARK) == "1"
        and isinstance(request.successful_authenticator, SessionAuthentication)
        and acts_as_agent(_person(request))
    )


def _valid(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _made(body: dict[str, Any], *, is_new: bool) -> Response:
    return Response(body, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)
