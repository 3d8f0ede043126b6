"""The API for other agencies: read-only, by unit, without personal data.

Agency keys with scopes and quotas come with the partner API; until then it is for signed-in staff
with a second factor.
"""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from rest_framework import serializers, viewsets
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from violations import blindness
from violations.admin import veil
from violations.models import CaseEvent, Violation
from violations.models.officer import AllUnits


class MayViewCases(BasePermission):
    """Let in who may view cases; the list is then narrowed to their units."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Tell whether the signed-in person holds the right to view cases."""
        return bool(request.user and request.user.has_perm("violations.view_violation"))


class EventSerializer(serializers.ModelSerializer[CaseEvent]):
    """One step of the history, with its hash so that a copy can be checked."""

    row_hash = serializers.SerializerMethodField()

    class Meta:
        model = CaseEvent
        fields = ("sequence", "step", "from_status", "to_status", "at", "row_hash")

    def get_row_hash(self, event: CaseEvent) -> str:
        """Return the hash in hexadecimal."""
        return bytes(event.row_hash).hex()


class ViolationSerializer(serializers.ModelSerializer[Violation]):
    """A case as another agency needs it."""

    unit = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    rule = serializers.CharField(source="rule.code", default=None)
    events = EventSerializer(many=True, read_only=True)

    class Meta:
        model = Violation
        fields = (
            "number",
            "unit",
            "status",
            "violation_type",
            "plate",
            "plate_colour",
            "vehicle_class",
            "place",
            "occurred_at",
            "rule",
            "notified_on",
            "decided_on",
            "served_on",
            "paid_on",
            "closed_on",
            "events",
        )


class ViolationFilter(django_filters.FilterSet):
    """Narrow by status, plate (exact), kind, unit and day."""

    occurred_from = django_filters.DateFilter(field_name="occurred_on", lookup_expr="gte")
    occurred_to = django_filters.DateFilter(field_name="occurred_on", lookup_expr="lte")
    unit = django_filters.CharFilter(field_name="unit__code")

    class Meta:
        model = Violation
        fields = ("status", "plate", "vehicle_class", "violation_type")


class ByCreation(CursorPagination):
    """Pages that stay put while cases arrive."""

    ordering = "-created_at"
    page_size = 50


class ViolationViewSet(viewsets.ReadOnlyModelViewSet[Violation]):
    """Cases of the units the caller may see."""

    serializer_class = ViolationSerializer
    permission_classes = (MayViewCases,)
    filterset_class = ViolationFilter
    pagination_class = ByCreation
    lookup_field = "number"

    def get_queryset(self) -> QuerySet[Violation]:
        """Return the cases in reach, with what the answer needs; none the caller still judges."""
        user = self.request.user
        events = veil.shown_rows(CaseEvent.objects.all(), user)
        cases = Violation.objects.select_related("unit", "rule").prefetch_related(
            Prefetch("events", queryset=events)
        )
        cases = blindness.open_to(cases, user, at=timezone.now())
        codes = user.unit_codes  # type: ignore[union-attr]  # MayViewCases let in a user
        return cases if isinstance(codes, AllUnits) else cases.filter(unit__code__in=codes)
