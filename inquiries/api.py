"""``/api/v1/inquiries``: forward a question, join one, and read what came of it; as the pages allow."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import permissions
from accounts.models import Agent, BusinessLine
from inquiries import glance
from inquiries.glance import Glance
from inquiries.models import Inquiry, Message
from inquiries.services import forwarding
from inquiries.services.texts import LONGEST_LINE, LONGEST_TEXT

STATES = [str(state) for state in Inquiry.State]


class InquiryLineSerializer(serializers.Serializer[Any]):
    """The business line it was forwarded to."""

    code = serializers.CharField()
    name = serializers.CharField()


class InquirySerializer(serializers.Serializer[Any]):
    """An inquiry in its running round. ``asked`` counts calls; ``is_mine``: asked by whoever reads this."""

    id = serializers.IntegerField()
    question = serializers.CharField()
    context = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field, not the option
    line = InquiryLineSerializer()
    state = serializers.ChoiceField(choices=Inquiry.State.choices)
    round = serializers.IntegerField()
    asked = serializers.IntegerField()
    forwarded_at = serializers.DateTimeField()
    reply_due_at = serializers.DateTimeField()
    answer_due_at = serializers.DateTimeField()
    is_provisional = serializers.BooleanField()
    replied_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    reply = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True)
    entry = serializers.IntegerField(source="published_entry_id", allow_null=True)
    is_mine = serializers.BooleanField()


class SaidSerializer(serializers.Serializer[Any]):
    """One message."""

    kind = serializers.ChoiceField(choices=Message.Kind.choices)
    round = serializers.IntegerField()
    text = serializers.CharField()
    said_at = serializers.DateTimeField()


class InquiryDetailSerializer(InquirySerializer):
    """With what was said, oldest first; notes only for those who work on it."""

    messages = SaidSerializer(many=True)


class InquiryPageSerializer(serializers.Serializer[Any]):
    """``next`` and ``previous`` are addresses, or null at the ends."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = InquirySerializer(many=True)


class ForwardSerializer(serializers.Serializer[Any]):
    """A question to forward; `id` is made by the client and makes a repetition harmless."""

    id = serializers.UUIDField()
    question = serializers.CharField(max_length=LONGEST_LINE)
    context = serializers.CharField(  # type: ignore[assignment]  # a field, not the option
        max_length=LONGEST_TEXT, allow_blank=True, default=""
    )
    line = serializers.CharField(max_length=32)
    call_id = serializers.UUIDField(allow_null=True, default=None)
    words = serializers.CharField(max_length=LONGEST_LINE, allow_blank=True, default="")


class JoinSerializer(serializers.Serializer[Any]):
    """The call in which it was asked too, what was searched for, and what else one needs to know."""

    call_id = serializers.UUIDField(allow_null=True, default=None)
    words = serializers.CharField(max_length=LONGEST_LINE, allow_blank=True, default="")
    detail = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, default="")


class NewestFirst(CursorPagination):
    """By the number of the inquiry, which grows."""

    ordering = "-pk"
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200


class Inquiries(APIView):
    """Forwarded questions."""

    @extend_schema(
        operation_id="inquiries_list",
        summary="Inquiries",
        parameters=[
            OpenApiParameter("state", str, enum=STATES, many=True),
            OpenApiParameter("line", str, description="A business line's code."),
            OpenApiParameter("mine", str, enum=["0", "1"], description="With 1 only those asked by me."),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int, default=50),
        ],
        responses=InquiryPageSerializer,
    )
    def get(self, request: Request) -> Response:
        """Those this person may know of, the newest first."""
        person = _person(request)
        inquiries = Inquiry.objects.visible_to(person)
        asked = request.query_params
        if states := asked.getlist("state"):
            if unknown := [state for state in states if state not in STATES]:
                raise ValidationError(
                    {"state": [_("Unknown state: %(state)s.") % {"state": unknown[0][:50]}]}
                )
            inquiries = inquiries.filter(state__in=states)
        if line := asked.get("line"):
            inquiries = inquiries.filter(line__code=line[:32])
        if asked.get("mine") == "1":
            inquiries = inquiries.asked_by(person)
        pages = NewestFirst()
        page = pages.paginate_queryset(inquiries, request) or []
        seen = glance.by_id(Inquiry.objects.filter(pk__in=[inquiry.pk for inquiry in page]), person)
        body = {
            "next": pages.get_next_link(),
            "previous": pages.get_previous_link(),
            "results": InquirySerializer([seen[inquiry.pk] for inquiry in page], many=True).data,
        }
        return Response(body, headers={"Cache-Control": "private, no-store"})

    @extend_schema(
        summary="Forward a question",
        request=ForwardSerializer,
        responses={201: InquirySerializer, 200: InquirySerializer},
    )
    def post(self, request: Request) -> Response:
        """Forward it, masked: 201, or 200 when it was sent before."""
        person, told = _forwarder(request), _valid(ForwardSerializer, request)
        line = BusinessLine.objects.filter(code=told["line"]).first()
        if line is None:
            raise ValidationError(
                {"line": [_("Unknown business line: %(code)s.") % {"code": told["line"][:50]}]}
            )
        is_known = Inquiry.objects.filter(key=told["id"]).exists()
        inquiry = forwarding.forward(
            question=told["question"],
            context=told["context"],
            line=line,
            by=person,
            call_id=told["call_id"],
            key=told["id"],
            words=told["words"],
        )
        return Response(InquirySerializer(_seen(inquiry, person)).data, status=200 if is_known else 201)


class InquiryDetail(APIView):
    """One inquiry."""

    @extend_schema(summary="One inquiry", responses=InquiryDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """With all that was said, for whoever may know of it."""
        person, inquiry = _person(request), _inquiry(request, pk)
        messages = inquiry.messages.all()
        works = Inquiry.objects.worked_by(person).filter(pk=inquiry.pk)
        if not (permissions.may_see_all_inquiries(person) or works.exists()):
            messages = messages.exclude(kind=Message.Kind.NOTE)
        body = dict(InquirySerializer(_seen(inquiry, person)).data)
        body["messages"] = SaidSerializer(messages, many=True).data
        return Response(body, headers={"Cache-Control": "private, no-store"})


class InquiryJoin(APIView):
    """Asking a forwarded question too."""

    @extend_schema(summary="Join an inquiry", request=JoinSerializer, responses={200: InquirySerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Add a call in which it was asked; the same call joins once."""
        person = _forwarder(request)
        inquiry, told = _inquiry(request, pk), _valid(JoinSerializer, request)
        inquiry = forwarding.join(inquiry, by=person, **told)
        return Response(InquirySerializer(_seen(inquiry, person)).data)


def _person(request: Request) -> Agent:
    assert isinstance(request.user, Agent)  # noqa: S101  IsAuthenticated saw to it
    return request.user


def _forwarder(request: Request) -> Agent:
    """Whoever asks, if they forward questions. Raises PermissionDenied for others."""
    person = _person(request)
    if not permissions.may_forward(person):
        raise PermissionDenied(_("Who talks to callers forwards questions; you do not."))
    return person


def _inquiry(request: Request, pk: int) -> Inquiry:
    return get_object_or_404(Inquiry.objects.visible_to(_person(request)), pk=pk)


def _seen(inquiry: Inquiry, person: Agent) -> Glance:
    return glance.by_id(Inquiry.objects.filter(pk=inquiry.pk), person)[inquiry.pk]


def _valid(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)
