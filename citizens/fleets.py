"""A fleet's file: read it dry, keep it once, and prepare a nomination for each open case.

Whose file it is, is known by the keyed digest of the enterprise or identity number that was proved
in this session; a plate in the file that is registered to somebody else finds no case.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from citizens import fleet_files, nominations
from citizens.consents import person_digest
from citizens.limits import TooMany
from citizens.models import FleetRow, FleetUpload, Nomination
from violations.guards import Refused
from violations.models import Party, Violation

DRAFT_LASTS = timedelta(days=1)
MOST_CASES = 200


@dataclass(frozen=True)
class Prepared:
    """One open case and the line of the file that says who drove then; why not, where it cannot."""

    case: Violation
    row: FleetRow
    against: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of the nominations of a file."""

    named: int
    refused: tuple[tuple[str, str], ...]


def keep(
    data: bytes, reading: fleet_files.Reading, *, person: bytes, at: datetime
) -> tuple[FleetUpload, bool]:
    """Keep a file that was read right, not confirmed yet; returns whether it is new.

    The same bytes of the same owner are kept once.
    """
    with transaction.atomic():
        upload, is_new = FleetUpload.objects.get_or_create(
            person_digest=person,
            sha256=hashlib.sha256(data).hexdigest(),
            defaults={"row_count": len(reading.rows), "uploaded_at": at},
        )
        if is_new:
            FleetRow.objects.bulk_create(
                FleetRow(
                    upload=upload,
                    line=row.line,
                    plate=row.plate,
                    from_on=row.from_on,
                    until_on=row.until_on,
                    full_name=row.full_name,
                    address=row.address,
                    email=row.email,
                    phone=row.phone,
                )
                for row in reading.rows
            )
    return upload, is_new


def prepare(upload: FleetUpload, *, at: datetime) -> list[Prepared]:
    """Return the open cases of the owner that lie in a period of the file, with their driver.

    Of two lines for one day the first counts.
    """
    by_plate: dict[str, list[FleetRow]] = defaultdict(list)
    for row in upload.rows.filter(erased_at__isnull=True):
        by_plate[row.plate].append(row)
    cases = (
        Violation.objects.filter(
            plate__in=by_plate,
            status=Violation.Status.NOTIFIED,
            offender_identified_on__isnull=True,
        )
        .prefetch_related("parties")
        .order_by("occurred_at")[:MOST_CASES]
    )
    found = []
    for case in cases:
        owner = next((each for each in case.parties.all() if each.role == Party.Role.OWNER), None)
        if owner is None or person_digest(owner.identity_number) != bytes(upload.person_digest):
            continue
        fitting = (
            row for row in by_plate[case.plate] if row.from_on <= case.occurred_on <= row.until_on
        )
        row = next(fitting, None)
        if row is None or case.nominations.filter(fleet_row__upload=upload).exists():
            continue
        against = nominations.may_name(case, at=at)
        if not against and case.nominations.filter(state=Nomination.State.OPEN).exists():
            against = gettext("A person was named and has not answered.")
        found.append(Prepared(case, row, against))
    return found


def confirm(upload_id: uuid.UUID, *, person: bytes, at: datetime) -> Outcome:
    """Name the drivers of a file for every open case, each in its own transaction.

    What one case refuses stops no other. Pressed again it names nobody twice. Raises Refused for a
    file that is another's.
    """
    upload = FleetUpload.objects.filter(pk=upload_id, person_digest=person).first()
    if upload is None:
        raise Refused(gettext("This file is not there any more. Send it again."))
    FleetUpload.objects.filter(pk=upload.pk, confirmed_at__isnull=True).update(confirmed_at=at)
    named, refused = 0, []
    for each in prepare(upload, at=at):
        row = each.row
        try:
            nominations.name(
                each.case.pk,
                driver_of(row, f"Tệp đội xe {upload.sha256[:16]}, dòng {row.line}"),
                form_key=f"fleet:{row.pk}:{each.case.number}",
                identified=True,
                fleet_row=row,
                at=at,
            )
        except Refused as refusal:
            refused.append((each.case.number, str(refusal)))
        except TooMany:
            refused.append((each.case.number, gettext("This contact was written to often today.")))
        else:
            named += 1
    return Outcome(named, tuple(refused))


def driver_of(row: FleetRow | fleet_files.Row, proof_text: str) -> nominations.Named:
    """Return whom a line of a fleet names, whether it came in a file or by machine."""
    return nominations.Named(
        reason=Nomination.Reason.DROVE,
        full_name=row.full_name,
        address=row.address,
        email=row.email,
        phone=row.phone,
        from_on=row.from_on,
        until_on=row.until_on,
        proof_text=proof_text,
    )


def forget_drafts(*, at: datetime) -> int:
    """Remove files that were read and never confirmed; returns how many."""
    gone = FleetUpload.objects.filter(confirmed_at__isnull=True, uploaded_at__lt=at - DRAFT_LASTS)
    return gone.delete()[1].get("citizens.FleetUpload", 0)
