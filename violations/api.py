"""A case as machines are told of it: without personal data, for partners and for staff."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from violations.models import CaseEvent, Violation


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
    rule = serializers.SerializerMethodField()
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
            "pay_due_on",
            "paid_on",
            "closed_on",
            "events",
        )

    @extend_schema_field({"type": ["string", "null"]})
    def get_rule(self, case: Violation) -> str | None:
        """Return the code of the rule, None before one was chosen."""
        return case.rule.code if case.rule else None
