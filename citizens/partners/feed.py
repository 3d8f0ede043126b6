"""The feed: milestones in the order in which they were committed, none passed over.

A number of a sequence is taken before its transaction ends, so a reader who goes by numbers alone
loses what commits late. Here it goes by transaction and number, and stops below the oldest
transaction that is still running: what lies below can no longer change.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Func, Q, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from cameras.admin.paging import patience
from citizens.partner_models import PartnerEvent
from citizens.partners import paging
from citizens.partners.calls import Metered
from citizens.partners.cases import LIMIT
from citizens.partners.reach import events_of

HORIZON = "(SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint)"
AFTER = OpenApiParameter(
    "after",
    {"type": "string", "pattern": "^[0-9]{1,18}-[0-9]{1,18}$"},
    description="“next” of the answer before; without it the feed begins at its beginning.",
)


class FeedEventSerializer(serializers.ModelSerializer[PartnerEvent]):
    """One milestone of a case."""

    id = serializers.SerializerMethodField()
    type = serializers.ChoiceField(choices=PartnerEvent.Kind.choices, source="kind")
    case = serializers.CharField(source="case_number")
    unit = serializers.CharField(source="unit.code")
    status = serializers.CharField()

    class Meta:
        model = PartnerEvent
        fields = ("id", "type", "case", "sequence", "status", "unit", "plate", "at")

    def get_id(self, event: PartnerEvent) -> str:
        """Return the place of the event in the feed."""
        return cursor_of(event)


class FeedSerializer(serializers.Serializer[Any]):
    """A page of the feed; “next” is to be kept and sent back, also after an empty page."""

    results = FeedEventSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class Horizon(Func):
    """The oldest transaction that is still running: what lies below it can no longer change."""

    template = HORIZON
    output_field = BigIntegerField()


def cursor_of(event: PartnerEvent) -> str:
    """Write the place of an event in the feed."""
    return f"{event.transaction}-{event.pk}"


def settled(events: QuerySet[PartnerEvent]) -> QuerySet[PartnerEvent]:
    """Leave out what a transaction that still runs might stand before."""
    return events.filter(transaction__lt=Horizon()).order_by("transaction", "pk")


def behind(events: QuerySet[PartnerEvent], place: tuple[int, int]) -> QuerySet[PartnerEvent]:
    """Keep what lies behind a place of the feed."""
    transaction, number = place
    return events.filter(
        Q(transaction__gt=transaction) | Q(transaction=transaction, pk__gt=number),
        transaction__gte=transaction,  # a bound the index starts at
    )


def end_of_feed() -> tuple[int, int]:
    """Return the place behind which the next event will lie."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {HORIZON}")
        (transaction,) = cursor.fetchone()
    return int(transaction) - 1, 2**62


class Feed(Metered, GenericAPIView[PartnerEvent]):
    """Milestones in reach, oldest first."""

    scope = "events:read"
    serializer_class = FeedEventSerializer
    queryset = PartnerEvent.objects.none()
    filter_backends = ()
    pagination_class = None

    @extend_schema(operation_id="list_events", parameters=[LIMIT, AFTER], responses=FeedSerializer)
    def get(self, request: Request) -> Response:
        """Return what came after a place, in the order of the feed."""
        limit = paging.asked_limit(request)
        after = request.query_params.get("after")
        place = paging.read_feed_cursor(after) if after is not None else (0, 0)
        with patience():
            events = behind(settled(events_of(request.user.reach)), place)
            rows = list(events.select_related("unit")[:limit])
        following = cursor_of(rows[-1]) if rows else after
        return paging.page(self.get_serializer(rows, many=True).data, following)
