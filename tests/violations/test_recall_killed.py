"""The job of a recall, killed with SIGKILL in the middle: it goes on, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kill_support import eventually
from tests.scratch import ScratchPortal, scratch_portal
from tests.violations.recalling import CASES

pytestmark = pytest.mark.gate

ACTS = "tests.violations.recalling"
SETTLED = "violations_recallitem WHERE state <> 'waiting'"


@pytest.fixture
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchPortal]:
    with scratch_portal("recall", tmp_path_factory.mktemp("recall")) as made:
        yield made


def test_a_killed_job_goes_on_and_gives_no_money_back_twice(portal: ScratchPortal) -> None:
    recall = portal.call(ACTS, "prepare")["recall"]
    portal.ensure_worker()
    portal.send("violations.tasks.run_recall", recall)
    eventually(lambda: portal.count(SETTLED) > 0, "the job begins")
    portal.kill("worker")
    settled = portal.count(SETTLED)
    assert 0 < settled < CASES
    portal.ensure_worker()
    portal.send("violations.tasks.run_recalls")
    portal.send("violations.tasks.run_recalls")  # two at once do no harm
    finished = "violations_recall WHERE state = 'finished'"
    eventually(lambda: portal.count(finished) == 1, "the job ends")
    portal.stop("worker")
    assert portal.count("violations_recallitem WHERE state = 'done'") == CASES
    assert portal.count("violations_decisionchange WHERE kind = 'cancelled'") == CASES
    assert portal.count("violations_violation WHERE status = 'annulled'") == CASES
    assert portal.call(ACTS, "faults") == []
    owed, received = portal.call(ACTS, "owed")
    assert owed == received > 0
