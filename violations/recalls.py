"""A recall: one person proposes it, another approves it on the figures as they stand then.

What the job then does stands in ``recall_job``. Four eyes: the database refuses one person too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext

from cameras.models import Device
from violations.actors import Actor
from violations.guards import VIET_NAM, Refused
from violations.models import Officer, Recall, RecallItem, Violation
from violations.recall_estimate import CANCEL, affected, dry_run, fingerprint

PROPOSE = "violations.propose_recall"
APPROVE = "violations.approve_recall"
SIGN = "violations.sign_papers"
_NUMBERS = 7_205_301  # the advisory lock under which numbers are taken
BATCH = 1000


class EstimateChanged(Refused):
    """The figures are no longer those the person has seen; ``estimate`` holds them as they are."""

    def __init__(self, estimate: dict[str, Any]) -> None:
        super().__init__(
            gettext("The cases have changed since these figures. Check the new ones and confirm.")
        )
        self.estimate = estimate


def propose(
    devices: Iterable[Device],
    from_at: datetime,
    until_at: datetime,
    *,
    defect: str,
    basis: str,
    seen: str,
    by: Actor,
    at: datetime,
) -> Recall:
    """Propose to take back what some cameras recorded from ``from_at`` up to ``until_at``.

    ``seen`` is the fingerprint of the dry run the person looked at. The figures and the cases are
    frozen. Raises Refused, and EstimateChanged when the figures have moved.
    Luật XLVPHC Đ3 k1đ, Đ18 k3, Đ64, Đ65
    """
    chosen = list(devices)
    officer = _insist(by, PROPOSE)
    check_scope(chosen, from_at, until_at, by=by, at=at)
    if defect not in Recall.Defect.values:
        raise Refused(gettext("Choose the defect from the list."))
    if not basis.strip():
        raise Refused(gettext("Write what shows the defect: the paper, its number and its day."))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERS])
        _refuse_overlap(chosen, from_at, until_at)
        estimate = dry_run(chosen, from_at, until_at, at=at)
        if fingerprint(estimate) != seen:
            raise EstimateChanged(estimate)
        if not estimate["cases"] and not estimate["not_yet_cases"] and not estimate["held"]:
            raise Refused(gettext("These cameras recorded nothing in this period."))
        recall: Recall = Recall.objects.create(
            number=_next_number(at),
            unit=chosen[0].site.unit,
            from_at=from_at,
            until_at=until_at,
            defect=defect,
            basis=basis.strip()[:400],
            estimate=estimate,
            proposed_by=officer,
            proposed_at=at,
        )
        recall.devices.set(chosen)
        _freeze_items(recall, chosen)
    return recall


def approve(recall_id: int, *, by: Actor, at: datetime, word: str, seen: str) -> Recall:
    """Approve a recall; from this moment the job may run. Luật XLVPHC Đ18 k3

    The approver signs every cancellation and so must be a leader, of the unit, and not who proposed
    it. ``seen`` is the fingerprint of the figures on the page: when cases have moved since, raises
    EstimateChanged with the new figures, and the approver confirms those. Raises Refused.
    """
    officer = _insist(by, APPROVE, SIGN)
    with transaction.atomic():
        recall = _proposed(recall_id, by, officer)
        devices = list(recall.devices.select_related("site__unit"))
        estimate = dry_run(devices, recall.from_at, recall.until_at, at=at)
        if fingerprint(estimate) != seen:
            raise EstimateChanged(estimate)
        recall.estimate = estimate
        recall.state = Recall.State.RUNNING
        recall.settled_by, recall.settled_at = officer, at
        recall.settlement = word.strip()[:400]
        recall.save()
        _freeze_items(recall, devices)
    return recall


def refuse(recall_id: int, *, by: Actor, at: datetime, word: str) -> Recall:
    """Do not approve a recall, with the reason; nothing is done to any case. Raises Refused."""
    officer = _insist(by, APPROVE)
    if not word.strip():
        raise Refused(gettext("Write why the recall is not approved."))
    with transaction.atomic():
        recall = _proposed(recall_id, by, officer)
        recall.state = Recall.State.REFUSED
        recall.settled_by, recall.settled_at = officer, at
        recall.settlement = word.strip()[:400]
        recall.save()
    return recall


def check_scope(
    devices: Sequence[Device], from_at: datetime, until_at: datetime, *, by: Actor, at: datetime
) -> None:
    """Insist on cameras of one unit that is the person's own, and on a period that is over.

    Raises Refused.
    """
    if not devices:
        raise Refused(gettext("Choose at least one camera."))
    units = {device.site.unit.code for device in devices}
    if any(code not in by.unit_codes for code in units):
        raise Refused(gettext("A camera belongs to another unit; only that unit recalls it."))
    if len(units) > 1:
        raise Refused(gettext("Choose cameras of one unit; each unit recalls its own."))
    if until_at <= from_at:
        raise Refused(gettext("The period ends before it begins."))
    if from_at > at:
        raise Refused(gettext("The period begins in the future."))


def _insist(by: Actor, *permissions: str) -> Officer:
    if by.officer is None or not all(by.may(name) for name in permissions):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    return by.officer


def _proposed(recall_id: int, by: Actor, officer: Officer) -> Recall:
    recall: Recall = Recall.objects.select_for_update(of=("self",)).get(pk=recall_id)
    if recall.unit.code not in by.unit_codes:
        raise Refused(gettext("The recall belongs to another unit."))
    if recall.state != Recall.State.PROPOSED:
        raise Refused(gettext("This recall has already been settled."))
    if recall.proposed_by_id == officer.pk:
        raise Refused(gettext("You proposed this recall yourself; another leader must approve it."))
    return recall


def _refuse_overlap(devices: Sequence[Device], from_at: datetime, until_at: datetime) -> None:
    other = Recall.objects.filter(
        devices__in=devices,
        state__in=[Recall.State.PROPOSED, Recall.State.RUNNING],
        from_at__lt=until_at,
        until_at__gt=from_at,
    ).first()
    if other is not None:
        raise Refused(
            gettext("The recall %(number)s is open for a camera in this period; settle it first.")
            % {"number": other.number}
        )


def _next_number(at: datetime) -> str:
    """Return the next number of the year; the caller holds the lock of numbers."""
    start = f"TH-{at.astimezone(VIET_NAM):%y}-"
    last = Recall.objects.filter(number__startswith=start).order_by("-number").first()
    serial = int(last.number.removeprefix(start)) + 1 if last else 1
    return f"{start}{serial:05d}"


def _freeze_items(recall: Recall, devices: Sequence[Device]) -> None:
    """Write the cases down as they stand now: new ones are added, moved ones brought up to date."""
    known = {item.case_id: item for item in recall.items.all()}
    fresh: list[RecallItem] = []
    moved: list[RecallItem] = []
    for row in affected(devices, recall.from_at, recall.until_at):
        item = known.get(row.case.pk) or RecallItem(recall=recall, case=row.case)
        now = (row.case.status, row.plan, row.paid_vnd if row.plan == CANCEL else 0)
        if now == (item.status_before, item.plan, item.refund_vnd):
            continue
        item.status_before, item.plan, item.refund_vnd = now
        (moved if item.pk else fresh).append(item)
    RecallItem.objects.bulk_create(fresh, batch_size=BATCH)
    RecallItem.objects.bulk_update(moved, ["status_before", "plan", "refund_vnd"], batch_size=BATCH)


def standing_recall(case: Violation) -> Recall | None:
    """Return the approved recall that covers a case, or None."""
    found: Recall | None = (
        Recall.objects.filter(
            devices=case.detection.device_id,
            state__in=[Recall.State.RUNNING, Recall.State.FINISHED],
            from_at__lte=case.occurred_at,
            until_at__gt=case.occurred_at,
        )
        .order_by("pk")
        .first()
    )
    return found
