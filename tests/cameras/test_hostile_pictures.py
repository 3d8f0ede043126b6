"""Every picture dressed as something else, through the real inbox and reader: kept, judged, served."""

from __future__ import annotations

import hashlib
import io
import time
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from cameras import evidence, evidence_views
from cameras.exif import read_exif
from cameras.images import ImageRefused, inspect_jpeg
from cameras.models import Delivery
from tests.cameras import hostile_pictures as hostile
from tests.cameras.factories import AT, camera, hikvision, picture, read

pytestmark = pytest.mark.gate

SOUND = hostile.jpeg()

ACCEPTED = {
    "a plain picture": (lambda: SOUND, set()),
    "a progressive one": (lambda: hostile.jpeg(progressive=True), set()),
    "as many scans as may be": (lambda: hostile.many_scans(200), set()),
    "ZIP behind it": (lambda: SOUND + hostile.zip_file(), {"trailing_bytes"}),
    "a page behind it": (lambda: SOUND + b"<html><script>x()</script>", {"trailing_bytes"}),
    "a page in a comment": (
        lambda: hostile.with_segment(0xFE, b"<html><script>x()</script>"),
        {"hidden_content"},
    ),
    "ZIP in metadata": (
        lambda: hostile.with_segment(0xED, hostile.zip_file()),
        {"hidden_content"},
    ),
    "cut in the middle": (lambda: SOUND[: len(SOUND) // 2], {"truncated"}),
    "a grey one": (lambda: hostile.jpeg(hostile.drawn("L", 90)), set()),
    "CMYK": (lambda: hostile.jpeg(hostile.drawn("CMYK", (10, 20, 30, 40))), {"unusual_colours"}),
    "EXIF that points at itself": (hostile.exif_that_points_at_itself, set()),
    "EXIF of overlapping values": (hostile.exif_of_overlapping_values, set()),
    "EXIF of four gigabytes": (hostile.exif_of_four_gigabytes, set()),
    "a broken colour profile": (hostile.broken_profile, set()),
    "an index of frames that are not there": (hostile.index_of_no_frames, set()),
    "edited": (lambda: hostile.exif_of("Adobe Photoshop 25.0"), {"exif_edited"}),
}
REFUSED = {
    "nothing": (lambda: b"", "not_jpeg"),
    "SVG": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "not_jpeg"),
    "GIF": (lambda: hostile.other_format("GIF"), "not_jpeg"),
    "PNG": (lambda: hostile.other_format("PNG"), "not_jpeg"),
    "BMP": (lambda: hostile.other_format("BMP"), "not_jpeg"),
    "PDF": (lambda: b"%PDF-1.7\n1 0 obj<</JS(x)>>endobj", "not_jpeg"),
    "EPS": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run", "not_jpeg"),
    "ZIP": (hostile.zip_file, "not_jpeg"),
    "more than six mebibytes": (lambda: SOUND + bytes(6 * 1024 * 1024), "too_large"),
    "twelve mebibytes": (lambda: SOUND + bytes(12 * 1024 * 1024), "too_large"),
    "400 million pixels": (lambda: hostile.with_size(20_000, 20_000), "too_many_pixels"),
    "no width": (lambda: hostile.with_size(0, 720), "not_jpeg"),
    "two hundred and one scans": (lambda: hostile.many_scans(201), "too_many_scans"),
    "arithmetic coding": (lambda: hostile.with_coding(0xC9), "unusual_coding"),
    "lossless coding": (lambda: hostile.with_coding(0xC3), "unusual_coding"),
    "twelve bits": (lambda: hostile.with_coding(0xC1, 12), "unusual_coding"),
    "sixteen bits": (lambda: hostile.with_coding(0xC1, 16), "unusual_coding"),
}
#: What an adapter leaves out at once has a code of the adapter's.
LEFT_OUT = {"not_jpeg": "picture_not_jpeg", "too_large": "picture_too_large"} | {
    "no width": "not_jpeg"  # it begins as a JPEG, so the reader has to find it out
}


@cache
def hostile_bytes(name: str) -> bytes:
    """Return one of the accepted pictures, made once."""
    return ACCEPTED[name][0]()


def judged(data: bytes) -> str:
    """Return the code of a refusal, or that the picture is accepted."""
    try:
        facts = inspect_jpeg(data)
    except ImageRefused as refused:
        return refused.code
    return "accepted" if 0 < facts.width * facts.height <= 40_000_000 else "of no size"


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_accepted_bears_its_flags(name):
    make, flags = ACCEPTED[name]
    assert set(inspect_jpeg(make()).flags) == flags


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_has_its_code(name):
    make, code = REFUSED[name]
    with pytest.raises(ImageRefused) as refused:
        inspect_jpeg(make())
    assert refused.value.code == code


def test_joined_pictures_and_frames_of_one_file_are_told_apart():
    assert inspect_jpeg(SOUND + hostile.jpeg(progressive=True)).flags == ("joined_jpeg",)
    assert "joined_jpeg" in inspect_jpeg(hostile.mpo()).flags


def test_no_bomb_takes_longer_than_a_second():
    for make in (
        lambda: hostile.many_scans(200, 6_000, 6_600),
        hostile.exif_of_overlapping_values,
        hostile.index_of_no_frames,
        hostile.exif_that_points_at_itself,
    ):
        data = make()
        begun = time.process_time()
        inspect_jpeg(data)
        assert time.process_time() - begun < 1.0 + len(data) / 1e6


def delivered(data: bytes) -> Delivery:
    """Send a picture as the first of three through the inbox and the reader."""
    push = hikvision("hostile", pictures=[data, picture("b"), picture("c")])
    return read(camera(), push)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", [name for name in REFUSED if name not in ("nothing", "twelve mebibytes")]
)
def test_a_delivery_with_a_refused_picture_is_put_aside_whole(name):
    make, code = REFUSED[name]
    delivery = delivered(make())
    assert (delivery.state, delivery.fault_code) == (
        "quarantined",
        LEFT_OUT.get(name) or LEFT_OUT.get(code, code),
    )
    assert not delivery.detections.exists()
    assert make() in evidence.store().read(delivery.kept_sha256)


