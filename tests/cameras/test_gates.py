"""What holds a detection back, and who may let it go on."""

import ast
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.utils import translation

from cameras import gates, releases, wording
from cameras.adapters.vocabulary import IMAGE_ROLES, VEHICLE_CLASSES, VIOLATION_TYPES
from cameras.inbox import push_path
from cameras.models import CustodyEvent, DeviceCertificate
from tests import journeys
from tests.cameras import factories
from tests.cameras.factories import (
    AT,
    camera,
    certify,
    detected,
    hikvision,
    picture,
    signed,
    three_pictures,
)

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

SPEEDING = "<speedLimit>80</speedLimit><detectType>4</detectType><vehicleInfo><speed>{}</speed></vehicleInfo>"


def codes(detection) -> list[str]:
    return [reason["code"] for reason in detection.held_for]


def speeding(speed: str = "98", method: str = "4") -> factories.Push:
    event = SPEEDING.format(speed).replace("<detectType>4", f"<detectType>{method}")
    return hikvision(code="0", event=event, pictures=[picture("speed")])


def test_a_device_without_certificates_has_its_detections_held_and_both_named():
    detection = detected(camera(certified=False), hikvision())
    assert detection.state == "held"
    assert [(reason["code"], reason["kind"]) for reason in detection.held_for] == [
        ("certificate_missing", "verification"),
        ("certificate_missing", "approval"),
    ]


def test_a_certificate_counts_on_its_first_and_last_day_in_viet_nam():
    device = camera(certified=False)
    today = AT.astimezone(gates.VIET_NAM).date()
    approval = certify(device, "approval", today)
    approval.valid_from = approval.valid_until = today
    approval.save()
    with translation.override("en"):
        assert gates.missing_certificates(device, today) == ["verification"]
        assert len(gates.missing_certificates(device, today + timedelta(days=1))) == 2
    # 23:30 UTC is the next day in Viet Nam.
    late = AT.replace(hour=23)
    detection = detected(device, hikvision(at=late - timedelta(seconds=2)), at=late)
    assert {reason["kind"] for reason in detection.held_for} == {"verification", "approval"}


def test_a_clock_in_the_future_is_kept_and_held():
    push = hikvision(at=AT + timedelta(days=2600))
    detection = detected(camera(), push)
    assert detection.time_quality == "impossible"
    assert "clock_impossible" in codes(detection)


def test_a_drifted_clock_is_held_and_a_good_one_is_not():
    device = camera("GW-01", adapter="generic-signed")
    url = f"http://testserver{push_path(device)}"
    moment = (AT - timedelta(seconds=2)).isoformat(timespec="milliseconds")
    drifted = signed(device, url, time={"occurred_at": moment, "clock_offset_ms": 1_001})
    assert codes(detected(device, drifted)) == ["clock_drifted"]
    exact = signed(device, url, words="b", time={"occurred_at": moment, "clock_offset_ms": -1_000})
    assert codes(detected(device, exact)) == []


@pytest.mark.parametrize(("count", "held"), [(3, False), (2, True), (1, True)])
def test_a_red_light_needs_three_pictures_of_the_scene(count, held):
    detection = detected(camera(), hikvision(pictures=three_pictures("few")[:count]))
    assert ("too_few_pictures" in codes(detection)) is held


def test_the_same_picture_three_times_counts_once():
    detection = detected(camera(), hikvision(pictures=[picture("one")] * 3))
    [reason] = detection.held_for
    assert (reason["code"], reason["have"], reason["need"]) == ("too_few_pictures", 1, 3)


def test_small_pictures_are_not_enough():
    pictures = [picture(f"s{number}", (640, 480)) for number in range(3)]
    assert "pictures_too_small" in codes(detected(camera(), hikvision(pictures=pictures)))


