"""The second reading of a plate: found among the lines, stored once, shown, and deciding nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.core.files.storage import storages
from django.urls import reverse

from cameras import cross_reading, reading_engine, tasks
from cameras.models import CrossReading, Detection
from cameras.plate_lines import TextLine, find_plate
from cameras.simulated_push import hikvision_push
from cameras.simulator import capture_red_light
from tests.cameras.factories import AT, Push, camera, detected, hikvision, three_pictures
from tests.cameras.test_simulator import CAR, JUNCTION, MOTORCYCLE
from tests.journeys import case_at
from tests.violations.desk import clock, place, signed_in

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate

ENGINE = "fake 1"


def damage(sha256: str, position: int) -> None:
    """Alter one bit of what is stored."""
    path = storages["evidence"]._path(sha256)
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


def line(text: str, top: float = 0, *, score: float = 0.99, left: float = 0, tall: float = 40):
    return TextLine(text, score, left, top, left + 200, top + tall)


def seeing(*lines: TextLine):
    """Return an engine that sees these lines in every picture and remembers what it was given."""

    def read(picture: bytes) -> list[TextLine]:
        read.given.append(picture)
        return list(lines)

    read.given = []
    return read


@pytest.mark.parametrize(
    ("lines", "text", "normalised", "score"),
    [
        ([line("30F-256.58")], "30F-256.58", "30F25658", 990),
        ([line("793.79", 45, score=0.97), line("59-V1")], "59-V1 793.79", "59V179379", 970),
        ([line("HONDA"), line("29-X5", 60), line("077.77", 105)], "29-X5 077.77", "29X507777", 990),
        ([line("KIA CERATO"), line("88A/118.86", 50)], "88A/118.86", "88A11886", 990),
        ([line("AB"), line("12-34", 45)], "AB 12-34", "AB1234", 990),
        ([line("47-K1", left=500, tall=70), line("173.49", 75, left=500, tall=70),
          line("30F-256.58", tall=30)], "47-K1 173.49", "47K117349", 990),
    ],
    ids=["one line", "two lines, the weaker score", "a brand above", "a slash for the gap",
         "an army plate", "the nearer of two vehicles"],
)  # fmt: skip
def test_a_plate_is_found_among_the_lines(lines, text, normalised, score):
    found = find_plate(lines)
    assert (found.text, found.reading.normalised, found.score) == (text, normalised, score)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [line("HONDA"), line("TOYOTA", 50)],
        [line("30F-256.58", score=0.3)],
        [line("2-D1"), line("60.97", 45)],
        [line("59-V1"), line("793.79", 300)],
        [line("59-V1"), line("793.79", 45, left=900)],
        [line("00A-123.45")],
        [line("0912 345 678")],
    ],
    ids=["nothing", "brands", "noise", "cut off at the edge", "far below", "beside",
         "a code of no province", "a phone number"],
)  # fmt: skip
def test_what_is_no_plate_is_not_made_one(lines):
    assert find_plate(lines) is None


def read(detection: Detection, *lines: TextLine, engine: str = ENGINE) -> list[CrossReading]:
    return cross_reading.cross_read(
        detection.pk, engine=seeing(*lines), engine_name=engine, at=AT + timedelta(minutes=1)
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "normalised", "agrees"),
    [
        ([line("30F-256.58")], "30F25658", True),
        ([line("30E-256.58")], "30E25658", False),
        ([line("256.58")], "", None),
        ([], "", None),
    ],
    ids=["the same", "another", "half a plate", "nothing"],
)
def test_a_reading_is_compared_with_the_devices_and_changes_nothing(lines, normalised, agrees):
    detection = detected(camera(), hikvision())
    before = Detection.objects.values().get(pk=detection.pk)
    rows = read(detection, *lines)
    assert [(row.normalised, row.agrees, row.engine) for row in rows[:1]] == [
        (normalised, agrees, ENGINE)
    ]
    assert Detection.objects.values().get(pk=detection.pk) == before


@pytest.mark.django_db
def test_a_device_that_read_nothing_cannot_be_contradicted():
    detection = detected(camera(), hikvision(plate="unknown"))
    [row] = read(detection, line("30F-256.58"))
    assert (row.normalised, row.agrees) == ("30F25658", None)


@pytest.mark.django_db
def test_only_the_plate_is_cut_out_and_the_first_picture_with_a_plate_is_enough():
    detection = detected(camera(), hikvision())
    engine = seeing(line("30F-256.58"))
    rows = cross_reading.cross_read(detection.pk, engine=engine, engine_name=ENGINE, at=AT)
    assert len(rows) == len(engine.given) == 1
    original = three_pictures("one")[0]
    assert engine.given[0] not in original
    assert len(engine.given[0]) < len(original)


@pytest.mark.django_db
def test_a_picture_is_read_once_by_each_engine():
    detection = detected(camera(), hikvision())
    assert len(read(detection, line("30F-256.58"))) == 1
    assert read(detection, line("30F-256.58"), engine="other 2")[0].engine == "other 2"
    assert read(detection, line("51F-123.45")) == []
    assert set(CrossReading.objects.values_list("normalised", flat=True)) == {"30F25658"}


@pytest.mark.django_db
def test_pictures_without_a_plate_are_not_read_again():
    detection = detected(camera(), hikvision())
    assert len(read(detection)) == 3
    assert read(detection, line("30F-256.58")) == []


@pytest.mark.django_db
def test_a_damaged_picture_is_passed_over():
    detection = detected(camera(), hikvision())
    first = detection.evidence.get(position=1)
    damage(detection.delivery.kept_sha256, first.offset + 100)
    [row] = read(detection, line("30F-256.58"))
    assert row.evidence == detection.evidence.get(position=2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "installed", "sent"), [(True, True, 1), (False, True, 0), (True, False, 0)]
)
def test_a_new_detection_is_queued_only_where_the_portal_is_set_up_for_it(
    wanted, installed, sent, settings, monkeypatch, django_capture_on_commit_callbacks
):
    settings.CROSS_READ = wanted
    monkeypatch.setattr(reading_engine, "is_available", lambda: installed)
    queued = []
    monkeypatch.setattr(
        cross_reading.current_app,
        "send_task",
        lambda name, args=(), *_rest, **_options: queued.append((name, list(args))),
    )
    with django_capture_on_commit_callbacks(execute=True):
        detection = detected(camera(), hikvision())
    mine = [message for message in queued if message[0] == tasks.cross_read.name]
    assert mine == [(tasks.cross_read.name, [str(detection.pk)])] * sent


def stored_reading(detection: Detection, text: str, normalised: str, agrees: bool | None) -> None:
    CrossReading.objects.create(
        evidence=detection.evidence.first(),
        engine=ENGINE,
        text=text,
        normalised=normalised,
        score=971 if normalised else None,
        agrees=agrees,
        milliseconds=300,
        read_at=AT,
    )


SHOWN = [
    ("30F 256.58", "30F25658", True, ("30F-256.58", "97 %", "chip-ok", "shape-tick", "Agrees")),
    ("30E 256.58", "30E25658", False, ("30E-256.58", "chip-bad", "shape-cross", "DIFFERS")),
    ("30E 256.58", "30E25658", None, ("30E-256.58", "chip-info", "The device read nothing")),
    ("256.58", "", None, ("256.58", "chip-out", "No plate found")),
]


@pytest.mark.parametrize(("text", "normalised", "agrees", "words"), SHOWN)
def test_the_officer_sees_it_beside_the_plate(place, text, normalised, agrees, words):
    case = case_at("detected", place)
    stored_reading(case.detection, text, normalised, agrees)
    client = signed_in(place.reviewer, HTTP_ACCEPT_LANGUAGE="en")
    client.cookies["django_language"] = "en"
    page = client.get("/can-bo/duyet/").content.decode()
    shown = page[page.index("Second reading:") :][:700]
    assert [word for word in words if word not in shown] == []
    if agrees is False:
        assert case.plate_display in shown


def test_without_a_reading_the_officer_sees_none(place):
    case_at("detected", place)
    page = signed_in(place.reviewer).get("/can-bo/duyet/").context["sheet"]
    assert page.second is None


def test_the_technician_sees_it_with_the_detection(place):
    case = case_at("detected", place)
    stored_reading(case.detection, "30E 256.58", "30E25658", False)
    client = signed_in(place.technician)
    client.cookies["django_language"] = "en"
    url = reverse("admin:cameras_detection_change", args=[case.detection_id])
    shown = client.get(url).content.decode()
    assert "Second reading" in shown
    assert "DIFFERS" in shown


def test_the_lock_of_the_extra_names_no_address_and_hashes_everything():
    lock = (Path(portal.BASE_DIR) / ".locks" / "cross-read.txt").read_text()
    assert "://" not in lock
    packages = [row for row in lock.splitlines() if "==" in row and not row.startswith((" ", "#"))]
    assert {row.partition("==")[0] for row in packages} >= {"rapidocr", "onnxruntime"}
    assert all(row.rstrip().endswith("\\") for row in packages)


@pytest.mark.parametrize(
    ("plate", "vehicle_class"), [("30F25658", "car"), ("59V179379", "motorcycle")]
)
def test_the_real_engine_reads_a_plate_we_have_drawn(plate, vehicle_class):
    pytest.importorskip("rapidocr", reason="the optional extra cross-read is not installed")
    pytest.importorskip("onnxruntime", reason="the optional extra cross-read is not installed")
    import io

    from cameras.scene.plate import plate_crop, plate_face

    out = io.BytesIO()
    plate_crop(plate_face(plate, vehicle_class, "white"), seed=1).save(out, "JPEG", quality=88)
    found = find_plate(reading_engine.engine()(out.getvalue()))
    assert found.reading.normalised == plate
    assert found.score >= 800


@pytest.mark.django_db
@pytest.mark.parametrize("vehicle", [CAR, MOTORCYCLE], ids=["car", "motorcycle"])
def test_a_worker_with_the_engine_reads_what_a_camera_sent(vehicle):
    pytest.importorskip("rapidocr", reason="the optional extra cross-read is not installed")
    pytest.importorskip("onnxruntime", reason="the optional extra cross-read is not installed")
    sent = hikvision_push(capture_red_light(JUNCTION, vehicle, AT - timedelta(seconds=2), seed=5))
    detection = detected(camera(), Push(sent.body, dict(sent.headers)))
    tasks.cross_read(str(detection.pk))
    row = CrossReading.objects.exclude(normalised="").get()
    assert (row.normalised, row.agrees) == (vehicle.plate, True)
    assert row.engine == reading_engine.engine_name()
    assert 0 < row.milliseconds < 20_000
