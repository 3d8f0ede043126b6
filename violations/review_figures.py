"""The figures above the queue: what is free, what others hold, when the next falls free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cameras.models import Unit
from violations.models import Lease, Officer, ReviewDecision, Violation

MOST_COUNTED = 2_000


@dataclass(frozen=True)
class QueueFigures:
    """First looks of the officer's unit. ``is_capped`` says that more wait than were counted."""

    waiting: int
    free: int
    held: int
    oldest: datetime | None
    next_free: datetime | None
    is_capped: bool


def figures(officer: Officer, *, violation_type: str = "", at: datetime) -> QueueFigures:
    """Count what waits for a first look, up to a cap: at ten million rows it costs the same.

    ``held`` is what other officers hold now, and ``next_free`` when the first of their leases may
    run out. Cases that wait out an undo are counted in neither.
    """
    scope: dict[str, object] = {"status": Violation.Status.DETECTED}
    if violation_type:
        scope["violation_type"] = violation_type
    if officer.unit.level != Unit.Level.NATIONAL:
        scope["unit"] = officer.unit_id
    waiting = Violation.objects.filter(**scope)
    counted = waiting.order_by()[: MOST_COUNTED + 1].count()
    of_case = {f"case__{name}": value for name, value in scope.items()}
    leases = Lease.objects.filter(**of_case, expires_at__gt=at)
    others = leases.exclude(officer=officer).order_by("expires_at")
    held = others.count()
    next_free = others.values_list("expires_at", flat=True).first()
    mine = leases.filter(officer=officer).count()
    pending = ReviewDecision.objects.filter(
        **of_case, state=ReviewDecision.State.PENDING, role="first"
    ).count()
    return QueueFigures(
        waiting=min(counted, MOST_COUNTED),
        free=max(0, min(counted, MOST_COUNTED) - held - mine - pending),
        held=held,
        oldest=waiting.order_by("created_at").values_list("created_at", flat=True).first(),
        next_free=next_free,
        is_capped=counted > MOST_COUNTED,
    )
