"""Whoever changes a byte, a row, a checkpoint or a pack is found out, and what was changed is named."""

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
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from cameras import checkpoints, custody, custody_keys, pack, signed_texts, stored_objects
from cameras.custody_rows import canonical, hash_of_row
from cameras.models import CustodyEvent, CustodyLink, Detection, Disposal
from cameras.pack_checks import check_pack
from cameras.pack_names import signed_sums
from cameras.pack_report import FAULT
from tests.cameras.factories import AT, camera, detected, hikvision, signed
from tests.cameras.test_custody import write
from tests.cameras.test_evidence import damage, path_of

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATER = AT + timedelta(hours=1)
TABLES = ("custodyevent", "custodylink", "checkpoint", "evidencefile")


@pytest.fixture
def signed_log() -> list[CustodyEvent]:
    """Write nine rows under checkpoints of three, six and nine."""
    events = []
    for _ in range(3):
        events += write(3)
        custody.chain()
        checkpoints.make_checkpoint(at=AT)
    assert custody.faults(at=LATER) == []
    return events


def as_owner(*statements: str) -> None:
    """Do what only the owner of the database can, who has switched the guards off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE cameras_{table} DISABLE TRIGGER cameras_{table}_stays")
        for statement in statements:
            cursor.execute(statement)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE cameras_{table} ENABLE TRIGGER cameras_{table}_stays")


def named(faults: list[str], events: list[CustodyEvent]) -> list[str]:
    """Write ``event n`` for the n-th event instead of its number in the database."""
    names = {str(event.pk): f"#{number}" for number, event in enumerate(events, start=1)}
    return [
        " ".join(
            word.replace(key, names[key])
            if (key := word.strip("(),")) in names and before == "(event"
            else word
            for before, word in zip(["", *fault.split()], fault.split(), strict=False)
        )
        for fault in faults
    ]


@pytest.mark.parametrize(
    ("statements", "faults"),
    [
        (
            ["UPDATE cameras_custodyevent SET reason = 'never' WHERE id = {5}"],
            ["row 5 (event #5) was altered"],
        ),
        (
            ["DELETE FROM cameras_custodylink WHERE sequence = 5",
             "DELETE FROM cameras_custodyevent WHERE id = {5}"],
            ["row 5 is missing", "checkpoint 6: rows 4 to 6 are not what was signed"],
        ),
        (
            ["DELETE FROM cameras_custodylink WHERE sequence BETWEEN 5 AND 7",
             "DELETE FROM cameras_custodyevent WHERE id BETWEEN {5} AND {7}"],
            ["rows 5 to 7 are missing", "checkpoint 6: rows 4 to 6 are not what was signed",
             "checkpoint 9: rows 7 to 9 are not what was signed"],
        ),
        (
            ["DELETE FROM cameras_custodylink WHERE sequence > 7",
             "DELETE FROM cameras_custodyevent WHERE id > {7}"],
            ["checkpoint 9 covers rows up to 9; the log ends at 7"],
        ),
        (
            ["UPDATE cameras_custodylink SET row_hash = sha256('x') WHERE sequence = 2"],
            ["row 2 (event #2) was altered", "row 3 does not follow row 2",
             "checkpoint 3: rows 1 to 3 are not what was signed"],
        ),
        (
            ["UPDATE cameras_checkpoint SET signature = decode(repeat('00', 64), 'hex')"
             " WHERE size = 6"],
            ["checkpoint 6: its signature does not match its text"],
        ),
        (
            ["UPDATE cameras_checkpoint SET body = replace(body, '\"00\"', '\"01\"')"
             " WHERE size = 6"],
            ["checkpoint 6: its signature does not match its text"],
        ),
        (
            ["UPDATE cameras_checkpoint SET root = sha256('x') WHERE size = 6"],
            ["checkpoint 6: its row says something else than its signed text",
             "checkpoint 9 follows checkpoint 6, which is missing or differs"],
        ),
        (
            ["DELETE FROM cameras_checkpoint WHERE size = 6"],
            ["checkpoint 9 follows checkpoint 6, which is missing or differs"],
        ),
        (
            ["UPDATE cameras_checkpoint SET key_id = repeat('ab', 32) WHERE size = 3"],
            ["checkpoint 3 names a key that is not ours (abababababababab)"],
        ),
    ],
    ids=["row altered", "row removed", "rows removed across a checkpoint", "end cut off",
         "link altered", "signature", "signed text", "root", "checkpoint removed", "key"],
)  # fmt: skip
def test_what_was_done_to_the_log_is_named(signed_log, statements, faults):
    keys = {number: event.pk for number, event in enumerate(signed_log, start=1)}
    as_owner(*(text.format("", *keys.values()) for text in statements))
    assert named(custody.faults(at=LATER), signed_log) == faults
    with pytest.raises(CommandError, match=f"BROKEN: {len(faults)} fault"):
        call_command("verify_custody", stdout=io.StringIO())


def test_two_rows_that_changed_places_are_named_as_that(signed_log):
    fourth, fifth = signed_log[3].pk, signed_log[4].pk
    as_owner(
        "ALTER TABLE cameras_custodylink DROP CONSTRAINT cameras_custodylink_event_id_key",
        f"UPDATE cameras_custodylink SET event_id = CASE sequence WHEN 4 THEN {fifth}"
        f" ELSE {fourth} END WHERE sequence IN (4, 5)",
    )
    assert custody.faults(at=LATER) == [
        f"row 4 (event {fifth}) was exchanged with row 5",
        f"row 5 (event {fourth}) was exchanged with row 4",
    ]


def test_a_forger_who_works_out_every_hash_anew_is_caught_by_the_signed_roots(signed_log):
    event = signed_log[4]
    as_owner(f"UPDATE cameras_custodyevent SET actor_name = 'Nobody' WHERE id = {event.pk}")
    before = bytes(CustodyLink.objects.get(pk=4).row_hash)
    for number in range(5, 10):
        link = CustodyLink.objects.select_related("event").get(pk=number)
        after = custody.hash_of(link.event, number, before)
        as_owner(
            f"UPDATE cameras_custodylink SET previous_hash = decode('{before.hex()}', 'hex'),"
            f" row_hash = decode('{after.hex()}', 'hex') WHERE sequence = {number}"
        )
        before = after
    assert custody.faults(at=LATER) == [
        "checkpoint 6: rows 4 to 6 are not what was signed",
        "checkpoint 9: rows 7 to 9 are not what was signed",
    ]


def test_the_check_may_begin_at_a_checkpoint_and_then_sees_only_what_follows(signed_log):
    as_owner(f"UPDATE cameras_custodyevent SET reason = 'x' WHERE id = {signed_log[1].pk}")
    out = io.StringIO()
    call_command("verify_custody", "--from", "3", stdout=out)
    assert "custody chain OK: 9 rows" in out.getvalue()
    as_owner(f"UPDATE cameras_custodyevent SET reason = 'x' WHERE id = {signed_log[7].pk}")
    with pytest.raises(CommandError, match="BROKEN: 1 fault"):
        call_command("verify_custody", "--from", "3", stdout=io.StringIO())
    with pytest.raises(CommandError, match="no sound checkpoint of 4 rows"):
        call_command("verify_custody", "--from", "4", stdout=io.StringIO())


# Stored bytes


def test_one_changed_byte_in_the_store_is_named_with_its_picture():
    detection = detected(camera(), hikvision())
    second = detection.evidence.get(position=2)
    assert stored_objects.all_faults() == []
    damage(detection.delivery.kept_sha256, second.offset + 9)
    found = {(str(fault.stored.key), fault.finding) for fault in stored_objects.all_faults()}
    whole = {(str(file.pk), "differs") for file in detection.evidence.all()}
    assert found == {(str(detection.delivery.pk), "differs"), *whole}
    out = io.StringIO()
    custody.chain()
    call_command("verify_custody", stdout=out)
    with pytest.raises(CommandError, match="BROKEN: 4 fault"):
        call_command("verify_custody", "--bytes", stdout=out)
    assert f"delivery {detection.delivery.pk} " in out.getvalue()


def test_bytes_disposed_of_are_not_missing():
    detection = detected(camera(), hikvision())
    path_of(detection.delivery.kept_sha256).unlink()
    assert {fault.finding for fault in stored_objects.all_faults()} == {"missing"}
    Disposal.objects.create(
        sha256=detection.delivery.kept_sha256,
        size=1,
        record_class="passage",
        ground="hết thời hạn (mẫu)",
        disposed_at=LATER,
    )
    assert stored_objects.all_faults() == []


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
    from cameras.evidence import EvidenceDamaged

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