@pytest.mark.django_db
def test_an_empty_picture_holds_the_detection():
    delivery = delivered(b"")
    detection = delivery.detections.get()
    assert detection.state == "held"
    assert {"code": "picture_damaged"} in detection.held_for


@pytest.mark.django_db
def test_a_body_over_twelve_mebibytes_is_cut_and_put_aside():
    delivery = delivered(REFUSED["twelve mebibytes"][0]())
    assert (delivery.state, delivery.fault_code) == ("quarantined", "too_large")
    assert delivery.kept_size < 12 * 1024 * 1024


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACCEPTED)
def test_an_accepted_picture_is_kept_as_it_came_and_served_safely(name):
    make, flags = ACCEPTED[name]
    original = make()
    detection = delivered(original).detections.get()
    file = detection.evidence.get(position=1)
    assert evidence.read_file(file) == original
    assert flags <= set(file.flags)
    answer = evidence_views.picture_response(
        file, evidence_views.ORIGINAL, reason="test", at=AT + timedelta(hours=1)
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"
    if "truncated" in flags:
        assert answer.status_code == 409
        return
    assert answer.headers["Content-Type"] == "image/jpeg"
    is_as_sent = hashlib.sha256(answer.content).hexdigest() == file.sha256
    assert is_as_sent == (not flags & evidence.UNSAFE_FLAGS)
    for tail in (b"<script>", b"PK\x03\x04"):
        assert tail not in answer.content
    facts = inspect_jpeg(answer.content)
    assert (facts.width, facts.height) == hostile.SIZE
    assert not evidence.UNSAFE_FLAGS & set(facts.flags)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(sorted(ACCEPTED)),
    changes=st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 255)), max_size=12),
    cut=st.integers(0, 5_000),
)
def test_whatever_bytes_come_are_judged_and_never_break_the_judge(name, changes, cut):
    data = bytearray(hostile_bytes(name))
    for place, value in changes:
        data[place % len(data)] = value
    picture_bytes = bytes(data[: len(data) - cut % len(data)])
    assert isinstance(read_exif(picture_bytes), tuple)
    assert judged(picture_bytes) in {code for _make, code in REFUSED.values()} | {
        "undecodable",
        "accepted",
    }


@given(st.binary(max_size=400))
def test_exif_of_any_bytes_is_a_tuple_of_short_texts(block):
    data = hostile.with_segment(0xE1, b"Exif\0\0II*\0" + block, SOUND)
    for name, text in read_exif(data):
        assert name and 0 < len(text) <= 80 and text.isprintable()


@pytest.mark.django_db
def test_no_copy_bears_profile_exif_or_comment():
    data = hostile.with_segment(0xFE, b"a comment", hostile.exif_of("Cam 1", "2026:10:12 08:00:00"))
    file = delivered(hostile.with_segment(0xE2, b"ICC_PROFILE\0\x01\x01" + bytes(200), data))
    file = file.detections.get().evidence.get(position=1)
    for copy in (evidence.citizen_copy(file), evidence.thumbnail(file)):
        with Image.open(io.BytesIO(evidence.read_derivative(copy))) as shown:
            assert not {"exif", "icc_profile", "comment"} & set(shown.info)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("taken", "differs"),
    [
        ("2026:10:12 08:00:00", False),
        ("2026:10:12 08:00:59", False),
        ("2026:10:12 08:01:01", True),
        ("2026:10:12 07:58:59", True),
        ("2026:10:12 01:00:00", True),
        ("2034:10:12 08:00:00", True),
        ("0000:00:00 00:00:00", False),
        ("yesterday", False),
    ],
)
def test_a_time_in_the_picture_that_is_not_the_events_is_flagged(taken, differs):
    detection = delivered(hostile.exif_of(taken=taken)).detections.get()
    file = detection.evidence.get(position=1)
    assert ("time_mismatch" in file.flags) == differs
    told = detection.canonical["images"][0]
    assert told["flags"] == file.flags
    assert detection.state == "ready"  # a claim against a claim: shown, not decided


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("software", "edited"),
    [
        ("GIMP 2.10.34", True),
        ("Adobe Photoshop Lightroom 6", True),
        ("paint.net 5.0", True),
        ("Hikvision V5.7.3 build 220112", False),
        ("", False),
    ],
)
def test_a_picture_that_names_an_editor_waits_for_a_person(software, edited):
    detection = delivered(hostile.exif_of(software, "2026:10:12 08:00:00")).detections.get()
    assert ("exif_edited" in detection.evidence.get(position=1).flags) == edited
    assert ({"code": "picture_edited"} in detection.held_for) == edited


@pytest.mark.django_db
def test_the_later_of_two_pictures_that_look_alike_is_flagged():
    plain = hostile.drawn()
    other = plain.rotate(180).transpose(Image.Transpose.TRANSPOSE).resize(hostile.SIZE)
    other.paste((0, 0, 0), (0, 0, 500, 720))
    push = hikvision(
        "alike",
        pictures=[hostile.jpeg(plain), hostile.jpeg(other), hostile.jpeg(plain, quality=40)],
    )
    detection = read(camera(), push).detections.get()
    flags = [set(file.flags) for file in detection.evidence.order_by("position")]
    assert flags == [set(), set(), {"near_duplicate"}]
