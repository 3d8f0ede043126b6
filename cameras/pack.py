"""The evidence pack: everything that proves one detection, in one file that needs no portal.

A court, an expert or the person concerned can check it with ``sha256sum`` alone, or offline with
``python -m cameras.verify``: the originals, the raw deliveries they were cut from, the
device's certificates and signature, the custody rows each with the proof that it stands in a signed
checkpoint, and a manifest that names the SHA-256 of every file. The centre signs the sums.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from cameras import custody, custody_keys, evidence, signed_texts
from cameras.models import CustodyEvent, Delivery, Detection, EvidenceFile
from cameras.pack_names import (
    COVER,
    FORMAT,
    MANIFEST,
    README,
    SUMS,
    SUMS_SIGNATURE,
    delivery_name,
    original_name,
    signed_sums,
)
from cameras.pack_proofs import Proven, device_signature, prove, sign_sums
from cameras.pack_readme import readme

#: ZIP knows no time before this; a fixed one keeps the bytes the same.
FIXED_TIME = (1980, 1, 1, 0, 0, 0)


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
    export; those of the last seconds are linked and signed first. Raises
    cameras.evidence.EvidenceDamaged: a pack with altered originals proves nothing.
    """
    files = list(detection.evidence.select_related("delivery__device").order_by("position"))
    deliveries = _deliveries(detection, files)
    contents: dict[str, bytes] = {}
    if cover_pdf is not None:
        contents[COVER] = cover_pdf
    for file in files:
        contents[_name(file)] = evidence.read_file(file)
    bodies = {delivery_name(n): _raw(each) for n, each in enumerate(deliveries, start=1)}
    contents |= bodies
    proven = prove(deliveries, files, at=at)
    contents |= proven.files
    manifest = _manifest(detection, files, proven, at)
    manifest["deliveries"] = [
        _delivery(each, name, bodies[name]) for each, name in zip(deliveries, bodies, strict=True)
    ]
    manifest["files"] = {
        name: {"sha256": evidence.sha256_of(data), "bytes": len(data)}
        for name, data in sorted(contents.items())
    }
    contents[MANIFEST] = _json(manifest)
    contents[README] = readme(detection, manifest).encode()
    sums = "".join(
        f"{evidence.sha256_of(data)}  {name}\n" for name, data in sorted(contents.items())
    ).encode()
    contents[SUMS] = sums
    contents[SUMS_SIGNATURE] = sign_sums(signed_sums(sums)).encode()
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
    detection: Detection, files: list[EvidenceFile], proven: Proven, at: datetime
) -> dict[str, Any]:
    device, key = detection.device, custody_keys.public_key()
    return {
        "format": FORMAT,
        "centre": settings.CENTRE_CODE,
        "signed_by": {"key_id": signed_texts.key_id(key), "public_key": key.hex()},
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
        "originals": [
            {
                "file": _name(file),
                "sha256": file.sha256,
                "bytes": file.size,
                "uploaded": bool(file.object_sha256),
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
        "custody": proven.rows,
        "checkpoint": proven.checkpoint,
    }


def _delivery(delivery: Delivery, name: str, body: bytes) -> dict[str, Any]:
    return {
        "file": name,
        "receipt_id": str(delivery.pk),
        "received_at": delivery.received_at.astimezone(UTC).isoformat(),
        "authenticity": delivery.authenticity,
        "sha256": delivery.kept_sha256,
        "bytes": delivery.kept_size,
        "device_signature": device_signature(delivery, body),
    }


def _deliveries(detection: Detection, files: list[EvidenceFile]) -> list[Delivery]:
    """Return the detection's own delivery first, then those its other files came in."""
    own = detection.delivery
    others = {file.delivery_id: file.delivery for file in files if file.delivery_id != own.pk}
    return [own, *(others[pk] for pk in sorted(others))]


def _raw(delivery: Delivery) -> bytes:
    try:
        body: bytes = evidence.store().read(delivery.kept_sha256)
    except FileNotFoundError as error:
        raise evidence.EvidenceDamaged("The raw delivery is missing.") from error
    if evidence.sha256_of(body) != delivery.kept_sha256:
        raise evidence.EvidenceDamaged("The raw delivery differs from what was received.")
    return body


def _name(file: EvidenceFile) -> str:
    return original_name(file.position, file.role, file.media_type)


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
