"""Read the plate a second time by our own engine (đọc biển số đối chiếu), as advice, no more.

It decides nothing and changes no state: the officer sees it beside what the device read. The
device's own box of the plate is cut out with a margin, else the vehicle, else the whole scene is
looked at. A picture is read once by each engine; what was read is never altered.
"""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import datetime

from celery import current_app
from django.conf import settings
from django.db import DatabaseError
from kombu.exceptions import OperationalError

from cameras import reading_engine
from cameras.adapters.contract import Box
from cameras.evidence import EvidenceDamaged, boxes_of, read_file
from cameras.images import ImageRefused, crop_to, safe_copy
from cameras.models import CrossReading, Detection, EvidenceFile
from cameras.plate_grammar import comparison_key
from cameras.plate_lines import Engine, as_text, find_plate
from cameras.plates import format_plate

log = logging.getLogger(__name__)

TASK = "cameras.tasks.cross_read"
#: A cut-out with half a plate around it, large enough for an engine that wants 30 pixels a line.
PLATE_MARGIN, PLATE_SIDE = 0.6, 480
VEHICLE_MARGIN, VEHICLE_SIDE = 0.1, 640
#: A detection is read from at most so many of its pictures.
MOST_PICTURES = 3
LONGEST_TEXT, LONGEST_PLATE = 40, 16


@dataclass(frozen=True)
class SecondReading:
    """What an officer is shown: the plate in print, or the text when it is no plate.

    ``agrees`` is None when one of the two read nothing that can be compared.
    """

    shown: str
    is_plate: bool
    agrees: bool | None
    percent: int | None
    camera: str


def queue(detection_id: uuid.UUID) -> None:
    """Have a worker read a stored detection, where the portal is set up for it.

    Call it after the detection is committed. A queue that is down costs the reading, nothing else.
    """
    if not settings.CROSS_READ or not reading_engine.is_available():
        return
    try:
        current_app.send_task(TASK, [str(detection_id)], retry=False)
    except (OperationalError, DatabaseError):
        log.warning("the queue is down; detection %s is not read a second time", detection_id)


def cross_read(
    detection_id: uuid.UUID, *, engine: Engine, engine_name: str, at: datetime
) -> list[CrossReading]:
    """Read a detection's plate from its own pictures and store what was read; the new rows.

    Goes on to the next picture only while no plate has been found. Pictures that are damaged or
    cannot be opened are passed over: they are reported elsewhere.
    """
    detection = Detection.objects.get(pk=detection_id)
    earlier = CrossReading.objects.filter(evidence__detection=detection, engine=engine_name)
    if earlier.exclude(normalised="").exists():
        return []
    done = set(earlier.values_list("evidence_id", flat=True))
    stored: list[CrossReading] = []
    for file in _pictures(detection):
        if file.pk in done:
            continue
        reading = _read(file, detection, engine)
        if reading is None:
            continue
        reading.read_at = at
        kept, is_new = CrossReading.objects.get_or_create(
            evidence=file, engine=engine_name, defaults=_columns(reading)
        )
        stored += [kept] if is_new else []
        if kept.normalised:
            break
    return stored


def second_reading(detection: Detection) -> SecondReading | None:
    """Return the reading to show: the newest with a plate, else the newest; None without one."""
    rows = list(
        CrossReading.objects.filter(evidence__detection=detection).order_by("-id")[
            : MOST_PICTURES * 2
        ]
    )
    chosen = next((row for row in rows if row.normalised), rows[0] if rows else None)
    if chosen is None:
        return None
    printed = format_plate(chosen.normalised, detection.vehicle_class)
    camera = format_plate(detection.plate_normalised, detection.vehicle_class)
    return SecondReading(
        shown=printed or chosen.text,
        is_plate=bool(chosen.normalised),
        agrees=chosen.agrees,
        percent=None if chosen.score is None else chosen.score // 10,
        camera=camera or detection.plate_raw,
    )


def _pictures(detection: Detection) -> list[EvidenceFile]:
    """Return the pictures worth reading, the likeliest first: what shows the plate alone."""
    files = detection.evidence.exclude(role__in=("occupant", EvidenceFile.FILM))
    files = files.select_related("delivery").order_by("position")
    ranked = [(rank, file) for file in files if (rank := _rank(file)) is not None]
    return [file for _rank_of, file in sorted(ranked, key=lambda pair: pair[0])][:MOST_PICTURES]


def _rank(file: EvidenceFile) -> tuple[int, float] | None:
    plates = [box.width * file.width for box in boxes_of(file, "plate")]
    if file.role == "plate_crop":
        return 0, -file.width
    if file.role == "vehicle_crop":
        return 2, -file.width
    if not file.role.startswith("overview"):
        return None
    return (1, -max(plates)) if plates else (3, file.position)


def _read(file: EvidenceFile, detection: Detection, engine: Engine) -> CrossReading | None:
    """Return what the engine reads in one picture, unsaved; None when it cannot be opened."""
    began = time.perf_counter()
    try:
        lines = engine(_part_to_read(file))
    except (EvidenceDamaged, ImageRefused):
        return None
    found = find_plate(lines)
    took = round((time.perf_counter() - began) * 1000)
    if found is None:
        return CrossReading(text=as_text(lines)[:LONGEST_TEXT], milliseconds=took)
    return CrossReading(
        text=found.text[:LONGEST_TEXT],
        normalised=found.reading.normalised[:LONGEST_PLATE],
        score=found.score,
        agrees=_agrees(found.reading.comparison, detection),
        milliseconds=took,
    )


def _part_to_read(file: EvidenceFile) -> bytes:
    """Return the plate, the vehicle or the whole of a picture, encoded by ourselves.

    Raises EvidenceDamaged and ImageRefused.
    """
    data = read_file(file)
    plates, vehicles = boxes_of(file, "plate"), boxes_of(file, "vehicle")
    if plates:
        return crop_to(data, plates[0], margin=PLATE_MARGIN, min_side=PLATE_SIDE)
    if vehicles:
        return crop_to(data, vehicles[0], margin=VEHICLE_MARGIN, min_side=VEHICLE_SIDE)
    if file.role == "plate_crop":
        return crop_to(data, Box("plate", 0, 0, 1, 1), margin=0, min_side=PLATE_SIDE)
    return safe_copy(data, reading_engine.LONGEST_SIDE)


def _agrees(comparison: str, detection: Detection) -> bool | None:
    device = comparison_key(detection.plate_normalised or detection.plate_raw)
    return comparison == device if device else None


def _columns(reading: CrossReading) -> dict[str, object]:
    names = ("text", "normalised", "score", "agrees", "milliseconds", "read_at")
    return {name: getattr(reading, name) for name in names}
