"""The portal's codes about devices and evidence, in words for technicians and auditors."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

VIOLATIONS: dict[str, Promise] = {
    "speed_over": _("speeding"),
    "speed_under": _("too slow"),
    "red_light": _("red light"),
    "stop_line": _("over the stop line"),
    "wrong_way": _("against the traffic"),
    "wrong_lane": _("wrong lane"),
    "lane_marking": _("over a lane marking"),
    "illegal_turn": _("forbidden turn"),
    "illegal_u_turn": _("forbidden U-turn"),
    "illegal_reverse": _("forbidden reversing"),
    "illegal_stop_parking": _("forbidden stopping or parking"),
    "emergency_lane": _("in the emergency lane"),
    "restricted_time_or_vehicle": _("forbidden time or vehicle"),
    "no_helmet": _("no helmet"),
    "riders_over_limit": _("too many riders"),
    "no_seat_belt": _("no seat belt"),
    "phone_use": _("phone in use"),
    "umbrella_use": _("umbrella in use"),
    "pedestrian_priority": _("priority of pedestrians"),
    "bus_lane": _("in the bus lane"),
    "motorcycle_on_expressway": _("motorcycle on an expressway"),
    "box_junction": _("in the box junction"),
    "following_distance": _("following too close"),
    "overload_weight": _("overloaded"),
    "no_or_obscured_plate": _("plate missing or hidden"),
    "other": _("not known"),
}
VEHICLES: dict[str, Promise] = {
    "car": _("car"),
    "bus": _("bus"),
    "truck": _("truck"),
    "tractor": _("tractor"),
    "motorcycle": _("motorcycle"),
    "moped": _("moped"),
    "e_bike": _("electric bicycle"),
    "bicycle": _("bicycle"),
    "special": _("special vehicle"),
    "unknown": _("not known"),
}
CLOCKS: dict[str, Promise] = {
    "synchronised": _("right to one second"),
    "drifted": _("more than one second wrong"),
    "unknown": _("not compared"),
    "impossible": _("impossible"),
}
ROLES: dict[str, Promise] = {
    "overview_1": _("scene, 1st"),
    "overview_2": _("scene, 2nd"),
    "overview_3": _("scene, 3rd"),
    "plate_crop": _("plate"),
    "vehicle_crop": _("vehicle"),
    "signal_view": _("signal"),
    "context": _("surroundings"),
    "composite": _("several in one"),
    "occupant": _("occupants"),
}
#: What a picture's EXIF says, in the order shown; names without capitals and underscores.
EXIF: dict[str, Promise] = {
    "datetimeoriginal": _("picture taken"),
    "datetime": _("file written"),
    "make": _("maker"),
    "model": _("model"),
    "software": _("software"),
    "orientation": _("orientation"),
    "gps": _("GPS position"),
}
FLAGS: dict[str, Promise] = {
    "trailing_bytes": _("bytes after the end of the picture"),
    "joined_jpeg": _("another picture joined to it"),
    "truncated": _("cut short"),
    "low_resolution": _("small"),
    "multi_frame": _("several frames"),
    "rotated": _("rotated"),
    "hidden_content": _("something other than metadata inside it"),
    "unusual_colours": _("unusual colours (CMYK)"),
    "time_mismatch": _("its own time differs from the event's by more than a minute"),
    "exif_edited": _("it names a picture editor"),
    "near_duplicate": _("looks almost like an earlier picture"),
}

_NOT_READABLE = _("The message cannot be read. Look at its raw bytes and the device's firmware.")
_PICTURE = _("A picture is missing, or is not what it says. Look at the device.")
_DOOR = _("The sender did not prove who it is. Check the key and the clock of the device.")
_LARGE = _("More came than a device may send. Lower its picture size or number.")

FAULTS: dict[str, Promise] = {
    **dict.fromkeys(
        (
            "boundary_absent", "boundary_missing", "event_empty", "malformed", "no_parts",
            "json_empty", "json_malformed", "json_too_deep", "xml_empty", "xml_forbidden",
            "xml_malformed", "xml_missing", "xml_too_deep",
        ),
        _NOT_READABLE,
    ),
    **dict.fromkeys(
        (
            "image_differs", "image_missing", "image_not_jpeg", "image_unlisted", "not_jpeg",
            "picture_not_jpeg", "film_unknown", "undecodable", "unusual_coding",
        ),
        _PICTURE,
    ),
    **dict.fromkeys(
        (
            "credential_missing", "credential_unusable", "credential_wrong",
            "digest_mismatch", "key_missing", "key_unusable", "nonce_missing",
            "signature_invalid", "signature_missing", "signature_stale",
            "token_missing", "token_wrong",
        ),
        _DOOR,
    ),
    **dict.fromkeys(
        (
            "event_too_large", "header_too_large", "picture_too_large", "too_large",
            "too_many_events", "too_many_parts", "too_many_pictures", "too_many_pixels",
            "too_many_scans",
            "xml_too_large",
        ),
        _LARGE,
    ),
    "body_damaged": _("The stored bytes are not those received. Compare the second copy at once."),
    "conflict": _("Other bytes came under a key already used. Compare both deliveries."),
    "cut_short": _("The connection broke before all had come. Look at the line to the device."),
    "device_differs": _("The message names another device. Check what is installed there."),
    "device_paused": _("The device is paused. Read again after the pause."),
    "device_revoked": _("The device is revoked; what it sends is not used."),
    "device_unknown": _("No device is registered for this address."),
    "incomplete": _("The device announced that the rest would follow."),
    "key_differs": _("The key of the request is not that of the event. Tell the maker."),
    "late_snap": _("A picture came after its group had ended. Compare it with the detection."),
    "message_unknown": _("This kind of message is not known. Switch it off in the device."),
    "nonce_replayed": _("A signature was used twice: an error of the gateway, or an attack."),
    "parser_failed": _("Our reader failed on this delivery. Tell the programmers."),
    "profile_wrong": _("The device's profile is wrong. Mend it, then read again."),
    "replayed_picture": _("An old picture came under a new time: a fault, or an attack."),
    "schema": _("The event does not follow the schema. Send the reason to the maker."),
    "time_missing": _("The message holds no readable time."),
    "time_out_of_range": _("The claimed year cannot be meant. Set the device's clock."),
}  # fmt: skip


def exif_in_words(exif: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return label and value of each EXIF field of a canonical event.

    Events name them as EXIF does or as the published schema does; both are read.
    """
    said = {name.replace("_", "").lower(): str(value) for name, value in exif.items()}
    return tuple(
        (str(label), gettext("present") if (name, said[name]) == ("gps", "present") else said[name])
        for name, label in EXIF.items()
        if name in said
    )


def word(words: dict[str, Promise], code: str) -> str:
    """Return the word for a code; an unknown code stands for itself."""
    return str(words.get(code, code))
