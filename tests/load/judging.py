"""Judge one case for its next steps, at every status of the main road, as its page does.

Beside one plain fetch of the same case row with what is joined to it: the ratio says how many such
fetches the judgment costs. Reading the evidence again (its hashes are checked before ``verify``) is
file work and is told apart by itself: the status ``detected`` holds it.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.load.rounds import _percentile, compare
from tests.scratch import ScratchPortal, quick_world

STATUSES = ("detected", "verified", "owner_identified", "notified", "recorded", "decided", "served")
TIMES, ACTS, ROUNDS = 200, 60, 5


def measure(portal: ScratchPortal) -> dict[str, Any]:
    """Return median and p99 for each status, for an officer, and the ratio over all."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.journeys import acting, case_at
    from violations.models import Violation
    from violations.workflow import possible

    place = quick_world()
    # Who holds every right is asked every guard; a narrower role is judged sooner.
    rights = (acting(each).permissions for each in (place.leader, place.reviewer, place.clerk))
    by = replace(acting(place.leader), permissions=frozenset().union(*rights))
    cases = {status: case_at(status, place) for status in STATUSES}
    joined = ("unit", "detection__device", "rule", "explanation", "decision")

    def fetch(pk: Any) -> Any:
        return Violation.objects.select_related(*joined).get(pk=pk)

    found = {}
    for status, case in cases.items():
        at = case.created_at + timedelta(days=3)
        possible(fetch(case.pk), by, at)  # the first reads titles and warms the plan
        with CaptureQueriesContext(connection) as queries:
            fresh = fetch(case.pk)
            before = len(queries)
            possible(fresh, by, at)
            asked = len(queries) - before
        times = []
        for _ in range(TIMES):
            fresh = fetch(case.pk)
            began = time.perf_counter()
            assert possible(fresh, by, at)
            times.append(time.perf_counter() - began)
        found[status] = {
            "queries": asked,
            "p50_ms": round(_percentile(times, 50) * 1000, 2),
            "p99_ms": round(_percentile(times, 99) * 1000, 2),
        }
    served = cases["served"]
    at = served.created_at + timedelta(days=3)
    compared = compare(
        [lambda: possible(fetch(served.pk), by, at) and None],
        [lambda: fetch(served.pk) and None],
        acts=ACTS,
        rounds=ROUNDS,
    )
    return {"statuses": found, **compared.figures}
