"""What a recalled camera recorded and is no case yet, or lies before an officer: it goes nowhere."""

from __future__ import annotations

import pytest

from cameras.models import Detection
from tests.journeys import acting, case_at, detection, world
from tests.violations.test_recalls import LATER, approved, figures, proposed, run
from violations import intake, review
from violations.catalogue import rule_for
from violations.guards import Refused
from violations.models import Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


class TestWhatIsNoCaseYet:
    def test_what_no_officer_has_seen_becomes_a_case_and_is_rejected(self) -> None:
        place = world()
        detection(place)
        shown = figures(place)
        assert (shown["cases"], shown["not_yet_cases"]) == (0, 1)
        recall = run(approved(proposed(place), place))
        case = Violation.objects.get()
        assert (case.status, case.rejection_reason) == ("rejected", "picture_or_camera_fault")
        assert recall.report["by_act"]["reject"] == 1

    def test_held_ones_stay_held_and_a_released_one_cannot_be_verified(self) -> None:
        place = world()
        held = detection(place, state=Detection.State.HELD)
        assert figures(place)["held"] == 1
        recall = run(approved(proposed(place), place))
        assert recall.state == "finished"
        Detection.objects.filter(pk=held.pk).update(state=Detection.State.READY)
        case = intake.claim(held.pk, at=LATER)
        assert case is not None
        lease = review.lease_next(acting(place.reviewer), at=LATER)
        assert lease is not None
        verdict = review.Verdict("verify", rule=rule_for(case), viewed_files=("x",))
        decided = review.decide(case.pk, lease.token, verdict, by=acting(place.reviewer), at=LATER)
        assert not review.finalise(decided.pk, at=decided.effective_at)
        decided.refresh_from_db()
        assert recall.number in decided.refusal

    def test_an_officer_who_holds_the_case_loses_it(self) -> None:
        place = world()
        case = case_at("detected", place)
        lease = review.lease_next(acting(place.reviewer), at=LATER)
        assert lease is not None
        run(approved(proposed(place), place))
        with pytest.raises(Refused):
            review.decide(
                case.pk,
                lease.token,
                review.Verdict("reject", rejection_reason="no_violation"),
                by=acting(place.reviewer),
                at=LATER,
            )
