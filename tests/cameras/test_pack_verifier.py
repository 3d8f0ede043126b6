"""The offline verifier: a whole pack is called whole, and whatever was changed in one is named."""

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from cameras import checkpoints, custody, custody_keys, pack, signed_texts
from cameras.custody_rows import canonical, hash_of_row
from cameras.evidence import EvidenceDamaged
from cameras.models import Detection
from cameras.pack_checks import check_pack
from cameras.pack_names import signed_sums
from cameras.pack_report import FAULT
from tests.cameras.factories import AT, camera, detected, hikvision, signed
from tests.cameras.test_tampering import as_owner

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATER = AT + timedelta(hours=1)


# Packs


def made_pack(detection: Detection) -> dict[str, bytes]:
    data = pack.evidence_pack(detection, b"%PDF-1.7 cover", at=LATER, actor_name="Phạm Thị Lan")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def whole() -> dict[str, bytes]:
    device = camera("GW-01", adapter="generic-signed")
    push = signed(device, url=f"http://testserver/api/intake/v1/{device.path_token}/events")
    contents = made_pack(detected(device, push))
    assert faults_of(contents) == []
    return contents


def faults_of(contents: dict[str, bytes], key: bytes | None = None) -> list[str]:
    return [line.subject for line in check_pack(contents, key) if line.state == FAULT]


def flipped(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


def sealed(contents: dict[str, bytes], key=None) -> dict[str, bytes]:
    """Write the sums anew, as a forger would, and sign them with a key if he has one."""
    contents["SHA256SUMS"] = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n"
        for name, data in sorted(contents.items())
        if not name.startswith("SHA256SUMS")
    ).encode()
    if key is not None:
        signature = signed_texts.sign(signed_sums(contents["SHA256SUMS"]), key)
        contents["SHA256SUMS.sig"] = signature.hex().encode()
    return contents


def with_manifest(contents: dict[str, bytes], change) -> dict[str, bytes]:
    manifest = json.loads(contents["manifest.json"])
    change(manifest)
    return sealed(contents | {"manifest.json": json.dumps(manifest).encode()})


def alter_row(manifest) -> None:
    manifest["custody"][0]["row"]["actor_name"] = "Nobody"


def alter_row_with_its_hash(manifest) -> None:
    entry = manifest["custody"][0]
    entry["row"]["actor_name"] = "Nobody"
    entry["row_hash"] = hash_of_row(entry["row"], bytes.fromhex(entry["previous_hash"])).hex()


def alter_proof(manifest) -> None:
    proof = manifest["custody"][1]["inclusion_proof"]
    proof[0] = flipped(bytes.fromhex(proof[0]), 3).hex()


def exchange_rows(manifest) -> None:
    first, second = manifest["custody"]
    first["index"], second["index"] = second["index"], first["index"]


def end_certificate(manifest) -> None:
    manifest["device"]["certificates"][0]["valid_until"] = "2026-10-11"


def other_device_key(manifest) -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"x" * 32).public_key().public_bytes_raw()
    manifest["deliveries"][0]["device_signature"]["public_key"] = key.hex()


def move_range(manifest) -> None:
    manifest["originals"][0]["offset_in_delivery"] += 1


def empty(name: str):
    return lambda manifest: manifest.update({name: []})


@pytest.mark.parametrize(
    ("change", "subjects"),
    [
        (alter_row, ["nhật ký / custody 1"]),
        (alter_row_with_its_hash, ["nhật ký / custody 1"]),
        (alter_proof, ["nhật ký / custody 2"]),
        (exchange_rows, ["nhật ký / custody 1", "nhật ký / custody 2"]),
        (end_certificate, ["giấy chứng nhận / approval"]),
        (other_device_key, ["chữ ký thiết bị / device"]),
        (move_range, ["anh-01-overview_1.jpg"]),
        (empty("custody"), ["goi-tin-goc.bin", "manifest.json"]),
        (empty("originals"), ["manifest.json"]),
    ],
    ids=["row", "row and its hash", "proof", "rows exchanged", "certificate", "device's key",
         "range", "no rows", "no originals"],
)  # fmt: skip
def test_a_changed_manifest_is_found_out_and_the_sums_are_no_longer_signed(whole, change, subjects):
    assert faults_of(with_manifest(whole, change)) == ["SHA256SUMS.sig", *subjects]


@pytest.mark.parametrize(
    ("name", "subjects"),
    [
        ("anh-02-overview_2.jpg", ["anh-02-overview_2.jpg"] * 2),
        ("ho-so.pdf", ["ho-so.pdf"]),
        (
            "goi-tin-goc.bin",
            ["goi-tin-goc.bin", "goi-tin-goc.bin", "anh-02-overview_2.jpg",
             "chữ ký thiết bị / device"],
        ),
        ("SHA256SUMS.sig", ["SHA256SUMS.sig"]),
    ],
)  # fmt: skip
def test_one_byte_changed_in_a_pack_is_named(whole, name, subjects):
    second = json.loads(whole["manifest.json"])["originals"][1]
    place = second["offset_in_delivery"] + 7 if name == "goi-tin-goc.bin" else 3
    if name == "SHA256SUMS.sig":
        whole[name] = (b"1" if whole[name][:1] == b"0" else b"0") + whole[name][1:]
    else:
        whole[name] = flipped(whole[name], place)
    assert faults_of(whole) == subjects


def test_one_byte_changed_in_the_checkpoint_leaves_no_row_proved(whole):
    text = whole["diem-kiem-tra.json"]
    digit = text.index(b'"root":"') + 8
    whole["diem-kiem-tra.json"] = text[:digit] + b"g" + text[digit + 1 :]
    assert faults_of(whole) == [
        "diem-kiem-tra.json", "điểm kiểm tra / checkpoint", "nhật ký / custody 1",
        "nhật ký / custody 2",
    ]  # fmt: skip


