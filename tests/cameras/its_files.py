"""Files as a Hikvision ITS device puts them on an FTP server, made here."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from cameras.adapters.contract import ParsedDetection, RawEnvelope, Rejected
from cameras.adapters.hikvision_its_folder import HikvisionItsFolder
from cameras.folder_events import bundle
from cameras.folder_files import SeenFile
from tests.cameras.factories import AT, PLATE, picture

ADAPTER = HikvisionItsFolder()
PROFILE = ADAPTER.profile("ITS-0001", {})
#: Two seconds before the files come: 08:00:00.250 in Viet Nam.
STAMP = "20261012080000250"
EVENT = f"NUT1_ha noi_Duong Vi Du_{STAMP}_{PLATE}"


def message(
    *,
    date_time: str = "2026-10-12T08:00:00.250+00:00",
    plate: str = PLATE,
    code: str = "1625",
    pictures: tuple[str, ...] = ("licensePlatePicture", "detectionPicture"),
    more: str = "",
) -> bytes:
    """Write the ``<FTP>`` message; the zone it prints is not meant."""
    infos = "".join(
        f"<pictureInfo><fileName>{kind}.jpg</fileName><type>{kind}</type><dataType>0</dataType>"
        f"<absTime>{STAMP}</absTime></pictureInfo>"
        for kind in pictures
    )
    return (
        f"<FTP><dateTime>{date_time}</dateTime><licensePlate>{plate}</licensePlate><line>2</line>"
        "<confidenceLevel>90</confidenceLevel><plateColor>white</plateColor>"
        f"<illegalInfo><illegalCode>{code}</illegalCode><illegalName>Red</illegalName></illegalInfo>"
        f"<vehicleType>vehicle</vehicleType>{more}<vehicleInfo><speed>0</speed></vehicleInfo>"
        f"<pictureInfoList>{infos}</pictureInfoList><UUID>car-1</UUID><picNum>2</picNum>"
        "<country>VNM</country></FTP>"
    ).encode()


def overviews(event: str = EVENT, words: str = "its") -> dict[str, bytes]:
    """Return three pictures of the scene under the event's name."""
    return {
        f"{event}_detectionPicture_{number}.jpg": picture(f"{words} {number}")
        for number in (1, 2, 3)
    }


def red_light(event: str = EVENT, words: str = "its") -> dict[str, bytes]:
    """Return all files of one red light."""
    kinds = tuple(f"detectionPicture_{number}" for number in (1, 2, 3))
    return {f"{event}.xml": message(pictures=kinds), **overviews(event, words)}


def put(folder: Path, files: dict[str, bytes], *, at: datetime = AT) -> None:
    """Put files into a folder as if they had come at that moment."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (at.timestamp(), at.timestamp()))


def envelope(
    files: dict[str, bytes], *, received_at: datetime = AT, arrived: str = ""
) -> RawEnvelope:
    """Return the delivery the importer makes of these files."""
    seen = [
        (SeenFile("", name, len(data), 0, number, True), data)
        for number, (name, data) in enumerate(sorted(files.items()))
    ]
    content_type, body = bundle(seen)
    headers = [("Content-Type", content_type)]
    if arrived:
        headers.append(("Last-Modified", arrived))
    return RawEnvelope(tuple(headers), body, received_at.astimezone(UTC), "/x", "FOLDER")


def detect(files: dict[str, bytes], profile=PROFILE, **changes) -> ParsedDetection:
    [found] = ADAPTER.parse(envelope(files, **changes), profile)
    assert isinstance(found, ParsedDetection), found
    return found


def refuse(files: dict[str, bytes]) -> str:
    [found] = ADAPTER.parse(envelope(files), PROFILE)
    assert isinstance(found, Rejected), found
    return found.code
