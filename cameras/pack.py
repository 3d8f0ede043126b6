"""The evidence pack: everything that proves one detection, in one file that needs no portal.

A court, an expert or the person concerned can check it with ``sha256sum`` alone: the originals, the
raw delivery they were cut from, the device's certificates, the custody log with its chain hashes,
and a manifest that names the SHA-256 of every file. The same state gives the same bytes.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from cameras import custody, evidence
from cameras.models import CustodyEvent, Delivery, Detection, EvidenceFile

#: ZIP knows no time before this; a fixed one keeps the bytes the same.
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
COVER, MANIFEST, SUMS, README = "ho-so.pdf", "manifest.json", "SHA256SUMS", "DOC-TOI.txt"


def evidence_pack(
    detection: Detection,
    cover_pdf: bytes | None,
    *,
    at: datetime,
    actor: Any = None,
    actor_name: str = "",
    reason: str = "",
) -> bytes:
    """Return the pack as a ZIP and note the export in the custody log.

    ``cover_pdf`` is the paper the pack goes with. The custody rows are those written before this
    export. Raises cameras.evidence.EvidenceDamaged: a pack with altered originals proves nothing.
    """
    files = list(detection.evidence.select_related("delivery").order_by("position"))
    contents: dict[str, bytes] = {}
    if cover_pdf is not None:
        contents[COVER] = cover_pdf
    for file in files:
        contents[_name(file)] = evidence.read_file(file)
    contents["goi-tin-goc.bin"] = _raw(detection.delivery)
    contents[MANIFEST] = _json(_manifest(detection, files, contents, at))
    contents[README] = _readme(detection).encode()
    contents[SUMS] = "".join(
        f"{evidence.sha256_of(data)}  {name}\n" for name, data in sorted(contents.items())
    ).encode()
    pack = _zip(contents)
    custody.record(
        CustodyEvent.Action.EXPORTED,
        delivery=detection.delivery,
        object_sha256=evidence.sha256_of(pack),
        actor=actor,
        actor_name=actor_name,
        reason=reason,
        at=at,
    )
    return pack


def _manifest(
    detection: Detection, files: list[EvidenceFile], contents: Mapping[str, bytes], at: datetime
) -> dict[str, Any]:
    device, delivery = detection.device, detection.delivery
    return {
        "format": "vn.traffic.evidence-pack/1",
        "made_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "detection": str(detection.pk),
        "event": detection.canonical,
        "device": {
            "code": device.code,
            "serial": device.serial,
            "vendor": device.vendor,
            "model": device.model,
            "certificates": [
                {
                    "kind": certificate.kind,
                    "number": certificate.number,
                    "issued_by": certificate.issued_by,
                    "valid_from": certificate.valid_from.isoformat(),
                    "valid_until": certificate.valid_until.isoformat(),
                }
                for certificate in device.certificates.order_by("kind", "valid_from")
            ],
        },
        "delivery": {
            "receipt_id": str(delivery.pk),
            "received_at": delivery.received_at.astimezone(UTC).isoformat(),
            "authenticity": delivery.authenticity,
            "sha256": delivery.body_sha256,
            "bytes": delivery.body_size,
        },
        "originals": [
            {
                "file": _name(file),
                "sha256": file.sha256,
                "bytes": file.size,
                "delivery": str(file.delivery_id),
                "offset_in_delivery": file.offset,
                "encoding": file.encoding,
                "encoded_bytes": file.encoded_size,
                "skip": file.skip,
                "role": file.role,
                "captured_as_written": file.captured_text or None,
            }
            for file in files
        ],
        "copies_for_the_citizen": [
            {"sha256": copy.sha256, "original_sha256": file.sha256, "recipe": copy.recipe}
            for file in files
            for copy in file.derivatives.filter(purpose="citizen").order_by("recipe")
        ],
        "custody": _custody_rows(detection, files),
        "files": {
            name: {"sha256": evidence.sha256_of(data), "bytes": len(data)}
            for name, data in sorted(contents.items())
        },
    }


def _custody_rows(detection: Detection, files: list[EvidenceFile]) -> list[dict[str, Any]]:
    """Return the custody rows of this detection's bytes, with their place in the chain."""
    events = (
        CustodyEvent.objects.select_related("link")
        .filter(Q(delivery=detection.delivery) | Q(evidence__in=files))
        .order_by("pk")
    )
    rows = []
    for event in events:
        link = getattr(event, "link", None)
        rows.append(
            {
                "row": custody.row_of(event, link.sequence if link else None),
                "previous_hash": bytes(link.previous_hash).hex() if link else None,
                "row_hash": bytes(link.row_hash).hex() if link else None,
            }
        )
    return rows


