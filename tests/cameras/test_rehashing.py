"""Every night stored bytes are compared with their hashes; what is wrong is named, never mended."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.storage import storages

from cameras import custody, evidence, rehashing
from cameras.models import CustodyEvent, Detection, Disposal, Rehash, UploadedObject
from tests.cameras.factories import AT, camera, detected, heartbeat, hikvision, read
from tests.cameras.test_evidence import damage, path_of

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

NIGHT = AT + timedelta(hours=18)  # 02:00 in Viet Nam


@pytest.fixture(autouse=True)
def _only_what_a_test_registers(monkeypatch):
    monkeypatch.setattr(rehashing, "_open", [])


def decided(detection: Detection) -> Detection:
    """Take a detection out of the waiting ones: a case has taken it up."""
    Detection.objects.filter(pk=detection.pk).update(claimed_at=AT)
    return detection


def faults(rows: list[Rehash]) -> list[dict]:
    return [fault for row in rows for fault in row.faults]


def test_a_whole_store_leaves_one_row_of_counts_in_the_log():
    detected(camera(), hikvision())
    before = CustodyEvent.objects.count()
    rows = rehashing.rehash(at=NIGHT, share_per_mille=0)
    assert [(row.checked, row.faults) for row in rows] == [(3, [])]
    assert CustodyEvent.objects.count() == before + 1
    written = CustodyEvent.objects.latest("pk")
    hashes = sorted(Detection.objects.get().evidence.values_list("sha256", flat=True))
    assert written.object_sha256 == hashlib.sha256("\n".join(hashes).encode()).hexdigest()
    assert (written.action, written.reason) == ("rehashed", "3 checked, 0 wrong")


def test_a_night_in_which_nothing_was_to_be_checked_is_written_down_too():
    assert [row.checked for row in rehashing.rehash(at=NIGHT)] == [0]


def test_every_original_that_waits_for_a_decision_is_checked_and_a_fault_is_named():
    detection = detected(camera(), hikvision())
    second = detection.evidence.get(position=2)
    damage(detection.delivery.kept_sha256, second.offset + 3)
    found = faults(rehashing.rehash(at=NIGHT, share_per_mille=0))
    assert {(fault["key"], fault["finding"]) for fault in found} == {
        (str(file.pk), "differs") for file in detection.evidence.all()
    }
    assert {fault["detections"][0] for fault in found} == {str(detection.pk)}
    named = CustodyEvent.objects.filter(action="rehashed", evidence=second).get()
    assert (named.object_sha256, named.reason) == (second.sha256, "original differs")
    # Who would decide on it is stopped by the bytes themselves.
    assert evidence.broken_files(detection) == [second]


def test_a_decided_detection_is_left_to_chance_unless_an_app_above_names_it():
    detection = decided(detected(camera(), hikvision()))
    path_of(detection.delivery.kept_sha256).unlink()
    assert faults(rehashing.rehash(at=NIGHT, share_per_mille=0)) == []
    rehashing.register_open(lambda: Detection.objects.values("pk"))
    found = faults(rehashing.rehash(at=NIGHT, share_per_mille=0))
    assert {fault["finding"] for fault in found} == {"missing"}


def test_chance_chooses_about_the_share_asked_for_and_the_same_with_the_same_seed():
    device = camera()
    for number in range(60):
        push = heartbeat()
        push.body += b"<!-- %d -->" % number
        read(device, push)
    counts = []
    for seed in range(6):
        night = rehashing.Night(NIGHT.isoformat(), seed, 200)
        counts.append([rehashing.step(night, at=NIGHT)[1].checked for _ in range(2)])
    assert all(first == again for first, again in counts)
    assert 30 < sum(first for first, _again in counts) < 120  # 72 expected of 360
    assert rehashing.rehash(at=NIGHT, share_per_mille=1000)[0].checked == 60


@pytest.mark.parametrize(
    ("kind", "sha256_of"),
    [
        ("delivery", lambda d: d.delivery.kept_sha256),
        ("copy", lambda d: evidence.thumbnail(d.evidence.get(position=1)).sha256),
        ("upload", lambda d: uploaded(d).sha256),
    ],
)
@pytest.mark.parametrize("finding", ["differs", "missing"])
def test_every_kind_of_stored_object_is_looked_at(kind, sha256_of, finding):
    detection = decided(detected(camera(), hikvision()))
    sha256 = sha256_of(detection)
    if finding == "missing":
        path_of(sha256).unlink()
    else:
        damage(sha256, 5)
    [fault] = faults(rehashing.rehash(at=NIGHT, share_per_mille=1000))
    assert (fault["kind"], fault["sha256"], fault["finding"]) == (kind, sha256, finding)
    assert fault["detections"] == ([] if kind == "upload" else [str(detection.pk)])
    assert CustodyEvent.objects.filter(object_sha256=sha256, action="rehashed").count() == 1


def uploaded(detection: Detection) -> UploadedObject:
    sha256 = evidence.store().put(b"a film" * 9)
    return UploadedObject.objects.create(
        device=detection.device, sha256=sha256, size=54, media_type="video/mp4", received_at=AT
    )


def test_bytes_disposed_of_are_neither_checked_nor_wrong():
    detection = detected(camera(), hikvision())
    sha256 = detection.delivery.kept_sha256
    path_of(sha256).unlink()
    Disposal.objects.create(
        sha256=sha256, size=1, record_class="case", ground="mẫu", disposed_at=AT
    )
    rows = rehashing.rehash(at=NIGHT, share_per_mille=1000)
    assert [(row.checked, row.faults) for row in rows] == [(0, [])]


@pytest.mark.parametrize("second", ["as received", "differs too", "missing too"])
def test_the_second_copy_is_compared_and_nothing_is_mended(settings, tmp_path, second):
    settings.STORAGES = settings.STORAGES | {
        "evidence_copy": {
            "BACKEND": "config.storage.ContentFolder",
            "OPTIONS": {"location": str(tmp_path / "copy")},
        }
    }
    detection = decided(detected(camera(), hikvision()))
    sha256 = detection.delivery.kept_sha256
    if second != "missing too":
        storages["evidence_copy"].put(path_of(sha256).read_bytes())
    if second == "differs too":
        copied = storages["evidence_copy"]._path(sha256)
        copied.chmod(0o600)
        copied.write_bytes(b"x")
    damage(sha256, 5)
    damaged = path_of(sha256).read_bytes()
    [fault] = faults(rehashing.rehash(at=NIGHT, share_per_mille=1000))
    assert fault["second_copy"] == second
    assert path_of(sha256).read_bytes() == damaged
    named = CustodyEvent.objects.get(action="rehashed", object_sha256=sha256)
    assert named.reason == f"delivery differs; second copy {second}"


def test_an_interrupted_night_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(rehashing.step, "__kwdefaults__", {"most": 2})
    detected(camera(), hikvision())
    turns = iter([True, False])
    night = rehashing.nightly(at=NIGHT, may_go_on=lambda: next(turns))
    assert (night.checked, night.is_finished) == (2, False)
    night = rehashing.nightly(at=NIGHT + timedelta(minutes=1), may_go_on=lambda: True)
    assert (night.checked, night.is_finished) == (3, True)
    assert sum(row.checked for row in Rehash.objects.all()) == 3
    assert len(set(Rehash.objects.values_list("started_at", flat=True))) == 1


@pytest.mark.parametrize(
    ("hours", "begins"),
    [(0, False), (-2, False), (23.5, False), (24, True), (30, True)],
    ids=["same night", "earlier", "after midnight", "the next night", "late"],
)
def test_there_is_one_check_a_night_from_one_oclock_on(hours, begins):
    first = NIGHT - timedelta(hours=1)  # 01:00 in Viet Nam
    assert rehashing.nightly(at=first, may_go_on=lambda: True).is_finished
    night = rehashing.nightly(at=first + timedelta(hours=hours), may_go_on=lambda: True)
    assert (night is not None) == begins


def test_the_log_with_its_checks_is_whole():
    detected(camera(), hikvision())
    rehashing.rehash(at=NIGHT)
    custody.chain()
    assert custody.faults(at=NIGHT + timedelta(hours=1)) == []
