"""Bodies of Hikvision pushes, made as the devices make them, and what the adapter says of them."""

import io
from datetime import UTC, datetime

from PIL import Image

from cameras.adapters.contract import ParsedDetection, RawEnvelope, Rejected
from cameras.adapters.hikvision_isapi import HikvisionIsapi

ADAPTER = HikvisionIsapi()
PROFILE = ADAPTER.profile("HIK-0001", {})
RECEIVED = datetime(2026, 11, 18, 14, 7, 0, tzinfo=UTC)


def jpeg(colour: str = "red", size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


CROP, OVERVIEW = jpeg("white"), jpeg("red")


def picture_info(kind: str, name: str, more: str = "") -> str:
    return (
        f"<pictureInfo><fileName>{name}</fileName><type>{kind}</type><dataType>0</dataType>"
        f"<absTime>20261118210633480</absTime>{more}<pId>pid-{name}</pId></pictureInfo>"
    )


PICTURES = picture_info("licensePlatePicture", "licensePlatePicture.jpg") + picture_info(
    "detectionPicture",
    "detectionPicture.jpg",
    "<plateRect><X>691</X><Y>397</Y><width>59</width><height>34</height></plateRect>"
    "<vehicelRect><X>500</X><Y>250</Y><width>300</width><height>400</height></vehicelRect>",
)
RED_LIGHT = (
    "<illegalInfo><illegalCode>1625</illegalCode><illegalName>Red</illegalName></illegalInfo>"
)


def anpr_xml(
    *,
    anpr: str = RED_LIGHT,
    plate: str = "30F25658",
    date_time: str = "2026-11-18T21:06:33+07:00",
    pictures: str = PICTURES,
    tail: str = "",
    alarm: str = "0",
    event_type: str = "ANPR",
) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">'
        f"<macAddress>d4:e8:53:00:00:01</macAddress><dateTime>{date_time}</dateTime>"
        f"<eventType>{event_type}</eventType><eventState>active</eventState>"
        f"<ANPR><country>91</country><licensePlate>{plate}</licensePlate><line>2</line>"
        "<direction>reverse</direction><confidenceLevel>97</confidenceLevel>"
        "<plateColor>white</plateColor><plateCharBelieve>99,98,97</plateCharBelieve>"
        f"<vehicleType>vehicle</vehicleType><detectType>4</detectType>{anpr}"
        f"<alarmDataType>{alarm}</alarmDataType>"
        "<vehicleInfo><color>red</color><speed>0</speed>"
        "<vehicleLogoRecog>1036</vehicleLogoRecog><vehileModel>0</vehileModel></vehicleInfo>"
        f"<pictureInfoList>{pictures}</pictureInfoList></ANPR>"
        f"<UUID>same-car</UUID><picNum>2</picNum>{tail}</EventNotificationAlert>"
    ).encode()


def deliver(xml: bytes, *pictures: tuple[str, bytes], names: str = "filename") -> RawEnvelope:
    """Build one POST; ``names`` chooses whether the pictures carry a filename."""
    pictures = pictures or (("licensePlatePicture.jpg", CROP), ("detectionPicture.jpg", OVERVIEW))
    body = b'--b\r\nContent-Disposition: form-data; name="anpr.xml"; filename="anpr.xml"\r\n'
    body += b"Content-Type: text/xml\r\n\r\n" + xml + b"\r\n"
    for name, data in pictures:
        extra = f'; filename="{name}"' if names == "filename" else ""
        head = f'--b\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n'
        body += head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + data + b"\r\n"
    headers = (("Content-Type", "multipart/form-data; boundary=b"),)
    return RawEnvelope(headers, body + b"--b--\r\n", RECEIVED, "/intake/x", "POST")


def detect(envelope: RawEnvelope, profile=PROFILE) -> ParsedDetection:
    [found] = ADAPTER.parse(envelope, profile)
    assert isinstance(found, ParsedDetection), found
    return found


def refuse(envelope: RawEnvelope) -> str:
    [found] = ADAPTER.parse(envelope, PROFILE)
    assert isinstance(found, Rejected), found
    return found.code


def box(kind: bytes, *inside: bytes) -> bytes:
    """Write a box of an MP4 file (ISO/IEC 14496-12)."""
    content = b"".join(inside)
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def film(seconds: int = 3) -> bytes:
    """Write the smallest MP4 that says how long it is."""
    header = bytes(12) + (1000).to_bytes(4, "big") + (seconds * 1000).to_bytes(4, "big") + bytes(80)
    return (
        box(b"ftyp", b"isom", bytes(4))
        + box(b"moov", box(b"mvhd", header))
        + box(b"mdat", b"\x00" * 32)
    )
