"""What an officer covers is black in every copy, the original stays, and each act is noted."""

from __future__ import annotations

import io

import pytest
from django.utils import translation
from PIL import Image

from cameras import evidence, redaction
from cameras.images import ImageRefused
from cameras.models import CustodyEvent, EvidenceFile, Redaction
from tests import journeys
from tests.cameras.factories import AT, detected, hikvision, picture
from tests.cameras.test_evidence import contrast, street

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _in_english():
    """Refusals are compared with the words of the code."""
    with translation.override("en"):
        yield


#: Over the middle of the vehicle's box, which the default leaves sharp.
INSIDE = {"x": 4500, "y": 4500, "w": 1000, "h": 1000}
COVERED = (578, 326, 700, 394)


@pytest.fixture
def place():
    return journeys.world()


@pytest.fixture
def file(place) -> EvidenceFile:
    push = hikvision(pictures=[street(), picture("b"), picture("c")])
    return detected(place.red_light_camera, push).evidence.get(position=1)


def cover(file, place, *rectangles, reason="người đi bộ (mẫu)", who="reviewer"):
    person = getattr(place, who).user
    return redaction.redact(file.pk, list(rectangles), by_user=person, reason=reason, at=AT)


def seen(copy) -> bytes:
    return evidence.read_derivative(copy)


def brightest(data: bytes, box) -> int:
    return Image.open(io.BytesIO(data)).convert("L").crop(box).getextrema()[1]


def test_the_citizens_copy_is_black_where_the_officer_covered_it(file, place):
    before = evidence.citizen_copy(file)
    assert contrast(seen(before), COVERED) > 200
    made = cover(file, place, INSIDE)
    after = evidence.citizen_copy(file)
    assert after.recipe == f"citizen/2 vehicle, light, line; redaction {made.pk}"
    assert brightest(seen(after), COVERED) < 40
    assert contrast(seen(after), (530, 450, 700, 480)) > 200  # the vehicle around it stays sharp
    assert contrast(seen(after), (900, 100, 1200, 500)) < 60  # and the rest blurred


def test_the_copy_for_others_covers_the_rectangles_and_nothing_else(file, place):
    assert evidence.redacted_copy(file) is None
    made = cover(file, place, INSIDE)
    copy = evidence.redacted_copy(file)
    assert copy is not None
    assert (copy.purpose, copy.recipe) == ("redacted", f"redacted/1; redaction {made.pk}")
    assert brightest(seen(copy), COVERED) < 40
    assert contrast(seen(copy), (900, 100, 1200, 500)) > 200
    assert Image.open(io.BytesIO(seen(copy))).size == (1280, 720)


def test_the_original_is_not_touched(file, place):
    before = evidence.read_file(file)
    cover(file, place, INSIDE)
    evidence.citizen_copy(file)
    assert evidence.read_file(file) == before


def test_nothing_of_what_is_covered_reaches_the_copy(place):
    """The same copy comes of two originals that differ only under the rectangle."""
    hidden = []
    for colour in ("white", "red"):
        image = Image.open(io.BytesIO(street()))
        image.paste(colour, (608, 352, 640, 368))  # inside, aligned to the coder's blocks
        out = io.BytesIO()
        image.save(out, "JPEG", quality=95, subsampling=0)
        push = hikvision(colour, pictures=[out.getvalue(), picture("b"), picture("c")])
        file = detected(place.red_light_camera, push).evidence.get(position=1)
        cover(file, place, INSIDE)
        copy = Image.open(io.BytesIO(seen(evidence.citizen_copy(file)))).convert("RGB")
        hidden.append(copy.crop((0, 0, 1280, 660)).tobytes())  # without the hash at the foot
    assert hidden[0] == hidden[1]


def test_the_newest_redaction_counts_and_an_empty_one_takes_it_back(file, place):
    cover(file, place, INSIDE)
    second = cover(file, place, {"x": 0, "y": 0, "w": 500, "h": 500})
    assert f"redaction {second.pk}" in evidence.citizen_copy(file).recipe
    assert brightest(seen(evidence.redacted_copy(file)), (2, 2, 60, 30)) < 40
    cover(file, place, reason="vẽ nhầm")
    assert evidence.citizen_copy(file).recipe == "citizen/2 vehicle, light, line"
    assert evidence.redacted_copy(file) is None
    assert Redaction.objects.count() == 3


