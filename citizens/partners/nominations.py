"""The one thing partners write: a fleet names who drove, and asks what became of it.

Nothing of the person named is told back: not what the fleet sent, and nothing beyond it.
"""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from citizens import fleet_files, limits
from citizens.contacts import ContactRefused
from citizens.models import Nomination
from citizens.partners import naming
from citizens.partners.calls import Metered
from citizens.partners.cases import IF_NONE_MATCH, tagged
from citizens.partners.problems import Conflict, OtherContents, TooLong, TooManyCalls
from violations.guards import Refused

MOST_BYTES = 8_192
KEY = "^[A-Za-z0-9._:-]{8,64}$"
#: Each field by its name: its form, and whether a nomination cannot be without it.
FIELDS: dict[str, tuple[dict[str, Any], bool]] = {
    "case": ({"type": "string", "pattern": "^[0-9A-Za-z-]{1,20}$"}, True),
    "plate": ({"type": "string", "pattern": "^[0-9A-Za-zĐđ .-]{1,20}$"}, True),
    "from_on": ({"type": "string", "format": "date"}, True),
    "until_on": ({"type": "string", "format": "date"}, True),
    "full_name": ({"type": "string", "minLength": 2, "maxLength": 120}, True),
    "address": ({"type": "string", "maxLength": 300}, False),
    "email": ({"type": "string", "maxLength": 120}, False),
    "phone": ({"type": "string", "maxLength": 30}, False),
}
BODY = {
    "type": "object",
    "properties": {name: form for name, (form, _needed) in FIELDS.items()},
    "required": [name for name, (_form, needed) in FIELDS.items() if needed],
    "additionalProperties": False,
}
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": KEY},
    OpenApiParameter.HEADER,
    required=True,
    description="Your name for this sending: sent again it names nobody twice.",
)
NOMINATION = OpenApiParameter(
    "nomination", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH
)
SENT = OpenApiExample(
    "a driver with an e-mail address",
    {
        "case": "VP-26-000123",
        "plate": "51K-208.64",
        "from_on": "2026-10-01",
        "until_on": "2026-10-31",
        "full_name": "Lê Văn Bảy",
        "email": "bay@vidu.vn",
    },
    request_only=True,
)
TOLD = OpenApiExample(
    "the person was told",
    {
        "id": "0199f3c2-7c1e-7a3b-9d55-2f1c8a6b4e10",
        "case": "VP-26-000123",
        "state": "notified",
        "named_at": "2026-11-02T08:15:00+07:00",
        "notified_at": "2026-11-02T08:15:12+07:00",
        "answer_by": "2026-11-12T08:15:00+07:00",
        "answered_at": None,
    },
    response_only=True,
)


class NominationSerializer(serializers.Serializer[Any]):
    """Where a nomination stands."""

    id = serializers.UUIDField()
    case = serializers.CharField()
    state = serializers.ChoiceField(choices=naming.STATES)
    named_at = serializers.DateTimeField()
    notified_at = serializers.DateTimeField(allow_null=True)
    answer_by = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class NominationView(Metered, GenericAPIView[Nomination]):
    """What both addresses of nominations share. Staff have pages for it."""

    scope = "nominations:write"
    serializer_class = NominationSerializer
    queryset = Nomination.objects.none()
    filter_backends = ()
    pagination_class = None