def test_a_picture_cut_short_holds_the_detection():
    pictures = three_pictures("cut")
    pictures[2] = pictures[2][: len(pictures[2]) // 2]
    assert "picture_damaged" in codes(detected(camera(), hikvision(pictures=pictures)))


def test_a_speed_needs_one_picture_and_an_approved_method():
    detection = detected(camera(speed_method="radar"), speeding())
    assert (detection.violation_type, detection.speed_tenths, detection.state) == (
        "speed_over",
        980,
        "ready",
    )


@pytest.mark.parametrize(
    ("registered", "claimed"), [("video_estimate", "4"), ("", "4"), ("radar", "2")]
)
def test_a_speed_guessed_from_video_founds_no_case(registered, claimed):
    detection = detected(camera(speed_method=registered), speeding(method=claimed))
    assert codes(detection) == ["speed_method_not_approved"]


def test_an_unknown_violation_code_is_held_not_dropped():
    detection = detected(camera(), hikvision(code="7777"))
    assert (detection.violation_type, codes(detection)) == ("other", ["violation_unknown"])


@pytest.mark.parametrize("plate", ["", "unknown", "30F256", "00A12345", "80-011-NG-01", "XX1234"])
def test_a_plate_that_is_not_sure_waits_for_a_person(plate):
    assert "plate_needs_a_person" in codes(detected(camera(), hikvision(plate=plate)))


def test_a_car_plate_on_a_motorcycle_waits_for_a_person():
    detection = detected(camera(), hikvision(plate="30F05658", vehicle_type="twoWheelVehicle"))
    assert "plate_needs_a_person" in codes(detection)


def test_every_reason_has_a_sentence_in_both_languages():
    words = {"kind": "approval", "on": "2026-10-12", "have": 1, "need": 3, "width": 1, "height": 2}
    for language in ("en", "vi"):
        with translation.override(language):
            for code in gates._sentences():
                text = gates.sentence({"code": code, **words})
                assert len(text) > 20
                assert "%" not in text
            assert "later_code" in gates.sentence({"code": "later_code"})


# Releases


@pytest.fixture
def place():
    return journeys.world()


def held_at(place, **push):
    device = place.red_light_camera
    return detected(device, hikvision(pictures=three_pictures("held")[:2], **push))


def act(detection, person, ground="pictures_suffice", do=releases.release, note="", at=AT):
    return do(detection.pk, by_user=person.user, ground=ground, note=note, at=at)


def test_a_technician_releases_with_a_ground_and_the_log_says_so(place):
    detection = held_at(place)
    released = act(detection, place.technician, note="two clear pictures")
    assert (released.state, released.release_ground) == ("released", "pictures_suffice")
    assert (released.released_by, released.released_at) == (place.technician.user, AT)
    event = CustodyEvent.objects.get(action="released")
    assert (event.actor, event.delivery) == (place.technician.user, detection.delivery)
    assert str(detection.pk) in event.reason


def test_a_discarded_detection_keeps_its_bytes(place):
    detection = held_at(place)
    discarded = act(detection, place.technician, "no_violation", releases.discard)
    assert discarded.state == "discarded"
    assert discarded.evidence.count() == 2


def test_only_a_technician_may_decide(place):
    detection = held_at(place)
    for person in (place.reviewer, place.leader, place.auditor, place.administrator):
        with pytest.raises(releases.Refused):
            act(detection, person)
    detection.refresh_from_db()
    assert detection.state == "held"


def test_a_technician_of_another_unit_may_not_decide(place):
    stranger = journeys.officer("xa", "Vũ Xa", "Camera technician", place.other_unit)
    with pytest.raises(releases.Refused):
        act(held_at(place), stranger)


def test_a_right_withdrawn_a_second_ago_is_gone(place):
    detection = held_at(place)
    user = place.technician.user
    user.has_perm(releases.PERMISSION)  # now cached on this object
    user.groups.clear()
    with pytest.raises(releases.Refused):
        act(detection, place.technician)


@pytest.mark.parametrize("ground", ["", "because", "trial"])
def test_a_ground_outside_the_list_is_refused(place, ground):
    with pytest.raises(releases.Refused):
        act(held_at(place), place.technician, ground)


def test_the_second_of_two_decisions_is_refused(place):
    detection = held_at(place)
    act(detection, place.technician)
    with pytest.raises(releases.Refused):
        act(detection, place.technician, "trial", releases.discard)
    detection.refresh_from_db()
    assert detection.state == "released"


def test_there_is_no_release_without_the_certificate(place):
    detection = held_at(place)
    DeviceCertificate.objects.filter(kind="approval").delete()
    with pytest.raises(releases.Refused) as refused, translation.override("en"):
        act(detection, place.technician)
    assert "approval" in str(refused.value)


def test_a_damaged_original_is_never_released(place):
    detection = held_at(place)
    storages["evidence"]._path(detection.delivery.kept_sha256).unlink()
    with pytest.raises(releases.Refused):
        act(detection, place.technician)
    act(detection, place.technician, "evidence_lacking", releases.discard)


def test_an_unknown_detection_is_refused_like_a_foreign_one(place):
    with pytest.raises(releases.Refused):
        releases.release(
            uuid.uuid4(), by_user=place.technician.user, ground="clock_proved", note="", at=AT
        )


def test_every_code_of_adapters_and_reader_has_words():
    """A code nobody explains would stand alone in the technician's list."""
    root = Path(__file__).resolve().parents[2] / "cameras"
    named = set()
    for path in [*root.glob("*.py"), *(root / "adapters").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(getattr(node, "func", None), "id", "")
            if name in {"Rejected", "PutAside", "ImageRefused"} and node.args:
                first = node.args[0]
                named |= {first.value} if isinstance(first, ast.Constant) else set()
    never_a_delivery = {"empty_box", "truncated"}
    assert len(named) > 40
    assert named - set(wording.FAULTS) == never_a_delivery
    assert wording.VIOLATIONS.keys() == VIOLATION_TYPES
    assert wording.VEHICLES.keys() == VEHICLE_CLASSES
    assert wording.ROLES.keys() == IMAGE_ROLES
