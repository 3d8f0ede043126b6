"""The whole event as the portal stores and shares it: the gateway's part and what we add to it."""

from collections.abc import Mapping
from typing import cast

from cameras.adapters.event_schema import (
    BOX,
    GATEWAY_EVENT,
    IMAGE,
    KINDS,
    KMH,
    MOMENT,
    SHA256,
    SHARE,
    UUID,
    VIDEO,
    names,
    whole,
)
from cameras.adapters.json_shapes import (
    Many,
    Matching,
    Needs,
    Number,
    OneOf,
    Record,
    Shape,
    Text,
    Truth,
)

#: Vendors' own words may be of any length; what they mean stands in fields of ours.
_VENDOR = Text(300)
_CODE = Text(60)
_DATE = Matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PROVINCE = Matching(r"[0-9]{2}")


def _with(
    name: str, more: Mapping[str, Shape], *, required: frozenset[str] | None = None
) -> Record:
    """Return a part of the gateway's event with further fields of ours."""
    part = cast(Record, GATEWAY_EVENT.fields[name])
    fields = {**part.fields, **more}
    return Record(fields, part.required if required is None else required)


_FULL_BOX = Record({**BOX.fields, "raw": _VENDOR}, BOX.required)
_FULL_IMAGE = Record(
    {
        **IMAGE.fields,
        "bytes": whole(1, 12 * 1024 * 1024),
        "captured_local": _VENDOR,
        "captured_at": MOMENT,
        "width_px": whole(1, 65_535),
        "height_px": whole(1, 65_535),
        "index": whole(1, 99),
        "count": whole(1, 99),
        "boxes": Many(_FULL_BOX, most=99),
        "exif": Record(
            {
                "datetime_original": Text(80),
                "datetime": Text(80),
                "gps": Text(80),
                "orientation": Text(80),
                "make": Text(80),
                "model": Text(80),
                "software": Text(80),
            }
        ),
        "flags": Many(
            OneOf(
                names(
                    "trailing_bytes",
                    "joined_jpeg",
                    "truncated",
                    "multi_frame",
                    "rotated",
                    "low_resolution",
                    "time_mismatch",
                    "exif_edited",
                    "near_duplicate",
                    "hidden_content",
                    "unusual_colours",
                )
            ),
            most=11,
        ),
    },
    required=IMAGE.required | {"width_px", "height_px", "index", "count"},
)

FULL_EVENT = Record(
    {
        "schema": GATEWAY_EVENT.fields["schema"],
        "event_id": UUID,
        "source_key": Text(200, least=1),
        "kind": OneOf(KINDS | {"incident"}),
        "centre_code": _PROVINCE,
        "device": _with(
            "device",
            {
                "id": Text(20, least=1),
                "adapter": Text(40),
                "adapter_version": Text(40),
                "profile_version": Text(40),
                "type_approval": _CODE,
                "calibration": Record({"certificate_no": _CODE, "valid_until": _DATE}),
            },
            required=names("id", "serial", "vendor", "model", "adapter", "adapter_version"),
        ),
        "site": Record(
            {
                "code": Text(20, least=1),
                "name": Text(160),
                "road_code": Text(40),
                "km_post": Number(0, 9999, decimals=3),
                "lon": Number(-180, 180, decimals=6),
                "lat": Number(-90, 90, decimals=6),
                "province_code": _PROVINCE,
                "ward_code": Text(10),
                "bearing": whole(0, 359),
            },
            required=names("code", "name", "lon", "lat", "province_code"),
        ),
        "lane": Record(
            {
                "number": whole(1, 99),
                "type": cast(Record, GATEWAY_EVENT.fields["lane"]).fields["type"],
            },
            required=names("number"),
        ),
        "direction": GATEWAY_EVENT.fields["direction"],
        "time": _with(
            "time",
            {
                "local_text": _VENDOR,
                "source_field": _CODE,
                "rule": _CODE,
                "utc_offset_min": whole(-1440, 1440),
                "quality": OneOf(names("synchronised", "drifted", "unknown", "impossible")),
                "centre_received_at": MOMENT,
            },
            required=names("occurred_at", "rule", "source_field", "quality", "centre_received_at"),
        ),
        "violation": _with(
            "violation",
            {
                "vendor_code": _VENDOR,
                "vendor_name": _VENDOR,
                "legal_ref": _VENDOR,
                "evidence_profile": _CODE,
            },
            required=frozenset(),
        ),
        "speed": _with(
            "speed", {"margin_kmh": KMH, "legal_kmh": KMH}, required=names("measured_kmh")
        ),
        "signal": GATEWAY_EVENT.fields["signal"],
        "parking": _with("parking", {}, required=frozenset()),
        "occupants": GATEWAY_EVENT.fields["occupants"],
        "weight": _with("weight", {}, required=names("total_kg")),
        "vehicle": _with("vehicle", {"colour": _VENDOR, "make": _VENDOR}),
        "plate": _with(
            "plate",
            {
                "raw": _VENDOR,
                "normalised": _VENDOR,
                "province_prefix": Text(4),
                "series": Text(6),
                "char_confidence": Many(SHARE, most=99),
                "cross_read": Record(
                    {"text": Text(40), "engine": _CODE, "score": SHARE, "agrees": Truth()},
                    required=names("text", "engine"),
                ),
            },
            required=names("raw", "read_state"),
        ),
        "images": Many(_FULL_IMAGE, most=16),
        "video": Many(Record(VIDEO.fields, names("sha256", "media_type")), most=16),
        "group": Record(
            {
                "key": Text(300, least=1),
                "index": whole(1, 999),
                "expected": whole(0, 999),
                "complete": Truth(),
            },
            required=names("key"),
        ),
        "health": GATEWAY_EVENT.fields["health"],
        "integrity": Record(
            {
                "receipt_id": UUID,
                "raw_sha256": SHA256,
                "manifest_sha256": SHA256,
                "gateway_sig": Text(200),
                "gateway_key_id": Text(120),
                "auth_level": OneOf(names("A", "B", "C", "D")),
            },
            required=names("receipt_id", "raw_sha256", "auth_level"),
        ),
        "custody_start": OneOf(names("device", "gateway", "centre")),
        "warnings": Many(Matching(r"[a-z0-9_]{1,60}"), most=99),
    },
    required=names(
        "schema",
        "event_id",
        "source_key",
        "kind",
        "centre_code",
        "device",
        "site",
        "time",
        "integrity",
        "custody_start",
        "warnings",
    ),
)
FULL_NEEDS = (
    Needs(("kind",), "violation_candidate", ("violation", "vehicle", "plate", "images")),
    Needs(("kind",), "passage", ("plate",)),
)
