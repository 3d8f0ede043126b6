"""Rectangles that a device or its installation record draws into a picture."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle the device drew: top-left corner and size, 0..1 of the picture; ``raw`` as sent.

    ``kind`` is vehicle, plate, line or signal.
    """

    kind: str
    x: float
    y: float
    width: float
    height: float
    raw: str = ""