def test_a_checkpoint_that_is_sound_but_not_signed_is_named_alone(whole):
    said = json.loads(whole["diem-kiem-tra.json"])
    changed = canonical(said | {"made_at": "2020-01-01T00:00:00+00:00"})
    whole["diem-kiem-tra.json"] = changed
    assert faults_of(sealed(whole)) == ["SHA256SUMS.sig", "điểm kiểm tra / checkpoint"]


def test_a_pack_signed_by_somebody_else_is_found_out_by_the_published_key(whole):
    forger = Ed25519PrivateKey.from_private_bytes(b"f" * 32)
    public = signed_texts.public_bytes(forger)
    names = {"public_key": public.hex(), "key_id": signed_texts.key_id(public)}
    said = json.loads(whole["diem-kiem-tra.json"]) | {"key_id": names["key_id"]}
    text = canonical(said)
    whole["diem-kiem-tra.json"] = text

    def change(manifest):
        manifest["signed_by"] = names
        signature = signed_texts.sign(text, forger).hex()
        manifest["checkpoint"] |= names | {"signature": signature}

    forged = sealed(with_manifest(whole, change), forger)
    assert faults_of(forged) == []
    assert faults_of(forged, custody_keys.public_key()) == ["khóa / key"]


def test_a_file_added_or_taken_away_is_named(whole):
    assert faults_of(whole | {"them.txt": b"x"}) == ["them.txt"]
    del whole["anh-01-overview_1.jpg"]
    assert faults_of(whole) == ["anh-01-overview_1.jpg"] * 2


def test_there_is_no_pack_from_a_log_that_was_changed():
    detection = detected(camera(), hikvision())
    custody.chain()
    checkpoints.make_checkpoint(at=AT)
    as_owner("UPDATE cameras_custodylink SET row_hash = sha256('x') WHERE sequence = 1")
    with pytest.raises(EvidenceDamaged, match="cannot be proved"):
        made_pack(detection)


# The program


def verified(path: Path, *arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run the verifier with an empty environment: no settings, no database."""
    command = [sys.executable, *(["-c", code] if code else ["-m", "cameras.verify"])]
    return subprocess.run(
        [*command, str(path), *arguments],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def as_zip(contents: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return path


def test_the_program_says_whole_and_needs_no_django(whole, tmp_path):
    path = as_zip(whole, tmp_path / "pack.zip")
    done = verified(path, "--key", custody_keys.public_key().hex())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "KẾT LUẬN: NGUYÊN VẸN / VERDICT: WHOLE"
    assert "the device's signature is right" in done.stdout
    code = (
        "import sys; from cameras.verify import main; status = main(sys.argv[1:]);"
        " assert 'django' not in sys.modules; assert 'psycopg' not in sys.modules; sys.exit(status)"
    )
    assert verified(path, code=code).returncode == 0


@pytest.mark.parametrize("key", ["00" * 32, "abc", "zz" * 32], ids=["wrong", "short", "no hex"])
def test_the_program_refuses_a_wrong_key(whole, tmp_path, key):
    done = verified(as_zip(whole, tmp_path / "pack.zip"), "--key", key)
    assert done.returncode == (1 if key == "00" * 32 else 2)


def test_the_program_names_what_is_wrong(whole, tmp_path):
    whole["anh-01-overview_1.jpg"] = b"forged"
    done = verified(as_zip(whole, tmp_path / "pack.zip"))
    assert done.returncode == 1
    assert "SAI   anh-01-overview_1.jpg" in done.stdout
    assert "CHÚ Ý khóa / key: chỉ tin khóa" in done.stdout


@pytest.mark.parametrize(
    "contents",
    [{"../evil": b"x"}, {"/etc/passwd": b"x"}, {f"f{n}": b"" for n in range(201)}, {}, None],
    ids=["path upwards", "path from the root", "too many", "empty", "no archive"],
)
def test_what_is_no_pack_is_refused(contents, tmp_path):
    path = tmp_path / "pack.zip"
    if contents is None:
        path.write_bytes(b"PK\x03\x04 nothing")
    else:
        as_zip(contents, path)
    done = verified(path)
    assert done.returncode == (1 if contents == {} else 2)
    assert "Traceback" not in done.stderr
    assert verified(tmp_path / "none.zip").returncode == 2


@given(st.data())
@effort(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_change_whatever_to_a_pack_is_called_whole_or_makes_the_check_fall_over(whole, data):
    name = data.draw(st.sampled_from(sorted(set(whole) - {"SHA256SUMS.sig"})))
    place = data.draw(st.integers(0, len(whole[name]) - 1))
    changed = dict(whole)
    changed[name] = flipped(whole[name], place)
    assert faults_of(changed)


JUNK = st.recursive(
    st.none() | st.integers() | st.text(max_size=8) | st.booleans(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside),
    max_leaves=5,
)


@given(data=st.data(), junk=JUNK)
@effort(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_manifest_with_junk_in_any_place_is_wrong_but_never_raises(whole, data, junk):
    manifest = json.loads(whole["manifest.json"])
    place, steps = manifest, 0
    while steps < 5 and isinstance(place, dict | list) and place:
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(list(keys)))
        if steps and data.draw(st.booleans()):
            break
        if not isinstance(place[key], dict | list) or not place[key]:
            break
        place, steps = place[key], steps + 1
    keys = sorted(place) if isinstance(place, dict) else range(len(place))
    place[data.draw(st.sampled_from(list(keys)))] = junk
    assert faults_of(whole | {"manifest.json": json.dumps(manifest).encode()})