def test_each_redaction_is_in_the_custody_log_under_its_officers_name(file, place):
    made = cover(file, place, INSIDE)
    event = CustodyEvent.objects.get(action="redacted")
    assert (event.evidence, event.actor) == (file, place.reviewer.user)
    assert event.reason == f"redaction {made.pk}: 1 rectangle(s)"
    assert event.object_sha256 == file.sha256


@pytest.mark.parametrize(
    "rectangle",
    [
        pytest.param({"x": 9500, "y": 0, "w": 501, "h": 10}, id="over the right edge"),
        pytest.param({"x": 0, "y": 9999, "w": 10, "h": 2}, id="over the foot"),
        pytest.param({"x": -1, "y": 0, "w": 10, "h": 10}, id="left of the picture"),
        pytest.param({"x": 0, "y": 0, "w": 0, "h": 10}, id="no width"),
        pytest.param({"x": 0, "y": 0, "w": 10, "h": -5}, id="negative height"),
        pytest.param({"x": 0.5, "y": 0, "w": 10, "h": 10}, id="no whole number"),
        pytest.param({"x": True, "y": 0, "w": 10, "h": 10}, id="no number at all"),
    ],
)
def test_a_rectangle_outside_the_picture_is_refused(file, place, rectangle):
    with pytest.raises(redaction.Refused):
        cover(file, place, INSIDE, rectangle)
    assert not Redaction.objects.exists()
    assert not CustodyEvent.objects.filter(action="redacted").exists()


def test_forty_rectangles_and_the_whole_picture_are_allowed(file, place):
    small = {"x": 0, "y": 0, "w": 1, "h": 1}
    cover(file, place, *[small] * 40)
    with pytest.raises(redaction.Refused, match="at most 40"):
        cover(file, place, *[small] * 41)
    cover(file, place, {"x": 0, "y": 0, "w": 10_000, "h": 10_000})
    assert brightest(seen(evidence.redacted_copy(file)), (0, 0, 1280, 720)) < 40


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_a_reason_is_needed(file, place, reason):
    with pytest.raises(redaction.Refused):
        cover(file, place, INSIDE, reason=reason)


def test_nothing_can_be_taken_back_that_was_not_drawn(file, place):
    with pytest.raises(redaction.Refused, match="at least one"):
        cover(file, place)


@pytest.mark.parametrize("who", ["leader", "clerk", "technician", "auditor", "administrator"])
def test_only_a_reviewing_officer_covers_pictures(file, place, who):
    with pytest.raises(redaction.Refused, match="may not cover"):
        cover(file, place, INSIDE, who=who)


def test_a_picture_of_another_unit_is_not_there(file, place):
    stranger = journeys.officer("la", "Lạ", "Reviewing officer", place.other_unit)
    with pytest.raises(redaction.Refused, match="no such picture"):
        redaction.redact(file.pk, [INSIDE], by_user=stranger.user, reason="mẫu", at=AT)


def test_a_right_taken_away_since_counts_at_once(file, place):
    user = place.reviewer.user
    assert user.has_perm(redaction.PERMISSION)
    user.groups.clear()
    with pytest.raises(redaction.Refused):
        cover(file, place, INSIDE)


def test_a_film_is_neither_covered_nor_copied(file, place):
    film = EvidenceFile.objects.create(
        detection=file.detection,
        delivery=file.delivery,
        position=9,
        role=EvidenceFile.FILM,
        sha256="0" * 64,
        offset=0,
        size=1,
        media_type="video/mp4",
        width=0,
        height=0,
    )
    with pytest.raises(redaction.Refused, match="film"):
        cover(film, place, INSIDE)
    with pytest.raises(ImageRefused):
        evidence.citizen_copy(film)


def test_a_reduced_copy_and_a_crop_are_covered_too(place):
    push = hikvision(pictures=[street(), picture("b"), picture("c")])
    push.body = push.body.replace(b"vehicelRect", b"unknownRect").replace(b"plateRect", b"noneRect")
    file = detected(place.red_light_camera, push).evidence.get(position=1)
    made = cover(file, place, INSIDE)
    copy = evidence.citizen_copy(file)
    assert copy.recipe == f"citizen/1 reduced; redaction {made.pk}"
    assert brightest(seen(copy), (217, 123, 262, 147)) < 40
