"""What test_recall_killed.py runs inside the scratch portal, each in a process of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

CASES = 12


def prepare() -> dict[str, Any]:
    """Make paid and served decisions of one camera and an approved recall of them all."""
    from tests.journeys import START, acting, case_at
    from tests.scratch import quick_world
    from violations import recall_estimate, recalls

    place = quick_world()
    for turn in range(CASES):
        status = "closed" if turn % 2 else "served"
        case_at(status, place, pictures=1, at=START + timedelta(minutes=turn))
    period = ([place.red_light_camera], START, START + timedelta(hours=2))
    at = START + timedelta(days=20)
    seen = recall_estimate.fingerprint(recall_estimate.dry_run(*period, at=at))
    recall = recalls.propose(
        *period,
        defect="clock",
        basis="biên bản số 1",
        seen=seen,
        by=acting(place.supervisor),
        at=at,
    )
    recalls.approve(recall.pk, by=acting(place.leader), at=at, word="", seen=seen)
    return {"recall": recall.pk}


def faults() -> list[str]:
    """Return what is wrong with any case or with the books."""
    from tests.violations.oracle import illegal, illegal_everywhere
    from violations.models import Violation

    found = [
        fault for pk in Violation.objects.values_list("pk", flat=True) for fault in illegal(pk)
    ]
    return found + illegal_everywhere()


def owed() -> list[int]:
    """Return what is owed back, and what was received, in đồng."""
    from violations.payments import balance_of

    return [-balance_of("liability:unapplied"), balance_of("clearing:vnpay")]
