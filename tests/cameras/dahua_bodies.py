"""Bodies of Dahua pushes, made as the devices make them, and what the adapter says of them."""

import base64
import io
import json
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from cameras.adapters.contract import ParsedDetection, RawEnvelope, Rejected
from cameras.adapters.dahua_itsapi import DahuaItsapi

ADAPTER = DahuaItsapi()
SERIAL = "8M0MAU0PAJ00001"
PROFILE = ADAPTER.profile(SERIAL, {})
#: 21:06:33.305 in Viet Nam, as ``RealUTC`` and as the ``UTC`` that is seven hours ahead of it.
REAL_UTC, LOCAL_UTC = 1795010793, 1795035993
OCCURRED = datetime(2026, 11, 18, 14, 6, 33, 305000, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 18, 14, 7, 0, tzinfo=UTC)
SECRET_PATH = "/intake/dahua/SecretToken"


def jpeg(colour: str = "red", size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


CROP, OVERVIEW, VEHICLE = jpeg("white"), jpeg("red"), jpeg("blue")


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def pic(data: bytes, name: str = "20261118210633_1.jpg") -> dict[str, Any]:
    return {"Content": text(data), "PicName": name}


def without(fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a test set to None."""
    return {name: value for name, value in fields.items() if value is not None}


def tollgate(
    *,
    plate: dict[str, Any] | None = None,
    vehicle: dict[str, Any] | None = None,
    snap: dict[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """The ITSAPI shape: one ``Picture`` with everything in it."""
    picture = {
        "Plate": {
            "IsExist": True,
            "PlateNumber": "30F25658",
            "PlateColor": "White",
            "PlateType": "",
            "Confidence": 204,
            "Region": "",
            "Channel": 0,
            "UploadNum": 1,
            "BoundingBox": [2048, 4096, 3072, 4608],
            **(plate or {}),
        },
        "Vehicle": {
            "VehicleColor": "Gray",
            "VehicleType": "PassengerCar",
            "VehicleSign": "Mẫu",
            "VehicleSeries": "",
            "VehicleBoundingBox": [0, 0, 0, 0],
            **(vehicle or {}),
        },
        "SnapInfo": {
            "Source": "Video",
            "TimeZone": 2,
            "DSTTune": 0,
            "LanNo": 1,
            "Direction": "Obverse",
            "DefenceCode": "MAU001",
            "DeviceID": SERIAL,
            "AccurateTime": "2026-11-18 21:06:33.305",
            "SnapTime": "2026-11-18 21:06:33",
            **(snap or {}),
        },
        "NormalPic": pic(OVERVIEW),
        "CutoutPic": pic(CROP, "20261118210633_1.jpg_cut"),
        "VehiclePic": {"Content": "", "PicName": ""},
        **changes,
    }
    picture["SnapInfo"] = without(picture["SnapInfo"])
    return {"PicName": "20261118210633_1.jpg", "Picture": without(picture)}


def event_data(*, car: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The data of an event of the second shape; None takes a field out."""
    data = {
        "GroupID": 175706653,
        "CountInGroup": 3,
        "IndexInGroup": 1,
        "RealUTC": REAL_UTC,
        "UTC": LOCAL_UTC,
        "UTCMS": 305,
        "LocaleTime": "2026-11-18 21:06:33",
        "TimeZone": 12,
        "Lane": 2,
        "Speed": 0,
        "TriggerType": 1,
        "JunctionDirection": "Reverse",
        "MainSeat": "unknow",
        "Object": {
            "ObjectType": "Plate",
            "Text": "30F25658",
            "Confidence": 160,
            "BoundingBox": [2048, 4096, 3072, 4608],
        },
        "Vehicle": {
            "ObjectType": "Vehicle",
            "Category": "SaloonCar",
            "BoundingBox": [1024, 2048, 5120, 6144],
        },
        "TrafficCar": without(
            {
                "PlateNumber": "30F25658",
                "PlateColor": "White",
                "VehicleColor": "White",
                "Lane": 2,
                "PhysicalLane": 1,
                "Speed": 0,
                "UpperSpeedLimit": 70,
                "LowerSpeedLimit": 60,
                "OverSpeedMargin": 0,
                "ViolationCode": "",
                "ViolationName": "ANPR",
                "MachineName": SERIAL,
                **(car or {}),
            }
        ),
        "NormalPic": pic(OVERVIEW),
        **changes,
    }
    return without(data)


def event(code: str = "TrafficJunction", **changes: Any) -> dict[str, Any]:
    return {"Code": code, "Action": "Pulse", "Data": event_data(**changes)}


def speeding(**changes: Any) -> dict[str, Any]:
    return event("TrafficOverSpeed1", **{"car": {"Speed": 83}, "Speed": 83, **changes})


def rider(**changes: Any) -> dict[str, Any]:
    return {
        "ObjectID": 77,
        "Category": "Motorcycle",
        "Color": "Red",
        "BoundingBox": [4096, 4096, 6144, 8192],
        "NumOfCycling": 2,
        "Plate": {
            "Text": "29B112345",
            "PlateColor": "White",
            "BoundingBox": [4608, 6144, 5120, 6656],
        },
        **changes,
    }


def deliver(
    message: Any, *, to: str = "TollgateInfo", received_at: datetime = RECEIVED, bom: bool = False
) -> RawEnvelope:
    """Build one POST to ``/NotificationInfo/…`` under the secret path; bytes go as they are."""
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    headers = (("Content-Type", "application/json"),)
    path = f"{SECRET_PATH}/NotificationInfo/{to}"
    return RawEnvelope(headers, b"\xef\xbb\xbf" * bom + body, received_at, path, "POST")


def detect(message: Any, profile=PROFILE, **delivery: Any) -> ParsedDetection:
    [found] = ADAPTER.parse(deliver(message, **delivery), profile)
    assert isinstance(found, ParsedDetection), found
    return found


def refuse(message: Any, **delivery: Any) -> str:
    [found] = ADAPTER.parse(deliver(message, **delivery), PROFILE)
    assert isinstance(found, Rejected), found
    return found.code
