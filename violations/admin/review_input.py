"""What the review page sends: a form or JSON, read once into a verdict; nothing else is trusted."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from violations.actors import actor_for
from violations.admin.review_plate import read_typed
from violations.admin.review_sheet import as_first_seen, sheet_of
from violations.catalogue import why_no_rule
from violations.guards import Refused
from violations.models import Lease, ReviewRole, Violation
from violations.review import Verdict

PLATE_COLOURS = ("white", "yellow", "blue", "red")
DAY_MS = 86_400_000
MOST_FRAMES, TONES = 12, 5


def asked_of(request: HttpRequest) -> Mapping[str, Any]:
    """Return what was sent, from a form or from JSON: texts by name, and the list of files.

    What is no object counts as empty, what is no text is left out, and no text holds a NUL, which
    the database could not store.
    """
    if not speaks_json(request):
        sent: dict[str, Any] = request.POST.dict()
        files: Any = request.POST.getlist("files")
    else:
        try:
            body = json.loads(request.body)
        except ValueError:
            body = {}
        sent = body if isinstance(body, dict) else {}
        files = sent.get("files")
    texts = {
        name: str(value).replace("\x00", "")
        for name, value in sent.items()
        if isinstance(value, str | int)
    }
    return texts | {"files": _list(files)}


def speaks_json(request: HttpRequest) -> bool:
    """Tell whether the question came as JSON, and so must be answered in JSON."""
    return request.content_type == "application/json"


def colour_of(asked: Mapping[str, Any], case: Violation) -> str:
    """Return the colour the officer set for the plate, else the device's."""
    colour = str(asked.get("plate_colour", ""))
    return colour if colour in PLATE_COLOURS else case.plate_colour


def uuid_of(text: Any) -> uuid.UUID:
    """Read an identifier. Raises Refused: a page with a broken one holds no case any more."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        raise Refused(sentence_gone()) from None


def tab_of(asked: Mapping[str, Any]) -> uuid.UUID:
    """Return the tab that asks; one that does not say is a new one."""
    try:
        return uuid.UUID(str(asked.get("tab", "")))
    except ValueError:
        return uuid.uuid4()


def _number(text: Any) -> int:
    digits = str(text or "0")
    return min(int(digits), DAY_MS) if digits.isascii() and digits.isdigit() else 0


def _list(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def verdict_of(asked: Mapping[str, Any], request: HttpRequest, at: datetime) -> Verdict:
    """Read a verdict from what was sent, and judge a verification before it is written down.

    The guards speak now, while the officer still looks at the pictures, and once more when the
    verdict takes effect. Raises Refused and Violation.DoesNotExist.
    """
    case = Violation.objects.select_related("unit", "detection__device", "detection__delivery").get(
        pk=uuid_of(asked.get("case"))
    )
    held = Lease.objects.filter(case=case, token=uuid_of(asked.get("token"))).first()
    as_first_seen(case, held.role if held else ReviewRole.FIRST)
    choice, reason = _choice(asked)
    is_doubt = asked.get("decision") == "doubt"
    kept = {
        "viewing": viewing_of(asked, case),
        "session_hash": hashlib.sha256((request.session.session_key or "").encode()).hexdigest(),
    }
    known = set(case.detection.evidence.values_list("sha256", flat=True))
    viewed = tuple(name for name in asked["files"] if name in known)
    visible_ms = _number(asked.get("visible_ms"))
    note = str(asked.get("note", "")).strip()[:400]
    if choice == "reject":
        return Verdict(
            choice="reject",
            rejection_reason=reason,
            note=note,
            viewed_files=viewed,
            visible_ms=visible_ms,
            **kept,
        )
    colour = colour_of(asked, case)
    plate = read_typed(str(asked["plate"]), case, colour) if asked.get("plate") else ""
    sheet = sheet_of(
        case,
        actor_for(request.user),
        at,
        plate=plate,
        plate_colour=colour,
        plate_confirmed=asked.get("plate_confirmed") == "1",
        rule_code=str(asked.get("rule", "")),
    )
    if sheet.against:
        raise Refused(sheet.against)
    if sheet.rule is None:
        raise Refused(why_no_rule(case))
    return Verdict(
        choice="verify",
        rule=sheet.rule,
        plate=sheet.plate if sheet.is_corrected else "",
        plate_colour=sheet.plate_colour if sheet.is_corrected else "",
        note=note,
        viewed_files=viewed,
        visible_ms=visible_ms,
        plate_confirmed=sheet.is_confirmed,
        flags=(*(flag.code for flag in sheet.warnings), *(["doubt"] if is_doubt else [])),
        **kept,
    )


def viewing_of(asked: Mapping[str, Any], case: Violation) -> dict[str, Any]:
    """Read what the page says was looked at; what it cannot have shown is left out.

    ``frames`` name the pictures of the case by SHA-256, with milliseconds in sight and the largest
    zoom in per cent; the page is believed no further than bounds allow.
    """
    try:
        told = json.loads(str(asked.get("viewing", "") or "{}"))
    except ValueError:
        return {}
    if not isinstance(told, dict):
        return {}
    known = set(case.detection.evidence.values_list("sha256", flat=True))
    frames = told.get("frames")
    tones = told.get("tones")
    return {
        "frames": [
            {
                "sha256": frame["sha256"],
                "ms": _number(frame.get("ms")),
                "zoom": min(_number(frame.get("zoom")), 1600),
            }
            for frame in (frames if isinstance(frames, list) else [])[:MOST_FRAMES]
            if isinstance(frame, dict) and frame.get("sha256") in known
        ],
        "tones": [
            tone for tone in (tones if isinstance(tones, list) else []) if tone in range(TONES)
        ],
    }


def _choice(asked: Mapping[str, Any]) -> tuple[str, str]:
    """Return choice and reason; a button of the form carries both in one word."""
    button = str(asked.get("decision", ""))
    if button in ("verify", "doubt"):
        return "verify", ""
    if button:
        return "reject", button
    choice = "verify" if asked.get("choice") == "verify" else "reject"
    return choice, str(asked.get("reason", ""))


def held_case(request: HttpRequest, asked: Mapping[str, Any]) -> Violation | None:
    """Return the case if this officer holds it under the token that was sent."""
    try:
        case_id, token = uuid_of(asked.get("case")), uuid_of(asked.get("token"))
    except Refused:
        return None
    lease = (
        Lease.objects.select_related("case__detection")
        .filter(
            case_id=case_id, token=token, officer__user=request.user, expires_at__gt=timezone.now()
        )
        .first()
    )
    if lease is None:
        return None
    as_first_seen(lease.case, lease.role)
    return lease.case


def sentence_gone() -> str:
    """Return the refusal of a decision on a case that this officer does not hold."""
    return gettext("The case has gone to somebody else. Your note still stands below.")
