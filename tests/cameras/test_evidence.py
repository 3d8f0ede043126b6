"""Originals checked at every read, copies that hide bystanders, and a pack that proves itself."""

import hashlib
import io
import json
import subprocess
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from PIL import Image, ImageDraw

from cameras import custody, evidence, pack
from cameras.images import ImageRefused
from cameras.models import CustodyEvent, Derivative
from tests.cameras.factories import AT, camera, detected, hikvision, picture, three_pictures

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def path_of(sha256: str):
    return storages["evidence"]._path(sha256)


def damage(sha256: str, position: int) -> None:
    path = path_of(sha256)
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


def test_an_original_comes_back_as_it_was_sent():
    originals = three_pictures("one")
    detection = detected(camera(), hikvision())
    for file, original in zip(detection.evidence.order_by("position"), originals, strict=True):
        assert evidence.read_file(file) == original
    assert evidence.broken_files(detection) == []


def test_one_altered_bit_is_named_with_its_picture_alone():
    detection = detected(camera(), hikvision())
    second = detection.evidence.get(position=2)
    damage(detection.delivery.kept_sha256, second.offset + 100)
    assert evidence.broken_files(detection) == [second]
    with pytest.raises(evidence.EvidenceDamaged):
        evidence.read_file(second)
    evidence.read_file(detection.evidence.get(position=1))


def test_a_lost_body_breaks_every_picture():
    detection = detected(camera(), hikvision())
    path_of(detection.delivery.kept_sha256).unlink()
    assert len(evidence.broken_files(detection)) == 3


def street() -> bytes:
    """Draw sharp stripes everywhere: what is blurred loses them."""
    image = Image.new("RGB", (1280, 720), "white")
    draw = ImageDraw.Draw(image)
    for x in range(0, 1280, 8):
        draw.line((x, 0, x, 720), fill="black", width=4)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def contrast(data: bytes, box: tuple[int, int, int, int]) -> int:
    low, high = Image.open(io.BytesIO(data)).convert("L").crop(box).getextrema()
    return high - low


def test_in_the_citizens_copy_only_the_vehicle_is_sharp():
    detection = detected(camera(), hikvision(pictures=[street(), picture("b"), picture("c")]))
    copy = evidence.citizen_copy(detection.evidence.get(position=1))
    data = evidence.read_derivative(copy)
    assert contrast(data, (560, 320, 720, 460)) > 200  # inside the vehicle's box
    assert contrast(data, (40, 100, 300, 500)) < 60
    assert contrast(data, (900, 100, 1200, 500)) < 60
    assert copy.recipe == "citizen/2 vehicle, light, line"


def test_without_a_vehicle_box_the_surroundings_of_the_plate_stay_sharp():
    push = hikvision(pictures=[street(), picture("b"), picture("c")])
    push.body = push.body.replace(b"vehicelRect", b"unknownRect")
    detection = detected(camera(), push)
    copy = evidence.citizen_copy(detection.evidence.get(position=1))
    data = evidence.read_derivative(copy)
    assert copy.recipe == "citizen/2 around plate, light, line"
    assert contrast(data, (560, 440, 700, 470)) > 200
    assert contrast(data, (40, 100, 260, 300)) < 60


def test_without_any_box_the_whole_picture_is_reduced():
    push = hikvision()
    push.body = push.body.replace(b"vehicelRect", b"unknownRect").replace(b"plateRect", b"noneRect")
    detection = detected(camera(), push)
    copy = evidence.citizen_copy(detection.evidence.get(position=1))
    with Image.open(io.BytesIO(evidence.read_derivative(copy))) as image:
        assert max(image.size) == 480
    assert copy.recipe == "citizen/1 reduced"


def test_a_copy_is_made_once_and_noted_once():
    file = detected(camera(), hikvision()).evidence.get(position=1)
    first, second = evidence.citizen_copy(file), evidence.citizen_copy(file)
    assert first == second
    assert Derivative.objects.count() == 1
    assert CustodyEvent.objects.filter(action="derived", evidence=file).count() == 1


def test_making_a_copy_again_gives_the_same_bytes():
    file = detected(camera(), hikvision()).evidence.get(position=1)
    _name, make = evidence._citizen_recipe(file)
    assert make(evidence.read_file(file)) == make(evidence.read_file(file))
    assert hashlib.sha256(make(evidence.read_file(file))).hexdigest() == (
        evidence.citizen_copy(file).sha256
    )


def test_a_thumbnail_is_small_and_another_copy():
    file = detected(camera(), hikvision()).evidence.get(position=1)
    copy = evidence.thumbnail(file)
    with Image.open(io.BytesIO(evidence.read_derivative(copy))) as image:
        assert image.size == (320, 180)
    assert copy.sha256 != evidence.citizen_copy(file).sha256


