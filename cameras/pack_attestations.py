"""Check what others than the centre attest in a pack: time stamp, witnesses, device, certificates.

Each adds its lines to the report and may raise on what it cannot read; the report catches it. Pure.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta, timezone

from cameras.adapters.contract import RawEnvelope, Rejected
from cameras.adapters.signatures import verify_signature
from cameras.merkle import verify_consistency
from cameras.pack_report import Report
from cameras.timestamp_texts import answer_is_for
from cameras.witness_texts import read_receipt

VIET_NAM = timezone(timedelta(hours=7))
#: Both must be valid on the day of recording (NĐ 61/2026 Đ4 k5, Đ12).
CERTIFICATES = ("approval", "verification")


def time_stamp(report: Report) -> None:
    """The time stamp is over this checkpoint; its signature is for openssl. RFC 3161"""
    subject, said = "dấu thời gian / time stamp", report.manifest["checkpoint"]
    name = said["time_stamp"]
    if name is None:
        report.note(subject, "không có", "there is none")
        return
    text = hashlib.sha256(report.contents[said["file"]]).digest()
    if not answer_is_for(report.contents[name], text):
        report.wrong(subject, "không phải của điểm kiểm tra này", "is not of this checkpoint")
        return
    command = f"openssl ts -verify -data {said['file']} -in {name} -CAfile …"
    report.note(subject, f"có; kiểm tra bằng: {command}", f"is there; check with: {command}")


def witnesses(report: Report) -> None:
    """Each witness signed that it saw a log of which ours is the continuation."""
    subject, receipts = "bên chứng kiến / witness", report.manifest["checkpoint"]["witnesses"]
    if not receipts:
        report.note(subject, "chưa có", "there is none yet")
    for said in receipts:
        receipt = read_receipt(said)
        statement = report.statement
        proof = [bytes.fromhex(step) for step in said["consistency_proof"]]
        right = (
            statement is not None
            and receipt.centre == statement.centre
            and verify_consistency(
                receipt.size, statement.size, receipt.root, statement.root, proof
            )
        )
        seen = f"{receipt.size}, {receipt.seen_at}, {receipt.public_key.hex()}"
        report.say(
            right,
            f"{subject} {receipt.witness}",
            (f"đã thấy các dòng đầu: {seen}", f"has seen the first rows: {seen}"),
            ("đã thấy một nhật ký khác", "has seen another log"),
        )


def device_signatures(report: Report) -> None:
    """The device signed the raw delivery, where it can sign at all. RFC 9421"""
    subject = "chữ ký thiết bị / device"
    for said in report.manifest["deliveries"]:
        proof, name = said["device_signature"], said["file"]
        if proof is None and said["authenticity"] == "A":
            report.note(
                subject,
                f"{name}: đã kiểm tra lúc nhận; khóa của thiết bị đã thay từ đó",
                f"{name}: checked at its receipt; the device's key was replaced since",
            )
        elif proof is None:
            report.note(
                subject,
                f"{name}: thiết bị không ký; chuỗi lưu giữ bắt đầu từ lúc nhận",
                f"{name}: the device did not sign; custody begins at the receipt",
            )
        else:
            at = datetime.fromisoformat(said["received_at"])
            headers = tuple((str(key), str(value)) for key, value in proof["headers"])
            envelope = RawEnvelope(
                headers, report.contents[name], at, str(proof["path"]), str(proof["method"])
            )
            found = verify_signature(envelope, bytes.fromhex(proof["public_key"]), at)
            report.say(
                not isinstance(found, Rejected),
                subject,
                (f"{name}: chữ ký của thiết bị đúng", f"{name}: the device's signature is right"),
                (f"{name}: chữ ký của thiết bị sai", f"{name}: the device's signature is wrong"),
            )


def certificates(report: Report) -> None:
    """Verification and approval were valid on the recording day. NĐ 61/2026 Đ4 k5, Đ12"""
    moment = datetime.fromisoformat(report.manifest["event"]["time"]["occurred_at"])
    day = moment.astimezone(VIET_NAM).date()
    for kind in CERTIFICATES:
        valid = [
            str(each["number"])
            for each in report.manifest["device"]["certificates"]
            if each["kind"] == kind
            and date.fromisoformat(each["valid_from"]) <= day
            and day <= date.fromisoformat(each["valid_until"])
        ]
        numbers = ", ".join(valid)
        report.say(
            bool(valid),
            f"giấy chứng nhận / {kind}",
            (f"{numbers} còn hiệu lực ngày {day:%d/%m/%Y}", f"{numbers} valid on {day}"),
            (f"không có giấy còn hiệu lực ngày {day:%d/%m/%Y}", f"none valid on {day}"),
        )
