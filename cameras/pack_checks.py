"""Check an evidence pack against itself, line by line, trusting nothing it says. Pure.

Each check says in one line what it found; what one of them finds wrong stops no other. The chain of
proof is: original → range of the raw delivery → hash in the custody row of its receipt → row hash →
Merkle root → the centre's signature (and those of witnesses and of the device).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cameras.adapters.ranges import ByteRange, cut
from cameras.checkpoint_texts import read_statement
from cameras.custody_rows import hash_of_row
from cameras.merkle import verify_inclusion
from cameras.pack_attestations import certificates, device_signatures, time_stamp, witnesses
from cameras.pack_names import FORMAT, MANIFEST, SUMS, SUMS_SIGNATURE, UNLISTED, signed_sums
from cameras.pack_report import OK, Line, Report
from cameras.signed_texts import is_signed, key_id


def check_pack(contents: Mapping[str, bytes], centre_key: bytes | None = None) -> list[Line]:
    """Return every finding about a pack; ``centre_key`` is the key the centre publishes."""
    report = Report(contents)
    report.attempt(SUMS, lambda: _sums(report))
    report.attempt(MANIFEST, lambda: _manifest(report))
    if not report.manifest:
        return report.lines
    report.attempt("khóa / key", lambda: _keys(report, centre_key))
    report.attempt(SUMS_SIGNATURE, lambda: _sums_signature(report))
    report.attempt("điểm kiểm tra / checkpoint", lambda: _checkpoint(report))
    for each in _list(report, "deliveries"):
        report.attempt(_name(each), lambda each=each: _delivery(report, each))  # type: ignore[misc]
    for each in _list(report, "originals"):
        report.attempt(_name(each), lambda each=each: _original(report, each))  # type: ignore[misc]
    for each in _list(report, "custody"):
        report.attempt("nhật ký / custody", lambda each=each: _row(report, each))  # type: ignore[misc]
    report.attempt("dấu thời gian / time stamp", lambda: time_stamp(report))
    report.attempt("bên chứng kiến / witnesses", lambda: witnesses(report))
    report.attempt("chữ ký thiết bị / device", lambda: device_signatures(report))
    report.attempt("giấy chứng nhận / certificates", lambda: certificates(report))
    return report.lines


def _sums(report: Report) -> None:
    listed: dict[str, str] = {}
    for line in report.contents[SUMS].decode().splitlines():
        sha256, name = line.split("  ", 1)
        listed[name] = sha256
    names = set(report.contents) - UNLISTED
    for name in sorted(names | set(listed)):
        if name not in report.contents:
            report.wrong(name, "thiếu trong bộ hồ sơ", "is missing from the pack")
        elif name not in listed:
            report.wrong(name, f"không có trong {SUMS}", f"is not listed in {SUMS}")
        elif _sha256(report.contents[name]) != listed[name]:
            report.wrong(name, f"khác mã băm trong {SUMS}", f"differs from its hash in {SUMS}")
    if all(line.state == OK for line in report.lines):
        good = (f"{len(names)} tệp đúng mã băm", f"{len(names)} files have their hashes")
        report.say(bool(names), SUMS, good, ("không có tệp nào", "lists no file"))


def _manifest(report: Report) -> None:
    manifest = json.loads(report.contents[MANIFEST])
    good = ("đọc được", "can be read")
    report.say(manifest["format"] == FORMAT, MANIFEST, good, ("sai định dạng", "unknown format"))
    report.manifest = manifest


def _keys(report: Report, centre_key: bytes | None) -> None:
    manifest, subject = report.manifest, "khóa / key"
    own = bytes.fromhex(manifest["signed_by"]["public_key"])
    other = bytes.fromhex(manifest["checkpoint"]["public_key"])
    for key, said in ((own, manifest["signed_by"]), (other, manifest["checkpoint"])):
        if key_id(key) != said["key_id"]:
            report.wrong(subject, "không khớp số hiệu của khóa", "does not match its key id")
            return
    if centre_key is None:
        published = str(manifest["checkpoint"]["published_at"])
        report.note(
            subject,
            f"chỉ tin khóa {own.hex()} khi trùng với khóa trung tâm công bố ({published})",
            f"trust key {own.hex()} only if it is the one published by the centre ({published})",
        )
        return
    good = ("đúng khóa đã cho", "is the key given")
    bad = (f"bộ hồ sơ do khóa khác ký ({own.hex()})", f"the pack is signed by {own.hex()}")
    report.say(own == centre_key, subject, good, bad)
    if other != own:
        report.note(
            subject,
            f"điểm kiểm tra do khóa khác của trung tâm ký ({other.hex()})",
            f"the checkpoint is signed by another key, which must be published too ({other.hex()})",
        )


def _sums_signature(report: Report) -> None:
    key = bytes.fromhex(report.manifest["signed_by"]["public_key"])
    signature = bytes.fromhex(report.contents[SUMS_SIGNATURE].decode().strip())
    report.say(
        is_signed(signed_sums(report.contents[SUMS]), signature, key),
        SUMS_SIGNATURE,
        (
            "chữ ký của trung tâm trên các mã băm đúng",
            "the centre's signature of the sums is right",
        ),
        ("chữ ký của trung tâm không đúng", "the centre's signature does not match the sums"),
    )


def _checkpoint(report: Report) -> None:
    subject, said = "điểm kiểm tra / checkpoint", report.manifest["checkpoint"]
    text = report.contents[said["file"]]
    key, signature = bytes.fromhex(said["public_key"]), bytes.fromhex(said["signature"])
    right = is_signed(text, signature, key)
    bad = ("chữ ký không đúng", "its signature does not match its text")
    try:
        statement = read_statement(text.decode())
    except ValueError as error:
        bad = (f"{bad[0]}, nội dung sai", f"{bad[1]}: {error}")
        report.say(False, subject, bad, bad)
        return
    report.statement = statement
    right = right and statement.key_id == key_id(key) and statement.centre == _centre(report)
    size, made = statement.size, statement.made_at
    good = (f"{size} dòng nhật ký, ký lúc {made}", f"{size} custody rows, signed {made}")
    report.say(right, subject, good, bad)


def _delivery(report: Report, said: Mapping[str, Any]) -> None:
    name, sha256 = str(said["file"]), said["sha256"]
    if _sha256(report.contents[name]) != sha256:
        report.wrong(name, "khác gói tin đã nhận", "differs from what was received")
        return
    received = [
        each["row"]["object_sha256"]
        for each in report.manifest["custody"]
        if each["row"]["action"] == "received" and each["row"]["delivery"] == said["receipt_id"]
    ]
    report.say(
        received == [sha256],
        name,
        ("đúng mã băm ghi lúc nhận", "has the hash written down at its receipt"),
        ("nhật ký lúc nhận ghi mã băm khác", "the custody row of its receipt has another hash"),
    )


def _original(report: Report, said: Mapping[str, Any]) -> None:
    name, sha256 = str(said["file"]), said["sha256"]
    if _sha256(report.contents[name]) != sha256:
        report.wrong(name, "khác bản gốc đã nhận", "differs from the original received")
        return
    [body] = [
        report.contents[each["file"]]
        for each in report.manifest["deliveries"]
        if each["receipt_id"] == said["delivery"]
    ]
    if said["uploaded"]:
        right = sha256.encode() in body
        good = ("gói tin gốc có ghi mã băm này", "the raw delivery names its hash")
    else:
        length = said["bytes"] if said["encoded_bytes"] is None else said["encoded_bytes"]
        where = ByteRange(
            said["offset_in_delivery"], length, said["encoding"], said["skip"], said["bytes"]
        )
        try:
            right = where.offset >= 0 <= where.skip and _sha256(cut(body, where)) == sha256
        except ValueError:
            right = False
        good = ("là một đoạn của gói tin gốc", "is a part of the raw delivery")
    report.say(right, name, good, ("không có trong gói tin gốc", "is not in the raw delivery"))


def _row(report: Report, said: Mapping[str, Any]) -> None:
    row, stated = said["row"], bytes.fromhex(said["row_hash"])
    subject = f"nhật ký / custody {row['sequence']}"
    if hash_of_row(row, bytes.fromhex(said["previous_hash"])) != stated:
        report.wrong(subject, "nội dung dòng đã bị sửa", "the row was altered")
        return
    if report.statement is None:
        report.wrong(subject, "không có điểm kiểm tra để đối chiếu", "no checkpoint proves it")
        return
    proof = [bytes.fromhex(step) for step in said["inclusion_proof"]]
    size, root = report.statement.size, report.statement.root
    report.say(
        row["sequence"] == said["index"] + 1
        and verify_inclusion(stated, said["index"], size, proof, root),
        subject,
        (f"{row['action']} {row['at']}: có trong điểm kiểm tra", "is under the checkpoint"),
        ("không dẫn tới gốc đã ký", "its proof does not lead to the signed root"),
    )


def _list(report: Report, name: str) -> list[Any]:
    """Return a list of the manifest; a pack without it proves nothing."""
    found = report.manifest.get(name) if isinstance(report.manifest, dict) else None
    if isinstance(found, list) and found:
        return found
    report.wrong(MANIFEST, f"thiếu phần {name}", f"has no {name}")
    return []


def _name(said: Any) -> str:
    return str(said["file"])[:80] if isinstance(said, dict) and "file" in said else MANIFEST


def _centre(report: Report) -> str:
    return str(report.manifest["centre"])


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