def test_no_copy_is_made_of_a_damaged_original_or_of_half_a_picture():
    pictures = three_pictures("cut")
    pictures[2] = pictures[2][: len(pictures[2]) // 2]
    detection = detected(camera(), hikvision(pictures=pictures))
    with pytest.raises(ImageRefused):
        evidence.citizen_copy(detection.evidence.get(position=3))
    damage(detection.delivery.kept_sha256, detection.evidence.get(position=1).offset + 50)
    with pytest.raises(evidence.EvidenceDamaged):
        evidence.citizen_copy(detection.evidence.get(position=1))
    assert not Derivative.objects.exists()


def test_a_damaged_copy_is_not_shown():
    copy = evidence.thumbnail(detected(camera(), hikvision()).evidence.get(position=1))
    damage(copy.sha256, 30)
    with pytest.raises(evidence.EvidenceDamaged):
        evidence.read_derivative(copy)


def test_an_original_with_a_tail_reaches_a_browser_only_re_encoded():
    pictures = three_pictures("tail")
    pictures[0] += b"PK\x03\x04 <script>"
    detection = detected(camera(), hikvision(pictures=pictures))
    odd, plain = detection.evidence.get(position=1), detection.evidence.get(position=2)
    assert b"<script>" in evidence.read_file(odd)
    assert b"<script>" not in evidence.officer_picture(odd)
    assert evidence.officer_picture(plain) == pictures[1]


# The pack


def made(detection, at=AT + timedelta(hours=1)) -> bytes:
    return pack.evidence_pack(detection, b"%PDF-1.7 cover", at=at, actor_name="Phạm Thị Lan")


def test_the_pack_holds_the_originals_the_delivery_and_a_manifest_of_both():
    push = hikvision()
    detection = detected(camera(), push)
    custody.chain()
    with zipfile.ZipFile(io.BytesIO(made(detection))) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    assert contents["goi-tin-goc.bin"] == push.body
    assert contents["anh-01-overview_1.jpg"] == three_pictures("one")[0]
    assert contents["ho-so.pdf"] == b"%PDF-1.7 cover"
    manifest = json.loads(contents["manifest.json"])
    assert manifest["deliveries"][0]["sha256"] == hashlib.sha256(push.body).hexdigest()
    assert len(manifest["device"]["certificates"]) == 2
    for original in manifest["originals"]:
        start = original["offset_in_delivery"]
        part = push.body[start : start + original["bytes"]]
        assert hashlib.sha256(part).hexdigest() == original["sha256"]
    assert [row["row"]["action"] for row in manifest["custody"]] == ["received", "parsed"]


def test_the_custody_rows_in_the_pack_prove_their_own_hashes():
    detection = detected(camera(), hikvision())
    custody.chain()
    with zipfile.ZipFile(io.BytesIO(made(detection))) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    for entry in manifest["custody"]:
        canonical = json.dumps(
            entry["row"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        digest = hashlib.sha256(
            b"\x01" + bytes.fromhex(entry["previous_hash"]) + canonical.encode()
        )
        assert digest.hexdigest() == entry["row_hash"]


def test_the_pack_is_checked_with_sha256sum_alone(tmp_path):
    with zipfile.ZipFile(io.BytesIO(made(detected(camera(), hikvision())))) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(b": OK") == 8
    (tmp_path / "anh-02-overview_2.jpg").write_bytes(b"forged")
    failed = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, check=False
    )
    assert failed.returncode != 0


def test_the_same_state_gives_the_same_pack_and_each_export_is_noted():
    detection = detected(camera(), hikvision())
    first = made(detection)
    event = CustodyEvent.objects.get(action="exported")
    assert event.object_sha256 == hashlib.sha256(first).hexdigest()
    assert event.actor_name == "Phạm Thị Lan"
    second = made(detection)
    names = [zipfile.ZipFile(io.BytesIO(data)).namelist() for data in (first, second)]
    assert names[0] == names[1]
    with zipfile.ZipFile(io.BytesIO(second)) as archive:
        rows = json.loads(archive.read("manifest.json"))["custody"]
        assert {info.date_time for info in archive.infolist()} == {pack.FIXED_TIME}
    assert rows[-1]["row"]["object_sha256"] == hashlib.sha256(first).hexdigest()


def test_there_is_no_pack_of_damaged_evidence():
    detection = detected(camera(), hikvision())
    damage(detection.delivery.kept_sha256, detection.evidence.get(position=1).offset + 9)
    with pytest.raises(evidence.EvidenceDamaged):
        made(detection)
