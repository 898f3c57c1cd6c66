"""``/api/v1/bulletins``: what a person is told, for a desk or a telephone system of one's own."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import generics, serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Agent
from bulletins.models import Bulletin, BulletinQuerySet, Receipt
from bulletins.services import receiving
from faq.models import Entry

NOT_YOURS = OpenApiResponse(description="No such bulletin for this person.")
REFUSED = OpenApiResponse(description="A rule says no, such as a wrong answer; `detail` says which.")
UNREAD = OpenApiParameter("unread", str, enum=["0", "1"], description="With 1 only what is still to be read.")


class BulletinSerializer(serializers.ModelSerializer[Bulletin]):
    """One bulletin as its audience reads it; of a question only what may be chosen."""

    lines: Any = serializers.SlugRelatedField(many=True, read_only=True, slug_field="code")
    entries = serializers.SerializerMethodField()
    is_read = serializers.BooleanField(read_only=True, help_text="By this person, in this version.")

    class Meta:
        model = Bulletin
        fields = [
            "id",
            "title",
            "body",
            "urgency",
            "roles",
            "lines",
            "is_restricted",
            "published_at",
            "starts_at",
            "ends_at",
            "withdrawn_at",
            "entries",
            "is_must_read",
            "quiz",
            "choices",
            "version",
            "is_read",
        ]
        read_only_fields = fields

    def get_entries(self, bulletin: Bulletin) -> list[int]:
        """The linked entries that this person may find."""
        return [entry.pk for entry in bulletin.entries.all()]


class ReceiptSerializer(serializers.Serializer[Any]):
    """`version` is the one that was read; `choice` counts the answers of its question from 0."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    choice = serializers.IntegerField(min_value=0, max_value=100, allow_null=True, default=None)


class Newest(CursorPagination):
    """Newest first; `next` is the address of the next page."""

    page_size = 25
    ordering = ("-published_at", "-id")


@extend_schema_view(
    get=extend_schema(
        summary="Bulletins in force",
        description="Those that this person may read now, newest first, a page at a time.",
        parameters=[UNREAD],
    )
)
class Bulletins(generics.ListAPIView[Bulletin]):
    """Bulletins in force that this person may read."""

    serializer_class = BulletinSerializer
    pagination_class = Newest

    def get_queryset(self) -> BulletinQuerySet:
        person = _person(self.request)
        found = Bulletin.objects.visible_to(person).in_force()
        if self.request.query_params.get("unread") == "1":
            found = Bulletin.objects.unread_by(person)
        return _as_read_by(person, found)


@extend_schema_view(get=extend_schema(summary="One bulletin"))
class BulletinDetail(generics.RetrieveAPIView[Bulletin]):
    """One bulletin that has been published, for whoever may read it."""

    serializer_class = BulletinSerializer

    def get_queryset(self) -> BulletinQuerySet:
        person = _person(self.request)
        return _as_read_by(person, Bulletin.objects.visible_to(person).published())


class BulletinReceipt(APIView):
    """That this person has read a bulletin."""

    @extend_schema(
        summary="Confirm a bulletin",
        request=ReceiptSerializer,
        responses={204: None, 404: NOT_YOURS, 409: REFUSED},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Again changes nothing. 409 when the version is not the present one, or the answer is not right."""
        sent = ReceiptSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        person, data = _person(request), sent.validated_data
        bulletin = generics.get_object_or_404(Bulletin.objects.visible_to(person).published(), pk=pk)
        receiving.take_receipt(bulletin, by=person, version=data["version"], choice=data["choice"])
        return Response(status=status.HTTP_204_NO_CONTENT)


def _as_read_by(person: Agent, rows: BulletinQuerySet) -> BulletinQuerySet:
    read = Receipt.objects.filter(bulletin=OuterRef("pk"), person=person, version=OuterRef("version"))
    entries = Entry.objects.findable_by(person).order_by("pk").only("pk")
    found = rows.annotate(is_read=Exists(read))
    return found.prefetch_related("lines", Prefetch("entries", entries)).order_by("-published_at", "-pk")


def _person(request: Request) -> Agent:
    person: Any = request.user
    return person  # type: ignore[no-any-return]
