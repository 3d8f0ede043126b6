"""Write what a Dahua camera would send: one ITSAPI event with its pictures as base64.

A violation comes as several messages, one picture each, that share a ``GroupID``; the device writes
Vietnamese wall time into ``UTC`` and the true moment into ``RealUTC``.
"""

from __future__ import annotations

import base64
import json
from datetime import timedelta, timezone
from typing import Any

from cameras.scene import Frame
from cameras.simulated_push import Capture, Push

VIETNAM = timezone(timedelta(hours=7))
SEVEN_HOURS = 7 * 3600
PATH = "NotificationInfo/TollgateInfo"
CODES = {
    "red_light": "TrafficRunRedLight",
    "speed_over": "TrafficOverSpeed",
    None: "TrafficJunction",
}
_SIDE = 8192


def dahua_snaps(capture: Capture, group_id: int) -> list[Push]:
    """Return one message for each overview of a capture, in the order they were taken."""
    frames = [frame for frame in capture.frames if frame.role != "plate_crop"]
    return [
        _snap(capture, frame, group_id, number, len(frames))
        for number, frame in enumerate(frames, start=1)
    ]


def _snap(capture: Capture, frame: Frame, group_id: int, index: int, count: int) -> Push:
    seconds = int(capture.at.timestamp())
    milliseconds = capture.at.microsecond // 1000
    plate = next((box for box in frame.boxes if box.kind == "plate"), None)
    vehicle = next((box for box in frame.boxes if box.kind == "vehicle"), None)
    data: dict[str, Any] = {
        "GroupID": group_id,
        "CountInGroup": count,
        "IndexInGroup": index,
        "RealUTC": seconds,
        "UTC": seconds + SEVEN_HOURS,
        "UTCMS": milliseconds,
        "LocaleTime": f"{capture.at.astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}",
        "TimeZone": 12,
        "Lane": capture.lane,
        "TriggerType": 1,
        "LightState": 2,
        "Object": {"ObjectType": "Plate", "Text": capture.plate, "Confidence": 250}
        | ({"BoundingBox": _corners(plate)} if plate else {}),
        "TrafficCar": {
            "PlateNumber": capture.plate,
            "PlateColor": capture.plate_colour.capitalize(),
            "VehicleColor": capture.vehicle_colour.capitalize(),
            "Speed": (capture.measured_tenths or 0) // 10,
            "UpperSpeedLimit": (capture.limit_tenths or 0) // 10,
        },
        "Vehicle": {"ObjectType": "Vehicle", "Category": "SaloonCar"}
        | ({"BoundingBox": _corners(vehicle)} if vehicle else {}),
        "NormalPic": {
            "Content": base64.b64encode(frame.jpeg).decode(),
            "PicName": f"{group_id}_{index}.jpg",
        },
    }
    if capture.red_since_ms is not None:
        data["RedLightUTC"] = int(capture.at.timestamp() - capture.red_since_ms / 1000)
    event = {"Code": CODES[capture.violation_type], "Action": "Pulse", "Data": data}
    return Push({"Content-Type": "application/json"}, json.dumps(event).encode())


def _corners(box: Any) -> list[int]:
    """Return left, top, right, bottom in 8192nds."""
    return [round(side * _SIDE) for side in (box.x, box.y, box.x + box.width, box.y + box.height)]
