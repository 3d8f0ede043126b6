"""Bodies of ONVIF Profile M messages, written out as the standard writes them."""

import base64
import json
from datetime import UTC, datetime

from cameras.adapters.contract import ParsedDetection, RawEnvelope, Rejected
from cameras.adapters.onvif_m import OnvifProfileM
from tests.cameras.hikvision_bodies import jpeg

ADAPTER = OnvifProfileM()
PROFILE = ADAPTER.profile("ONV-0001", {})
RECEIVED = datetime(2026, 11, 18, 14, 7, 0, tzinfo=UTC)
CROP, SCENE = jpeg("white"), jpeg("red", (640, 480))
LPR = "tns1:RuleEngine/Recognition/LicensePlate"
#: 320 × 240 pixels with the origin at the bottom-left corner, as in the standard's own example.
TRANSFORMATION = (
    '<tt:Transformation><tt:Translate x="-1.0" y="-1.0"/>'
    '<tt:Scale x="0.00625" y="0.00833333"/></tt:Transformation>'
)


def text_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def plate_info(plate: str = "30F-256.58", country: str = "VN", more: str = "") -> str:
    return (
        f'<tt:LicensePlateInfo><tt:PlateNumber Likelihood="0.912">{plate}</tt:PlateNumber>'
        f'<tt:PlateType Likelihood="0.8">Normal</tt:PlateType><tt:CountryCode>{country}'
        f"</tt:CountryCode><tt:IssuingEntity>Hà Nội</tt:IssuingEntity>{more}</tt:LicensePlateInfo>"
    )


VEHICLE_INFO = (
    '<tt:VehicleInfo><tt:Type Likelihood="0.9">Car</tt:Type><tt:Brand>Toyota</tt:Brand>'
    "<tt:Color>Red</tt:Color></tt:VehicleInfo>"
)


def box(left: str, top: str, right: str, bottom: str) -> str:
    return (
        f'<tt:Shape><tt:BoundingBox left="{left}" top="{top}" right="{right}" bottom="{bottom}"/>'
        "</tt:Shape>"
    )


def thing(number: int, inside: str, *, parent: int | None = None, speed: str = "") -> str:
    """Write an object; ``inside`` stands in its appearance."""
    belongs = f' Parent="{parent}"' if parent else ""
    behaviour = f"<tt:Behaviour><tt:Speed>{speed}</tt:Speed></tt:Behaviour>" if speed else ""
    return (
        f'<tt:Object ObjectId="{number}"{belongs}><tt:Appearance>{inside}</tt:Appearance>'
        f"{behaviour}</tt:Object>"
    )


CAR = thing(12, box("-0.5", "0.5", "0.5", "-0.5") + VEHICLE_INFO + plate_info(), speed="16.94")


def frame(
    objects: str = CAR,
    *,
    utc: str = "2026-11-18T14:06:33.480Z",
    scene: str | None = None,
    before: str = "",
) -> str:
    picture = text_of(SCENE) if scene is None else scene
    image = f"<tt:SceneImage>{picture}</tt:SceneImage>" if picture else ""
    return f'<tt:Frame UtcTime="{utc}" Source="Lane 2">{before}{objects}{image}</tt:Frame>'


def notification(
    *,
    topic: str = LPR,
    data: str = "",
    rule: str = "LPR-1",
    utc: str = "2026-11-18T14:06:33.480Z",
    operation: str = "",
    key: str = "",
) -> str:
    how = f' PropertyOperation="{operation}"' if operation else ""
    return (
        f'<wsnt:NotificationMessage><wsnt:Topic Dialect="x">{topic}</wsnt:Topic><wsnt:Message>'
        f'<tt:Message UtcTime="{utc}"{how}><tt:Source>'
        f'<tt:SimpleItem Name="VideoSource" Value="1"/><tt:SimpleItem Name="Rule" Value="{rule}"/>'
        f"</tt:Source>{key}<tt:Data>{data}</tt:Data></tt:Message></wsnt:Message>"
        "</wsnt:NotificationMessage>"
    )


def stream(frames: str = "", events: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema"'
        ' xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2">'
        f"<tt:VideoAnalytics>{frames}</tt:VideoAnalytics><tt:Event>{events}</tt:Event>"
        "</tt:MetadataStream>"
    ).encode()


def notify(events: str) -> bytes:
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:tt="http://www.onvif.org/ver10/schema"'
        ' xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2"><s:Body><wsnt:Notify>'
        f"{events}</wsnt:Notify></s:Body></s:Envelope>"
    ).encode()


def envelope(body: bytes) -> RawEnvelope:
    return RawEnvelope((("Content-Type", "application/xml"),), body, RECEIVED, "/x", "POST")


def detect(body: bytes, profile=PROFILE) -> ParsedDetection:
    [found] = ADAPTER.parse(envelope(body), profile)
    assert isinstance(found, ParsedDetection), found
    return found


def refuse(body: bytes) -> str:
    [found] = ADAPTER.parse(envelope(body), PROFILE)
    assert isinstance(found, Rejected), found
    return found.code


PLATE_ITEM = f'<tt:ElementItem Name="LicensePlateInfo">{plate_info()}</tt:ElementItem>'


def spoken(**data) -> bytes:
    said = {
        "Topic": LPR,
        "UtcTime": "2026-11-18T14:06:33.480Z",
        "Source": {"VideoSource": "1", "Rule": "LPR-1"},
        "Data": {
            "LicensePlateInfo": {
                "LicensePlateInfo": {
                    "PlateNumber": {"@Likelihood": 0.92, "#text": "30F25658"},
                    "CountryCode": {"#text": "VN"},
                }
            },
            "VehicleInfo": {"VehicleInfo": {"Type": {"@Likelihood": 1, "#text": "Motorcycle"}}},
            **data,
        },
    }
    return json.dumps(said).encode()
