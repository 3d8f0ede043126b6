"""What Milesight, Axis, Uniview and GA/T 1400 devices push, written out here as they write it.

Each maker takes the same few facts, so that one table of traps is tried on all of them.
"""

import base64
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from PIL import Image

from cameras.adapters.axis_lpv import AxisLicensePlateVerifier
from cameras.adapters.contract import Adapter, ParsedDetection, Profile, RawEnvelope, Rejected
from cameras.adapters.gat1400 import Gat1400
from cameras.adapters.milesight import Milesight
from cameras.adapters.uniview_lapi import UniviewLapi

VIET_NAM = timezone(timedelta(hours=7))
#: Wednesday 18/11/2026 21:06:33 in Viet Nam.
HAPPENED = datetime(2026, 11, 18, 14, 6, 33, tzinfo=UTC)
RECEIVED = HAPPENED + timedelta(seconds=27)
PLATE = "30F25658"


def jpeg(colour: str = "red", size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("readings.txt", "no picture at all, however one looks at it" * 3)
    return out.getvalue()


def as_text(data: bytes) -> str:
    return base64.b64encode(data).decode()


CROP, OVERVIEW = jpeg("white"), jpeg("red", (640, 360))
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='640' height='360'><rect/></svg>"


def envelope(
    body: dict[str, Any] | bytes,
    *,
    content_type: str = "application/json",
    path: str = "/intake/x/secret/",
    received: datetime = RECEIVED,
) -> RawEnvelope:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return RawEnvelope((("Content-Type", content_type),), data, received, path, "POST")


def milesight_body(
    overview: str = as_text(OVERVIEW),
    *,
    at: datetime = HAPPENED,
    plate: str = PLATE,
    code: str = "",
    **changes: Any,
) -> dict[str, Any]:
    """Write a recognition, or a violation when a code is given."""
    local = at.astimezone(VIET_NAM)
    body = {
        "device": "Network Camera",
        "time": f"{local:%Y-%m-%d %H:%M:%S}.480",
        "time_msec": f"{local:%Y-%m-%d %H:%M:%S}.480",
        "plate": plate,
        "type": "Visitor",
        "speed": "-",
        "direction": "Approach",
        "detection_region": "1",
        "region": "VNM",
        "resolution_width": "1920",
        "resolution_height": "1080",
        "coordinate_x1": "960",
        "coordinate_y1": "540",
        "coordinate_x2": "1152",
        "coordinate_y2": "594",
        "confidence": "-",
        "plate_color": "White",
        "vehicle_type": "Car",
        "vehicle_color": "Gray",
        "Vehicle Brand": "-",
        "plate_image": as_text(CROP),
        "full_image": overview,
    }
    if code:
        body |= {"event": "Violation", "violation_type": code}
    return body | changes


def axis_body(
    overview: str = as_text(OVERVIEW),
    *,
    at: datetime = HAPPENED,
    plate: str = PLATE,
    code: str = "",
    **changes: Any,
) -> dict[str, Any]:
    """Write the last message of a car, with its picture as text."""
    milliseconds = int(at.timestamp() * 1000) + 480
    body = {
        "packetCounter": "11890300",
        "capture_timestamp": str(milliseconds),
        "frame_timestamp": "0",
        "capture_ts": f"{milliseconds}000000",
        "datetime": f"{at.astimezone(VIET_NAM):%Y%m%d %H%M%S}480",
        "plateText": plate,
        "plateUTF8": plate,
        "plateCountry": "VNM",
        "plateConfidence": "0.719034",
        "carState": "lost",
        "roiID": "2",
        "geotag": {"lat": 21.02, "lon": 105.85},
        "imageType": "frame",
        "carMoveDirection": "in",
        "plateCoordinates": [320, 180, 64, 18],
        "plateCoordinatesRelative": [0, 0, 0, 0],
        "carID": "1144696",
        "imagesURI": ["/local/fflprapp/tools.cgi?action=getImage&name=45/1.jpg"],
        "ImageArray": [{"ImageType": "frame", "ImageFormat": "jpg", "BinaryImage": overview}],
        "imageFile": "/var/spool/storage/SD_DISK/fflprapp/images/44/1.jpg",
        "vehicle_info": {"view": "front", "type": "CAR", "color": "GRAY", "brand": "Toyota"},
        "camera_info": {"SerialNumber": "ACCC8E000001", "MACAddress": "AC:CC:8E:00:00:01"},
        "sensorProviderID": "defaultID",
    }
    if code:
        body["violation"] = code
    return body | changes


def uniview_body(
    overview: str = as_text(OVERVIEW),
    *,
    at: datetime = HAPPENED,
    plate: str = PLATE,
    code: str = "0",
    **changes: Any,
) -> dict[str, Any]:
    """Write a ``Structure`` notification about one vehicle."""
    stamp = f"{at.astimezone(VIET_NAM):%Y%m%d%H%M%S}480"
    vehicle = {
        "ID": 1,
        "Position": "5000,5000;7000,8000",
        "LargePicAttachIndex": 1,
        "PlatePicAttachIndex": 2,
        "PassTime": stamp,
        "PlateAttributeInfo": {
            "PlateNo": plate,
            "Color": 1,
            "Type": 1,
            "PlateConfidence": 97,
            "Position": "5500,7000;6500,7500",
        },
        "VehicleAttributeInfo": {"Type": 9, "Color": 2, "DriveStatus": code, "SpeedValue": 0},
        "LaneInfo": {"ID": 2, "Direction": "1"},
    }
    infos = [
        {"Index": 1, "Type": 1, "CaptureTime": stamp, "DataType": 0, "Data": overview},
        {"Index": 2, "Type": 2, "CaptureTime": stamp, "DataType": 0, "Data": as_text(CROP)},
    ]
    return {
        "Reference": "192.0.2.9:50235/Subscription/Subscribers/1",
        "TimeStamp": int(at.timestamp()),
        "Seq": 7,
        "SrcID": 1,
        "NotificationType": 0,
        "DeviceID": "UNV-1",
        "StructureInfo": {
            "ObjInfo": {"VehicleNum": 1, "VehicleInfoList": [vehicle]},
            "ImageNum": 2,
            "ImageInfoList": infos,
        },
    } | changes


def gat1400_vehicle(
    overview: str = as_text(OVERVIEW),
    *,
    at: datetime = HAPPENED,
    plate: str = PLATE,
    code: str = "0",
    identity: str = "330101010012100000010220261118210633022060269899",
    **changes: Any,
) -> dict[str, Any]:
    """Write one ``MotorVehicleObject``."""
    stamp = f"{at.astimezone(VIET_NAM):%Y%m%d%H%M%S}"
    return {
        "MotorVehicleID": identity,
        "InfoKind": 1,
        "DeviceID": "65010000001190000001",
        "LeftTopX": 320,
        "LeftTopY": 180,
        "RightBtmX": 480,
        "RightBtmY": 270,
        "LaneNo": 2,
        "HasPlate": "1",
        "PlateClass": "02",
        "PlateColor": "2",
        "PlateNo": plate,
        "Speed": 0,
        "Direction": "9",
        "DrivingStatusCode": code,
        "VehicleClass": "K33",
        "VehicleColor": "3",
        "PassTime": stamp,
        "PlateReliability": "97",
        "PlateCharReliability": "3-99,0-98,F-97",
        "SubImageList": {
            "SubImageInfoObject": [
                {
                    "ImageID": "65010000001190000001022026111821063300001",
                    "EventSort": 4,
                    "Type": "01",
                    "FileFormat": "Jpeg",
                    "ShotTime": stamp,
                    "Width": 640,
                    "Height": 360,
                    "Data": overview,
                },
                {"Type": "02", "FileFormat": "Jpeg", "ShotTime": stamp, "Data": as_text(CROP)},
            ]
        },
    } | changes


def gat1400_body(*args: Any, **facts: Any) -> dict[str, Any]:
    return {"MotorVehicleListObject": {"MotorVehicleObject": [gat1400_vehicle(*args, **facts)]}}


@dataclass(frozen=True)
class Vendor:
    """One dialect: its adapter, a body of one event, and a code it knows as a violation."""

    adapter: Adapter
    body: Callable[..., dict[str, Any]]
    code: str

    @property
    def profile(self) -> Profile:
        return self.taught({})

    def taught(self, overrides: dict[str, Any]) -> Profile:
        return self.adapter.profile("SER-1", overrides)

    def detect(
        self, body: dict[str, Any] | bytes, profile: Profile | None = None, **how: Any
    ) -> ParsedDetection:
        [found] = self.adapter.parse(envelope(body, **how), profile or self.profile)
        assert isinstance(found, ParsedDetection), found
        return found

    def refuse(self, body: dict[str, Any] | bytes, **how: Any) -> str:
        [found] = self.adapter.parse(envelope(body, **how), self.profile)
        assert isinstance(found, Rejected), found
        return found.code


MILESIGHT = Vendor(Milesight(), milesight_body, "Wrong Way")
AXIS = Vendor(AxisLicensePlateVerifier(), axis_body, "")
UNIVIEW = Vendor(UniviewLapi(), uniview_body, "1301")
GAT1400 = Vendor(Gat1400(), gat1400_body, "1301")
VENDORS = (MILESIGHT, AXIS, UNIVIEW, GAT1400)
