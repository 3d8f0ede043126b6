"""Cases and their money for partners and for signed-in staff: found by key, never counted."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cameras.admin.paging import patience
from citizens.partners import paging, walks
from citizens.partners.authentication import Partner
from citizens.partners.calls import Metered
from citizens.partners.filters import FORMS, CaseFilter, insist_on_values
from citizens.partners.reach import LISTED, cases_of, statuses_of
from citizens.partners.walks import BY_DAY, Place, Walk
from violations import blindness
from violations.admin import veil
from violations.admin.access import note_look, within_units
from violations.api import ViolationSerializer
from violations.guards import day_in_viet_nam
from violations.models import CaseEvent, Violation
from violations.owing import amount_due

MOST_BRANCHES = 200  # beyond it one question over all units is planned faster
LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": paging.MOST},
    description="Rows of a page.",
)
CURSOR = OpenApiParameter(
    "cursor",
    {"type": "string", "pattern": walks.SHAPE},
    description="“next” of the page before, with the same parameters.",
)
NUMBER = OpenApiParameter(
    "number", {"type": "string", "pattern": "^[0-9A-Za-z-]{1,20}$"}, OpenApiParameter.PATH
)
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER)


class CasePageSerializer(serializers.Serializer[Any]):
    """A page of cases, newest first; under a window of days by the day of the violation."""

    results = ViolationSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class MoneySerializer(serializers.Serializer[Any]):
    """What a decision asks for and what was paid, in whole đồng, on a day."""

    number = serializers.CharField()
    on = serializers.DateField()
    fine_vnd = serializers.IntegerField()
    late_charge_vnd = serializers.IntegerField()
    paid_vnd = serializers.IntegerField()
    remaining_vnd = serializers.IntegerField()
    pay_due_on = serializers.DateField(allow_null=True)
    paid_on = serializers.DateField(allow_null=True)


class CaseView(Metered, GenericAPIView[Violation]):
    """What both views of cases share."""

    scope = "cases:read"
    staff_permission = "violations.view_violation"
    serializer_class = ViolationSerializer
    filterset_class = CaseFilter
    queryset = Violation.objects.none()
    pagination_class = None

    def get_queryset(self) -> QuerySet[Violation]:
        """Return the cases in reach: of the client, or of the units of a member of staff.

        To staff nothing is shown that they still judge, and no look they may be drawn for.
        """
        if getattr(self, "swagger_fake_view", False):  # asked for the description, by nobody
            return self.queryset
        user = self.request.user
        if isinstance(user, Partner):
            return cases_of(user.reach)
        cases = blindness.open_to(Violation.objects.all(), user, at=timezone.now())
        return within_units(cases, user, "unit__code")

    def with_history(self, cases: QuerySet[Violation]) -> QuerySet[Violation]:
        """Add what an answer needs; partners are told the milestones from the notice on."""
        user = self.request.user
        if isinstance(user, Partner):
            moved = ~Q(from_status=F("to_status"))
            events = CaseEvent.objects.filter(moved, to_status__in=statuses_of(user.reach))
        else:
            events = veil.shown_rows(CaseEvent.objects.all(), user)
        return cases.select_related("unit", "rule").prefetch_related(
            Prefetch("events", queryset=events.order_by("sequence"))
        )


class CaseList(CaseView):
    """Cases in reach, newest first; under a window of days by the day of the violation."""

    @extend_schema(
        operation_id="list_cases",
        parameters=[LIMIT, CURSOR, *FORMS],
        filters=True,
        responses=CasePageSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return one page."""
        limit = paging.asked_limit(request)
        insist_on_values(request.query_params)
        walk = walks.walk_of(request.query_params)
        cursor = request.query_params.get("cursor")
        place = walks.read_cursor(cursor) if cursor is not None else None
        with patience():
            found = self.filter_queryset(self.get_queryset())
            places = self._newest(found, walk, place, limit + 1)
            keys = [key for _day, key in places[:limit]]
            cases = self.with_history(Violation.objects.filter(pk__in=keys))
            rows = list(cases.order_by(*walk.order))
        following = walks.cursor(places[limit - 1]) if len(places) > limit else None
        return paging.page(self.get_serializer(rows, many=True).data, following)

    def _newest(
        self, cases: QuerySet[Violation], walk: Walk, place: Place | None, most: int
    ) -> list[Place]:
        """Return the newest places behind a place.

        Where no plate narrows it, each unit and status is asked by itself: each of them is one
        short walk of an index, however far down the rows of a rare status lie.
        """
        if place is not None:
            cases = walk.behind(cases, place)
        statuses = self._statuses(walk)
        if statuses:
            cases = cases.filter(status__in=statuses)
        ordered = cases.order_by(*walk.order).values_list(*walks.PLACE)
        branches = self._branches(statuses)
        if not 1 < len(branches) <= MOST_BRANCHES:
            return list(ordered[:most])
        first, *others = [ordered.filter(**branch)[:most] for branch in branches]
        return list(first.union(*others, all=True).order_by(*walk.order)[:most])

    def _statuses(self, walk: Walk) -> list[str]:
        """Return the statuses that a list is made of; none named where a plate or key leads to it.

        Staff see cases at every status: by day they are found as an agency's are.
        """
        user = self.request.user
        asked = self.request.query_params.get("status")
        if not isinstance(user, Partner):
            if walk is not BY_DAY:
                return []
            return [asked] if asked else list(Violation.Status.values)
        if user.reach.kind == "fleet":
            return []
        return [asked] if asked else list(LISTED)

    def _branches(self, statuses: list[str]) -> list[dict[str, Any]]:
        user = self.request.user
        if not statuses or "plate" in self.request.query_params:
            return []
        units = user.reach.unit_ids if isinstance(user, Partner) else None
        if units is None:  # or one unit of a member of staff, which narrows every branch already
            return [{"status": status} for status in statuses]
        return [{"unit_id": unit, "status": status} for unit in units for status in statuses]


