"""Which cases and events a client is told of: an agency of its units, a fleet of its vehicles.

From the notice on, never before: a detection that an officer rejects is nobody else's business. A
fleet sees what whoever holds the paper sees (``Level.CODE``), of the days on which it owned the
vehicle; a case that was cancelled is gone for it after the event that says so. What it owned is
known from papers, plate by plate, or from the register's own answer in each case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from citizens.grants import Level
from citizens.partner_models import ApiRight, ApiUse, PartnerEvent
from citizens.partners.clients import Reach
from citizens.views.edge import OPEN_TO
from violations.models import Party, RegisterAnswer, Violation
from violations.workflow import PUBLIC

#: What an agency is told a case is at; what it was before its notice is not among them.
OF_AGENCIES: tuple[str, ...] = (*PUBLIC, "dismissed", "time_barred", "lapsed", "annulled")
#: In lists without "time_barred", unless asked for: nearly all of those never had a notice, and a
#: walk past all of them costs a second at ten million cases. The feed tells of the few that had.
LISTED: tuple[str, ...] = tuple(status for status in OF_AGENCIES if status != "time_barred")
OF_FLEETS: tuple[str, ...] = OPEN_TO[Level.CODE]


def statuses_of(reach: Reach) -> tuple[str, ...]:
    """Return the statuses at which a client sees a case."""
    return OF_FLEETS if reach.kind == "fleet" else OF_AGENCIES


def cases_of(reach: Reach) -> QuerySet[Violation]:
    """Return the cases a client may see now."""
    cases = Violation.objects.filter(status__in=statuses_of(reach), notified_on__isnull=False)
    if reach.kind == "fleet":
        return _owned(cases, reach, "pk")
    return cases if reach.unit_ids is None else cases.filter(unit_id__in=reach.unit_ids)


def events_of(reach: Reach) -> QuerySet[PartnerEvent]:
    """Return the milestones a client is told of, also of cases that have ended since.

    What becomes of a person named is told to the owner's side alone.
    """
    events = PartnerEvent.objects.all()
    if reach.kind == "fleet":
        return _owned(events, reach, "case_id")
    events = events.filter(kind__startswith="case.")
    if reach.unit_ids is None:
        return events
    if len(reach.unit_ids) == 1:
        return events.filter(unit_id=reach.unit_ids[0])
    return events.filter(unit_id__in=reach.unit_ids)


def _owned(rows: QuerySet[Any], reach: Reach, case: str) -> QuerySet[Any]:
    """Keep the rows of vehicles on days on which they were the client's.

    Asked twice: by the list of plates, so that the index of the plate is walked, and by the period.
    ``case`` is where a row names its case. Each way has its index, so the two are joined by keys.
    """
    plates = ApiRight.objects.filter(
        client_id=reach.client_id,
        what=ApiRight.What.PLATE,
        approved_at__isnull=False,
        ended_at__isnull=True,
    )
    owned_then = plates.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=OuterRef("occurred_on")),
        value=OuterRef("plate"),
        from_on__lte=OuterRef("occurred_on"),
    )
    by_plate = rows.filter(Exists(owned_then), plate__in=plates.values("value"))
    if not reach.owner_numbers:
        return by_plate
    by_owner = rows.filter(**{f"{case}__in": _registered(reach).values("case_id")})
    keys = by_plate.order_by().values("pk").union(by_owner.order_by().values("pk"))
    return rows.filter(pk__in=keys)


def _registered(reach: Reach) -> QuerySet[Party]:
    """Return the owners in cases whom the register named and who are the client.

    The register answers who the owner is when it is asked, some days after the violation. One who
    had the vehicle registered to him only after that day did not own it on that day; who did is not
    known, and neither of them is told. Who sells keeps the cases of his own days and gets no new
    ones, because the register then names another.
    """
    later = RegisterAnswer.objects.filter(
        case=OuterRef("case"), found=True, registered_on__gt=OuterRef("case__occurred_on")
    )
    return Party.objects.filter(
        ~Exists(later), role=Party.Role.OWNER, identity_number__in=reach.owner_numbers
    ).exclude(identity_number="")


def waiting_rights() -> QuerySet[ApiRight]:
    """Return the rights that wait for a second person."""
    return ApiRight.objects.filter(
        approved_at__isnull=True, ended_at__isnull=True, client__revoked_at__isnull=True
    ).annotate(client_name=F("client__name"))


def forget_old_uses(*, before: datetime) -> int:
    """Delete the log of calls from before a moment; returns how many rows."""
    return int(ApiUse.objects.filter(at__lt=before)._raw_delete("default"))