class Nominations(NominationView):
    """Naming who drove."""

    @extend_schema(
        operation_id="name_driver",
        parameters=[IDEMPOTENCY_KEY],
        request={"application/json": BODY},
        responses={201: NominationSerializer},
        examples=[SENT, TOLD],
    )
    def post(self, request: Request) -> Response:
        """Name the person who drove in one case of the fleet; he is told and answers himself."""
        key = _key(request)
        number, row = _read(_body(request))
        partner, at = request.user, timezone.now()
        try:
            sent = naming.name(partner.client, partner.reach, number, row, key=key, at=at)
        except naming.NoSuchCase as fault:
            raise Http404 from fault
        except naming.KeyTaken as fault:
            raise OtherContents from fault
        except Refused as refusal:
            raise Conflict(str(refusal)) from refusal
        except limits.TooMany as fault:
            words = gettext("This contact or this client has named too often today.")
            raise TooManyCalls(fault.retry_after, words) from fault
        nomination = sent.nomination
        self.seen_case = nomination.case
        # As it was when it was made: the same sending gets the same answer, whatever came since.
        body = {
            "id": nomination.pk,
            "case": nomination.case.number,
            "state": "named",
            "named_at": nomination.named_at,
            "notified_at": None,
            "answer_by": nomination.expires_at,
            "answered_at": None,
        }
        there = reverse("partners:nomination", args=[nomination.pk])
        return Response(self.get_serializer(body).data, status=201, headers={"Location": there})


class OneNomination(NominationView):
    """What became of a person named."""

    @extend_schema(
        operation_id="show_nomination",
        parameters=[NOMINATION, IF_NONE_MATCH],
        responses={200: NominationSerializer, 304: None},
        examples=[TOLD],
    )
    def get(self, request: Request, nomination: uuid.UUID) -> Response:
        """Return where the nomination stands. Raises Http404 for another client's."""
        partner = request.user
        found = naming.find(partner.client, partner.reach, nomination)
        if found is None:
            raise Http404
        self.seen_case = found.case
        body = {
            "id": found.pk,
            "case": found.case.number,
            "state": naming.state_of(found, at=timezone.now()),
            "named_at": found.named_at,
            "notified_at": found.sent_at,
            "answer_by": found.expires_at,
            "answered_at": found.answered_at,
        }
        return tagged(request, self.get_serializer(body).data)


def _key(request: Request) -> str:
    """Return the client's name for the sending. Raises ValidationError."""
    key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(KEY.replace("$", r"\Z"), key, re.ASCII):
        words = gettext("Send 8 to 64 letters, figures or . _ : - of your own, new for each case.")
        raise exceptions.ValidationError({"Idempotency-Key": [words]})
    return key


def _body(request: Request) -> dict[str, str]:
    """Return the fields that were sent, all of them texts. Raises ValidationError and TooLong."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MOST_BYTES:
        raise TooLong(MOST_BYTES)
    try:
        sent = request.data
    except (exceptions.ParseError, exceptions.UnsupportedMediaType, RecursionError) as fault:
        raise exceptions.ValidationError({"": [gettext("Send one JSON object.")]}) from fault
    if not isinstance(sent, dict):
        raise exceptions.ValidationError({"": [gettext("Send one JSON object.")]})
    faults: dict[str, list[str]] = {}
    for name in sorted(set(sent) - set(FIELDS)):
        faults[name[:40]] = [gettext("There is no such field.")]
    for name, (form, needed) in FIELDS.items():
        if name not in sent:
            if needed:
                faults[name] = [gettext("This field is missing.")]
        elif not _fits(sent[name], form):
            faults[name] = [gettext("This is not of the form that the description gives.")]
    if faults:
        raise exceptions.ValidationError(faults)
    return sent


def _fits(value: Any, form: dict[str, Any]) -> bool:
    if not isinstance(value, str) or not value.isprintable():
        return False
    if not form.get("minLength", 0) <= len(value) <= form.get("maxLength", 30):
        return False
    if form.get("format") == "date":
        return _day(value) is not None
    return "pattern" not in form or bool(re.fullmatch(form["pattern"].strip("^$"), value))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def _read(sent: dict[str, str]) -> tuple[str, fleet_files.Row]:
    """Read a body whose forms are right as a line of a fleet's file. Raises ValidationError."""
    cells = {name: " ".join(value.split()) for name, value in sent.items() if name != "case"}
    try:
        return sent["case"], fleet_files.row_of(0, cells)
    except (fleet_files.RowRefused, ContactRefused) as fault:
        raise exceptions.ValidationError({"": [str(fault)]}) from fault
