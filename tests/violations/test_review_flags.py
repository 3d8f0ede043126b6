"""What speaks against a case before anybody decides: which flags, which block, which need two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from cameras.models import CrossReading, DeviceAlarm
from tests.journeys import START, World, acting, case_at, detection, registered
from tests.violations.desk import NOW, clock, place, signed_in
from violations import actions
from violations.guards import Refused
from violations.models import Lease, PlateReport, ReviewDecision, SecondLook, Violation
from violations.registry_preview import Preview
from violations.review_flags import Flag, blocking, codes_asking_for_a_second_look, flags_of

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

PLATE = "51K20864"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def codes(case: Violation, **known: Any) -> list[str]:
    return [flag.code for flag in flags_of(case, at=NOW, **known)]


def flag(case: Violation, code: str, **known: Any) -> Flag:
    return next(found for found in flags_of(case, at=NOW, **known) if found.code == code)


def second_read(case: Violation, plate: str) -> None:
    picture = case.detection.evidence.order_by("position").first()
    CrossReading.objects.create(
        evidence=picture,
        engine="mẫu",
        text=plate,
        normalised=plate,
        score=900,
        agrees=plate == case.detection.plate_normalised,
        milliseconds=1,
        read_at=NOW,
    )


def test_a_plain_case_has_no_flag(place: World) -> None:
    assert codes(case_at("detected", place)) == []


def test_two_readers_that_differ_block_until_a_person_has_compared(place: World) -> None:
    case = case_at("detected", place, plate=PLATE)
    second_read(case, "51K20884")
    assert blocking(flags_of(case, at=NOW))
    assert codes(case, plate_confirmed=True) == []
    case.plate = "51K20884"  # corrected to what the second reader saw
    assert codes(case) == []


def test_two_readers_that_agree_say_nothing(place: World) -> None:
    case = case_at("detected", place, plate=PLATE)
    second_read(case, PLATE)
    assert codes(case) == []


def test_of_two_cases_of_one_act_the_later_is_blocked_and_the_earlier_is_not(place: World) -> None:
    earlier = case_at("detected", place, plate=PLATE)
    later = case_at("detected", place, plate=PLATE, at=START + timedelta(seconds=40))
    assert flag(later, "duplicate").blocks
    assert not flag(earlier, "duplicate").blocks
    assert earlier.number in flag(later, "duplicate").title


def test_an_act_a_minute_later_is_another_act(place: World) -> None:
    case_at("detected", place, plate=PLATE)
    assert codes(case_at("detected", place, plate=PLATE, at=START + timedelta(seconds=61))) == []


def test_a_rejected_twin_blocks_nobody(place: World, clock: Callable[..., None]) -> None:
    first = case_at("detected", place, plate=PLATE)
    later = case_at("detected", place, plate=PLATE, at=START + timedelta(seconds=40))
    review = ReviewDecision(case=first, officer=place.reviewer, rejection_reason="duplicate")
    actions.reject(review, by=acting(place.reviewer), at=NOW)
    assert codes(later) == []


@pytest.mark.parametrize("kind", PlateReport.Kind.values)
def test_a_plate_its_owner_reported_needs_two_people(place: World, kind: str) -> None:
    case = case_at("detected", place, plate=PLATE)
    PlateReport.objects.create(
        plate=PLATE,
        plate_colour="white",
        kind=kind,
        from_on=case.occurred_on,
        reference="đơn số 01 (mẫu)",
        recorded_by=place.second_reviewer,
        recorded_at=NOW,
    )
    found = flag(case, f"plate_{kind}")
    assert (found.tone, found.asks_second_look, found.blocks) == ("bad", True, False)


@pytest.mark.parametrize(
    ("from_on", "closed_on", "stands"),
    [
        pytest.param(date(2026, 10, 13), None, False, id="reported from the day after the act"),
        pytest.param(date(2026, 10, 1), date(2026, 10, 12), False, id="closed on the day"),
        pytest.param(date(2026, 10, 1), date(2026, 10, 13), True, id="closed the day after"),
    ],
)
def test_a_report_counts_on_the_days_it_stood(
    place: World, from_on: date, closed_on: date | None, stands: bool
) -> None:
    case = case_at("detected", place, plate=PLATE)
    PlateReport.objects.create(
        plate=PLATE,
        plate_colour="white",
        kind="cloned",
        from_on=from_on,
        reference="đơn số 01 (mẫu)",
        recorded_by=place.second_reviewer,
        recorded_at=NOW,
        closed_on=closed_on,
        closed_by=place.second_reviewer if closed_on else None,
    )
    assert ("plate_cloned" in codes(case)) == stands


def test_a_report_of_a_yellow_plate_says_nothing_of_the_white_one(place: World) -> None:
    case = case_at("detected", place, plate=PLATE)
    PlateReport.objects.create(
        plate=PLATE,
        plate_colour="yellow",
        kind="cloned",
        from_on=case.occurred_on,
        reference="đơn số 01 (mẫu)",
        recorded_by=place.second_reviewer,
        recorded_at=NOW,
    )
    assert codes(case) == []


def far_away(place: World, minutes: int, **columns: Any) -> None:
    site = place.speed_camera.site
    site.longitude_microdegrees, site.latitude_microdegrees = 106_690_000, 20_860_000
    site.save()
    detection(
        place, kind="speed_over", plate=PLATE, at=START + timedelta(minutes=minutes), **columns
    )


def test_the_same_plate_too_far_too_soon_needs_two_people(place: World) -> None:
    case = case_at("detected", place, plate=PLATE)
    far_away(place, 20)
    found = flag(case, "impossible_journey")
    assert found.asks_second_look
    assert "89 km away" in found.text


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"minutes": 120}, id="with time enough"),
        pytest.param({"minutes": 20, "plate_colour": "yellow"}, id="another plate: its colour"),
        pytest.param({"minutes": 20, "time_quality": "impossible"}, id="by an impossible clock"),
    ],
)
def test_a_possible_journey_is_no_flag(place: World, columns: dict[str, Any]) -> None:
    case = case_at("detected", place, plate=PLATE)
    far_away(place, **columns)
    assert codes(case) == []


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        pytest.param(Preview("found", "car", "white", "Nhãn A"), [], id="all agree"),
        pytest.param(Preview("found", "car", "red", "Nhãn A"), ["register_differs"], id="colour"),
        pytest.param(Preview("found", "car", "white", "Nhãn B"), ["register_differs"], id="make"),
        pytest.param(Preview("found", "bus", "white", "Nhãn A"), ["register_differs"], id="class"),
        pytest.param(Preview("found", "car", "", ""), [], id="the register is silent"),
        pytest.param(Preview("not_found"), ["not_in_the_register"], id="unknown to the register"),
        pytest.param(Preview("unavailable"), [], id="the register does not answer"),
        pytest.param(None, [], id="not asked"),
    ],
)
def test_picture_and_register_that_differ_need_two_people(
    place: World, answer: Preview | None, found: list[str]
) -> None:
    case = case_at("detected", place, vehicle_colour="white", vehicle_make="Nhãn A")
    flags = flags_of(case, at=NOW, register=answer)
    assert [one.code for one in flags] == found
    assert codes_asking_for_a_second_look(flags) == found


def test_a_register_mismatch_asks_for_one_second_look_not_two(place: World) -> None:
    case = case_at("verified", place, vehicle_colour="red")
    verdict = ReviewDecision.objects.get(case=case)
    SecondLook.objects.create(
        case=case,
        ground="risk",
        strata=["register_differs"],
        is_blind=True,
        first_review=verdict,
        asked_at=NOW,
    )
    actions.identify_owner(case.pk, registered(case), asked_at=NOW, at=NOW)
    assert SecondLook.objects.filter(case=case).count() == 1


def test_a_camera_in_alarm_at_the_time_is_said(place: World) -> None:
    case = case_at("detected", place)
    alarm = DeviceAlarm.objects.create(
        device=case.detection.device, code="picture", opened_at=START - timedelta(hours=1)
    )
    assert codes(case) == ["device_in_alarm"]
    alarm.closed_at = START - timedelta(minutes=1)
    alarm.save()
    assert codes(case) == []


def test_a_late_notice_is_said_and_does_not_block(place: World) -> None:
    case = case_at("detected", place)
    flags = flags_of(case, at=START + timedelta(days=30))
    assert [(one.code, one.blocks) for one in flags] == [("notice_late", False)]


def test_the_worst_comes_first(place: World) -> None:
    case_at("detected", place, plate=PLATE)
    case = case_at(
        "detected",
        place,
        plate=PLATE,
        at=START + timedelta(seconds=40),
        time_quality="unknown",
        vehicle_colour="red",
    )
    flags = flags_of(case, at=NOW, register=Preview("found", "car", "white", ""))
    assert [one.code for one in flags] == ["duplicate", "register_differs", "clock_unchecked"]


def test_the_page_does_not_take_a_verification_while_a_flag_blocks(place: World) -> None:
    case = case_at("detected", place, plate=PLATE)
    second_read(case, "51K20884")
    client: Client = signed_in(place.reviewer)
    page = client.get("/can-bo/duyet/")
    assert page.context["sheet"].against
    sent = {
        "case": str(case.pk),
        "token": str(Lease.objects.get(case=case).token),
        "decision": "verify",
        "visible_ms": "4000",
    }
    assert client.post("/can-bo/duyet/quyet-dinh/", sent).status_code == 409
    assert not ReviewDecision.objects.exists()


def test_an_answer_about_another_plate_names_no_owner(place: World) -> None:
    """A verdict was withdrawn and given again on a corrected plate while the register thought."""
    case = case_at("verified", place, plate=PLATE)
    late = registered(case)
    Violation.objects.filter(pk=case.pk).update(plate="51K20884", plate_display="51K-208.84")
    with pytest.raises(Refused):
        actions.identify_owner(case.pk, late, asked_at=NOW, at=NOW)
    case.refresh_from_db()
    assert (case.status, case.parties.count(), case.register_answers.count()) == ("verified", 0, 0)