def _raw(delivery: Delivery) -> bytes:
    try:
        body: bytes = evidence.store().read(delivery.kept_sha256)
    except FileNotFoundError as error:
        raise evidence.EvidenceDamaged("The raw delivery is missing.") from error
    if evidence.sha256_of(body) != delivery.kept_sha256:
        raise evidence.EvidenceDamaged("The raw delivery differs from what was received.")
    return body


def _name(file: EvidenceFile) -> str:
    return f"anh-{file.position:02d}-{file.role}.jpg"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2).encode() + b"\n"


def _zip(contents: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.compress_type = zipfile.ZIP_STORED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, contents[name])
    return out.getvalue()


def _readme(detection: Detection) -> str:
    delivery = detection.delivery
    level = (
        "được thiết bị gửi ký số (Ed25519), nên cả quãng đường từ thiết bị gửi cũng kiểm tra được"
        if delivery.authenticity == "A"
        else "không được ký số; chuỗi lưu giữ bắt đầu từ lúc hệ thống nhận"
    )
    return f"""BỘ HỒ SƠ CHỨNG CỨ ĐIỆN TỬ
Kết quả thu thập: {detection.pk}
Thiết bị: {detection.device.code} (số hiệu {detection.device.serial})

TRONG BỘ NÀY CÓ GÌ
  anh-…jpg          Ảnh gốc, đúng từng byte như thiết bị đã gửi.
  goi-tin-goc.bin   Toàn bộ gói tin thiết bị đã gửi; ảnh gốc là các đoạn byte của gói tin này.
  {MANIFEST}     Bảng kê: mã băm, thiết bị, giấy chứng nhận, nhật ký lưu giữ.
  {SUMS}        Mã băm SHA-256 của từng tệp.
  {COVER}         Văn bản kèm theo (nếu có).

CÁCH TỰ KIỂM TRA, KHÔNG CẦN HỆ THỐNG CỦA CƠ QUAN
1. Giải nén, mở cửa sổ lệnh tại thư mục đó và chạy:
       sha256sum -c {SUMS}
   Mỗi dòng phải là "OK". (Windows: certutil -hashfile TÊN_TỆP SHA256 rồi so với {SUMS}.)
2. Mã băm của goi-tin-goc.bin phải là
       {delivery.body_sha256}
   như ghi trong {MANIFEST} và trong nhật ký lưu giữ.
3. Mỗi ảnh nằm trong gói tin gốc: lấy offset_in_delivery và bytes trong {MANIFEST}, ví dụ
       tail -c +$((OFFSET+1)) goi-tin-goc.bin | head -c BYTES | sha256sum
   phải cho đúng mã băm của ảnh.
Gói tin này {level}.

IN ENGLISH
Originals are byte ranges of the raw delivery goi-tin-goc.bin. Run "sha256sum -c {SUMS}" in this
folder: every line must say OK. {MANIFEST} lists the hashes, the device with its certificates and
the custody log with its chain hashes; each row hash is SHA-256 over the byte 0x01, the previous
hash and the row as canonical JSON.
"""
