"""How the list of cases is narrowed: each parameter has one form, and nothing else is taken for it.

What cannot be read is refused by name, because a filter that is silently left out tells a machine
about cases it did not ask for.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import exceptions

from cameras.models import Unit
from cameras.plates import read_plate
from citizens.partners.fields import STATUSES
from violations.models import CaseEvent, Violation

PLATE = "^[0-9A-Za-zĐđ .-]{1,20}$"
WORD, LONG_WORD, CODE = "^[a-z_]{1,12}$", "^[a-z_]{1,40}$", "^[0-9A-Za-z-]{1,20}$"
ISO_DAY = ("%Y-%m-%d",)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)


#: As the description of the API says it; what is checked below is the same.
FORMS = [
    OpenApiParameter("plate", {"type": "string", "pattern": PLATE}),
    OpenApiParameter("vehicle_class", {"type": "string", "pattern": WORD}),
    OpenApiParameter("violation_type", {"type": "string", "pattern": LONG_WORD}),
    OpenApiParameter("unit", {"type": "string", "pattern": CODE}),
    OpenApiParameter("occurred_from", {"type": "string", "format": "date"}),
    OpenApiParameter("occurred_to", {"type": "string", "format": "date"}),
    OpenApiParameter("changed_since", {"type": "string", "format": "date-time"}),
]


class MomentField(forms.CharField):
    """A moment with its offset from UTC (RFC 3339)."""

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment in UTC, None where nothing was sent. Raises ValidationError."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            if not MOMENT.fullmatch(text):
                raise ValueError(text)
            return _in_utc(datetime.fromisoformat(text.upper()))
        except ValueError as fault:
            words = gettext("Write a moment like 2026-11-01T08:00:00+07:00.")
            raise forms.ValidationError(words) from fault


class MomentFilter(django_filters.Filter):
    """Narrow by a moment."""

    field_class = MomentField


class DayField(forms.DateField):
    """A day as year, month and day, each in full."""

    def to_python(self, value: Any) -> Any:
        """Return the day. Raises ValidationError also for a day of other digits than ours."""
        if value and not DAY.fullmatch(str(value)):
            raise forms.ValidationError(self.error_messages["invalid"])
        return super().to_python(value)


class DayFilter(django_filters.Filter):
    """Narrow by a day."""

    field_class = DayField


def _text(pattern: str, **options: Any) -> django_filters.CharFilter:
    """Return a filter by a text of one form, taken as it was sent."""
    checks = [RegexValidator(pattern.replace("$", r"\Z"))]
    return django_filters.CharFilter(validators=checks, strip=False, **options)


class CaseFilter(django_filters.FilterSet):
    """Narrow by status, plate (exact), kind, unit, day of the violation, and last change."""

    status = django_filters.ChoiceFilter(choices=STATUSES)
    plate = _text(PLATE, method="of_plate")
    vehicle_class = _text(WORD)
    violation_type = _text(LONG_WORD)
    unit = _text(CODE, method="of_unit")
    occurred_from = DayFilter(field_name="occurred_on", lookup_expr="gte", input_formats=ISO_DAY)
    occurred_to = DayFilter(field_name="occurred_on", lookup_expr="lte", input_formats=ISO_DAY)
    changed_since = MomentFilter(method="changed")

    class Meta:
        model = Violation
        fields: tuple[str, ...] = ()

    def of_plate(self, cases: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Keep one vehicle; a plate is read as everywhere in the portal."""
        return cases.filter(plate=read_plate(text).normalised or text)

    def of_unit(self, cases: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        """Keep one unit, by its key, so that an index that begins with it serves."""
        keys = Unit.objects.filter(code=code).values_list("pk", flat=True)
        return cases.filter(unit_id__in=list(keys))

    @extend_schema_field(OpenApiTypes.DATETIME)
    def changed(self, cases: QuerySet[Any], _name: str, since: datetime) -> QuerySet[Any]:
        """Keep the cases with a step since a moment, found from the newest steps."""
        steps = CaseEvent.objects.filter(at__gte=since)
        return cases.filter(Exists(steps.filter(case=OuterRef("pk"))), pk__in=steps.values("case"))


def insist_on_values(asked: Any) -> None:
    """Refuse a parameter without a value, and one sent twice. Raises ValidationError."""
    for name in CaseFilter.base_filters:
        values = asked.getlist(name)
        if len(values) > 1 or "" in values:
            raise exceptions.ValidationError({name: [gettext("Send one value, not an empty one.")]})


def _in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; the first and the last year there are have no other."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)
