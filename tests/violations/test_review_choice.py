"""Where several acts of the decree fit a detection, the officer chooses one; nobody else does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.journeys import World, acting, case_at
from tests.violations.desk import NOW, clock, place, signed_in
from tests.violations.test_review_page import DECIDE, PAGE, verdict
from violations import review
from violations.guards import Refused
from violations.models import PenaltyRule, ReviewDecision, Violation

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate

DRIVER, PASSENGER = "16824.6.3.k.01", "16824.6.3.l.01"


@pytest.fixture
def unbelted(place: World) -> Violation:
    """A car in which somebody wears no belt: driver (Đ6 k3 k) or passenger (Đ6 k3 l)."""
    return case_at("detected", place, kind="no_seat_belt", speed_tenths=None, limit_tenths=None)


def test_the_page_offers_each_act_with_its_provision(place: World, unbelted: Violation) -> None:
    page = signed_in(place.reviewer).get(PAGE)
    assert [rule.code for rule in page.context["sheet"].choices] == [DRIVER, PASSENGER]
    assert page.context["sheet"].rule is None
    html = page.content.decode()
    assert f'<option value="{DRIVER}">Đ6 k3 điểm k · Không thắt dây đai an toàn' in html
    assert "Đ6 k3 điểm l" in html


def test_without_a_choice_nothing_is_verified(place: World, unbelted: Violation) -> None:
    client = signed_in(place.reviewer)
    refused = client.post(DECIDE, verdict(client))
    assert refused.status_code == 409
    assert not ReviewDecision.objects.exists()


@pytest.mark.parametrize("code", [DRIVER, PASSENGER])
def test_the_chosen_act_becomes_the_law_of_the_case(
    place: World, unbelted: Violation, code: str
) -> None:
    client = signed_in(place.reviewer)
    client.post(DECIDE, verdict(client, rule=code))
    assert review.finalise_due(at=NOW + timedelta(seconds=11)) == 1
    unbelted.refresh_from_db()
    assert unbelted.rule is not None
    assert (unbelted.status, unbelted.rule.code) == ("verified", code)
    assert "238/2026" in unbelted.rule.decree  # the row of the day of the act


@pytest.mark.parametrize("code", ["16824.6.9.b.01", "16824.7.2.h.01", "nonsense", "\x00"])
def test_an_act_that_does_not_fit_is_refused(place: World, unbelted: Violation, code: str) -> None:
    client = signed_in(place.reviewer)
    assert client.post(DECIDE, verdict(client, rule=code)).status_code == 409
    assert not ReviewDecision.objects.exists()


def test_a_rule_of_another_period_never_takes_effect(
    place: World, unbelted: Violation, clock: Any
) -> None:
    lease = review.lease_next(acting(place.reviewer), at=NOW)
    assert lease is not None
    old = PenaltyRule.objects.get(code=DRIVER, effective_until__isnull=False)
    chosen = review.Verdict("verify", rule=old, viewed_files=("x",), visible_ms=4000)
    review.decide(unbelted.pk, lease.token, chosen, by=acting(place.reviewer), at=NOW)
    assert review.finalise_due(at=NOW + timedelta(seconds=11)) == 0
    unbelted.refresh_from_db()
    assert (unbelted.status, unbelted.rule) == ("detected", None)
    assert ReviewDecision.objects.get().state == "refused"


def test_one_candidate_needs_no_choice(place: World) -> None:
    case_at("detected", place, kind="phone_use", speed_tenths=None, limit_tenths=None)
    client = signed_in(place.reviewer)
    sheet = client.get(PAGE).context["sheet"]
    assert (sheet.rule.provision, sheet.choices) == ("6.5.h", [])
    assert client.post(DECIDE, verdict(client)).status_code == 302


def test_a_class_the_decree_does_not_name_for_the_act_cannot_be_verified(place: World) -> None:
    case = case_at("detected", place, kind="no_helmet", speed_tenths=None, limit_tenths=None)
    sheet = signed_in(place.reviewer).get(PAGE).context["sheet"]
    assert sheet.against
    lease = case.lease
    chosen = review.Verdict("verify", viewed_files=("x",), visible_ms=4000)
    with pytest.raises(Refused):
        review.decide(case.pk, lease.token, chosen, by=acting(place.reviewer), at=NOW)


def test_officers_find_a_rule_in_the_catalogue_by_words_and_by_provision(place: World) -> None:
    client = signed_in(place.auditor)
    for words, code in [
        ("vuot den do", "16824.6.9.b.01"),
        ("Đ6 k9 b", "16824.6.9.b.01"),
        ("16824.7.11", "16824.7.11.b.01"),
        ("mũ bảo hiểm", "16824.7.2.h.01"),
    ]:
        page = client.get("/quan-tri/violations/penaltyrule/", {"q": words})
        assert page.status_code == 200
        assert code in page.content.decode()
        assert "16824.21.9.0.01" not in page.content.decode()


def test_every_group_of_the_catalogue_has_its_words(place: World) -> None:
    client = signed_in(place.auditor)
    for group in PenaltyRule.objects.values_list("vehicle_group", flat=True).distinct():
        page = client.get("/quan-tri/violations/penaltyrule/", {"vehicle_group": group})
        assert page.status_code == 200
        assert f">{group}<" not in page.content.decode()
