"""``GET /api/v1/entries/{id}``: one entry as machines read it, and the yardstick for the search's speed."""

from typing import Any

from django.http import Http404
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from faq import markdown
from faq.models import Entry, EntryState, Revision
from kb.home.freshness import found_instead
from kb.home.versions import texts_of
from kb.lib.row_ids import BIGGEST_ID


class NamedSerializer(serializers.Serializer[Any]):
    """A code with the name people read."""

    code = serializers.CharField()
    name = serializers.CharField()


class SourceSerializer(serializers.Serializer[Any]):
    """Where the information came from."""

    title = serializers.CharField()
    link = serializers.CharField(allow_blank=True)
    dated_on = serializers.DateField(allow_null=True)


class VariantSerializer(serializers.Serializer[Any]):
    """The text as it is for one region or customer segment, complete: what it leaves open is everybody's."""

    name = serializers.CharField()
    key_points = serializers.ListField(child=serializers.CharField())
    script = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True)
    answer_for_caller = serializers.CharField(allow_blank=True)


class EntrySerializer(serializers.Serializer[Any]):
    """The live text of one entry; describes the answer for the schema."""

    id = serializers.IntegerField()
    external_id = serializers.CharField()
    state = serializers.CharField()
    kind = serializers.CharField()
    line = NamedSerializer()
    category = serializers.CharField(allow_blank=True)
    revision = serializers.IntegerField()
    question = serializers.CharField()
    key_points = serializers.ListField(child=serializers.CharField())
    script = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True)
    answer_for_caller = serializers.CharField(allow_blank=True)
    variants = VariantSerializer(many=True)
    keywords = serializers.ListField(child=serializers.CharField())
    source = SourceSerializer(allow_null=True)  # type: ignore[assignment]  # a field of ours, not the option
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    review_due_on = serializers.DateField(allow_null=True)
    is_unsigned = serializers.BooleanField()
    redirected_from = serializers.IntegerField(
        allow_null=True, help_text="The number asked for, where that entry was combined into this one."
    )
    changed_at = serializers.DateTimeField()


@method_decorator(conditional_page, name="dispatch")  # the ETag is a hash of all that is in the body
class EntryDetail(APIView):
    """One entry that has been published, for whoever may see it."""

    @extend_schema(
        summary="One entry",
        parameters=[OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER)],
        responses={200: EntrySerializer, 304: None},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Answer 304 when the caller already has this very body, 404 when the entry is not for them.

        Of a combined entry the one it was combined into is answered, with ``redirected_from``.
        """
        pk = min(pk, BIGGEST_ID)
        entries = (
            Entry.objects.visible_to(request.user)  # type: ignore[arg-type]
            .filter(live_revision__isnull=False)
            .select_related("live_revision", "line", "category", "source")
        )
        entry = entries.filter(pk=pk).first()
        if entry is None or entry.state == EntryState.WITHDRAWN:
            instead = found_instead(pk, request.user)  # type: ignore[arg-type]
            entry = entries.filter(pk=instead).first() if instead else entry
        if entry is None:
            raise Http404
        return Response(_body(entry, pk), headers={"Cache-Control": "private, no-cache"})


def _body(entry: Entry, asked_for: int) -> dict[str, Any]:
    text = entry.live_revision
    assert isinstance(text, Revision)  # noqa: S101  the look-up asked for it
    source = entry.source
    return {
        "id": entry.pk,
        "external_id": entry.external_id,
        "state": entry.state,
        "kind": entry.kind,
        "line": {"code": entry.line.code, "name": entry.line.name},
        "category": entry.category.path if entry.category else "",
        "revision": text.number,
        "question": text.question,
        "key_points": text.key_points,
        "script": text.script,
        "answer": text.answer,
        "answer_for_caller": markdown.for_the_caller(text.answer),
        "variants": [
            variant | {"answer_for_caller": markdown.for_the_caller(variant["answer"])}
            for variant in texts_of(text)
        ],
        "keywords": entry.keywords,
        "source": source and {"title": source.title, "link": source.link, "dated_on": source.dated_on},
        "valid_from": entry.valid_from,
        "valid_until": entry.valid_until,
        "review_due_on": entry.review_due_on,
        "is_unsigned": entry.is_unsigned,
        "redirected_from": asked_for if asked_for != entry.pk else None,
        "changed_at": entry.changed_at,
    }