class OneCase(CaseView):
    """One case by its number."""

    def find(self, number: str) -> Violation:
        """Return the case; one outside reach does not exist here. Raises Http404."""
        case = self.with_history(self.get_queryset()).filter(number=number).first()
        if case is None:
            raise Http404
        self.seen_case = case
        if not isinstance(self.request.user, Partner):
            note_look(case, self.request.user, "case", at=timezone.now())
        return case

    @extend_schema(
        operation_id="show_case",
        parameters=[NUMBER, IF_NONE_MATCH],
        responses={200: ViolationSerializer, 304: None},
    )
    def get(self, request: Request, number: str) -> Response:
        """Return the case, or 304 when it is still what the caller has."""
        body = self.get_serializer(self.find(number)).data
        return tagged(request, body)


class CaseMoney(OneCase):
    """What a case asks for and what was paid: from the decision on."""

    scope = "payments:read"
    serializer_class = MoneySerializer

    @extend_schema(
        operation_id="show_money",
        parameters=[NUMBER, IF_NONE_MATCH],
        responses={200: MoneySerializer, 304: None},
    )
    def get(self, request: Request, number: str) -> Response:
        """Return the state of the money today. Raises Http404 before there is a decision."""
        case = self.find(number)
        decision = getattr(case, "decision", None)
        if decision is None:
            raise Http404
        today = day_in_viet_nam(timezone.now())
        due = amount_due(decision, on=today)
        body = {
            "number": case.number,
            "on": today,
            "fine_vnd": due.fine_vnd,
            "late_charge_vnd": due.late_charge_vnd,
            "paid_vnd": due.paid_fine_vnd + due.paid_late_charge_vnd,
            "remaining_vnd": due.remaining_vnd,
            "pay_due_on": case.pay_due_on,
            "paid_on": case.paid_on,
        }
        return tagged(request, self.get_serializer(body).data)


def tagged(request: Request, body: Any) -> Response:
    """Answer with an entity tag; 304 without a body where the caller has the same already."""
    tag = f'"{hashlib.sha256(JSONRenderer().render(body)).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    sent = request.headers.get("If-None-Match", "").split(",")
    held = {part.strip().removeprefix("W/") for part in sent}
    if tag in held or "*" in held:
        return Response(status=304, headers=headers)
    return Response(body, headers=headers)
