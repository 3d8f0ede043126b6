"""What a leader reads before signing: the draft's own contents, the checks, and the draft as PDF.

The summary is read from the frozen contents, not from the case: what is read is what is signed.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from cameras.evidence import citizen_copy, read_derivative
from cameras.models import EvidenceFile
from notices.amounts import format_vnd
from notices.register import lookup_code, number_to_come
from notices.rendering import Rendered, render
from violations.guards import VIET_NAM
from violations.models import Draft


@dataclass(frozen=True)
class Fact:
    """One line of the summary."""

    label: str
    value: str


def facts(draft: Draft) -> list[Fact]:
    """Return the contents of a draft, line by line, in the words that will be printed."""
    context = draft.context
    acts = context.get("acts") or context.get("violations") or []
    lines = [Fact(gettext("To"), _recipient(context))]
    if draft.replaces is not None:
        lines += [
            Fact(gettext("Replaces"), draft.replaces.number_text),
            Fact(gettext("What was wrong"), draft.replace_reason),
        ]
    person = context.get("offender")
    if person:
        number = person["identity_number"] or person["business_code"]
        lines.append(Fact(gettext("Number"), number))
        if person["born_on"]:
            lines.append(Fact(gettext("Date of birth"), _day(person["born_on"])))
    for act in acts:
        lines += [
            Fact(gettext("Offence"), act["description"]),
            Fact(gettext("Provision"), act["provision"]),
            Fact(gettext("Time"), _moment(act["occurred_at"])),
            Fact(gettext("Place"), act["place"]),
            Fact(gettext("Measured"), _measured(act["measurement"])),
        ]
        if "fine_vnd" in act and len(acts) > 1:
            lines.append(Fact(gettext("Fine for this act"), _sanction(act["fine_vnd"])))
    for key, label in (
        ("aggravating", gettext("Aggravating")),
        ("mitigating", gettext("Mitigating")),
        ("additional", gettext("Additional sanctions")),
    ):
        lines.append(Fact(label, "; ".join(context.get(key) or [])))
    lines.append(Fact(gettext("Device"), _device(context.get("device"))))
    if context.get("record"):
        lines.append(Fact(gettext("Record"), context["record"]["number"]))
    if "explanation" in context:
        lines.append(
            Fact(
                gettext("Right to explain"),
                gettext("yes") if context["explanation"] else gettext("no"),
            )
        )
    if context.get("appointment"):
        lines.append(Fact(gettext("Appointment"), _moment(context["appointment"]["at"])))
    if "fine_total_vnd" in context:
        lines.append(Fact(gettext("Fine"), _sanction(context["fine_total_vnd"])))
    if context.get("payment"):
        payment = context["payment"]
        lines.append(Fact(gettext("Paid to"), f"{payment['treasury']}, {payment['account']}"))
    if context.get("points_note"):
        lines.append(Fact(gettext("Licence points"), context["points_note"]))
    # A paper in the ordinary layout is its lines and paragraphs, in the words it prints.
    lines += [Fact(line["label"], line["value"]) for line in context.get("particulars") or []]
    lines += [
        Fact(article["title"] or gettext("Contents"), " ".join(article["paragraphs"]))
        for article in context.get("articles") or []
    ]
    return [line for line in lines if line.value]


def draft_paper(draft: Draft, at: datetime) -> Rendered:
    """Render the draft as it would be printed, with its watermark; it has no number and no code.

    The code on it is that of no paper, so nobody can look anything up with it. Raises
    notices.rendering.RenderError and cameras.evidence.EvidenceDamaged.
    """
    context = dict(draft.context) | {
        "paper_id": str(uuid.UUID(int=0)),
        "number": number_to_come(draft.kind),
        "issued_at": at.astimezone(VIET_NAM).replace(microsecond=0).isoformat(),
        "draft": True,
    }
    pictures = {}
    for wanted in context.get("images") or []:
        file = EvidenceFile.objects.get(
            detection_id=draft.case.detection_id, sha256=wanted["sha256"]
        )
        pictures[file.sha256] = read_derivative(citizen_copy(file))
    return render(draft.kind, context, pictures, lookup_code=lookup_code(uuid.UUID(int=0)))


def _recipient(context: dict[str, Any]) -> str:
    addressee = context.get("addressee")
    if addressee:
        return ", ".join([addressee["name"], *addressee["lines"]])
    if unit := context.get("to_unit") or context.get("commune"):
        return str(unit)
    person = context.get("offender")
    return f"{person['name']}, {person['address']}" if person else ""


def _sanction(fine_vnd: int) -> str:
    return format_vnd(fine_vnd) if fine_vnd else gettext("a warning, no fine")


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}"


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(VIET_NAM):%H:%M:%S %d/%m/%Y}"


def _measured(measurement: dict[str, Any] | None) -> str:
    if measurement is None:
        return ""
    if measurement["kind"] == "speed":
        return gettext("%(counted)s km/h in a %(limit)s km/h zone") % {
            "counted": _tenths(measurement["counted_tenths"]),
            "limit": _tenths(measurement["limit_tenths"]),
        }
    return gettext("red for %(seconds)s s") % {
        "seconds": _tenths(measurement["red_since_ms"] // 100)
    }


def _tenths(value: int) -> str:
    return f"{value // 10},{value % 10}".removesuffix(",0")


def _device(device: dict[str, Any] | None) -> str:
    if device is None:
        return ""
    return ", ".join(
        part for part in (device["name"], device["serial"], device["certificate_number"]) if part
    )
