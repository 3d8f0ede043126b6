"""Films made here: containers of the right shape (ISO/IEC 14496-12) around bytes of no codec."""

from __future__ import annotations

import hashlib

from cameras import evidence
from cameras.models import Detection, EvidenceFile, UploadedObject


def box(kind: bytes, inside: bytes) -> bytes:
    return (len(inside) + 8).to_bytes(4, "big") + kind + inside


def mp4(size: int = 3_000, *, seconds: int = 6) -> bytes:
    """Return an MP4 of so many bytes of picture data, which differ from each other."""
    header = bytes(12) + (1000).to_bytes(4, "big") + (seconds * 1000).to_bytes(4, "big") + bytes(80)
    body = hashlib.shake_128(b"film").digest(size)
    return (
        box(b"ftyp", b"isom\x00\x00\x02\x00isommp41")
        + box(b"moov", box(b"mvhd", header))
        + box(b"mdat", body)
    )


def uploaded_film(detection: Detection, data: bytes) -> EvidenceFile:
    """Add a film a gateway uploaded beside its event."""
    sha256 = evidence.store().put(data)
    UploadedObject.objects.create(
        device=detection.device,
        sha256=sha256,
        size=len(data),
        media_type="video/mp4",
        received_at=detection.received_at,
    )
    return _film(detection, data, object_sha256=sha256, offset=0)


def film_in_delivery(detection: Detection, data: bytes, offset: int) -> EvidenceFile:
    """Add a film that lies in the body of the delivery."""
    return _film(detection, data, object_sha256="", offset=offset)


def _film(detection: Detection, data: bytes, *, object_sha256: str, offset: int) -> EvidenceFile:
    last = detection.evidence.order_by("-position").first()
    assert last is not None
    return EvidenceFile.objects.create(
        detection=detection,
        delivery=detection.delivery,
        position=last.position + 1,
        role=EvidenceFile.FILM,
        sha256=hashlib.sha256(data).hexdigest(),
        object_sha256=object_sha256,
        offset=offset,
        size=len(data),
        media_type="video/mp4",
        width=1280,
        height=720,
        duration_ms=6000,
    )
