"""Shapes and paints of four-wheeled vehicles."""

from dataclasses import dataclass

from cameras.scene.view import Colour

PAINTS: dict[str, Colour] = {
    "white": (226, 229, 230),
    "silver": (168, 175, 180),
    "grey": (104, 110, 116),
    "black": (46, 49, 54),
    "red": (168, 34, 36),
    "blue": (38, 82, 150),
    "yellow": (214, 168, 40),
    "green": (38, 104, 76),
    "brown": (106, 76, 54),
    "orange": (206, 104, 38),
    "purple": (94, 58, 122),
    "pink": (214, 138, 160),
    "beige": (206, 190, 160),
}


@dataclass(frozen=True)
class Body:
    """A side outline in metres: (ahead of the bumper, above the road), and where things sit."""

    length: float
    half_width: float
    roof: float
    tail: float
    glass_low: tuple[float, float]
    glass_high: tuple[float, float]
    roof_end: float
    screen_low: tuple[float, float]
    lamps: tuple[float, float]
    plate: float
    roof_narrowing: float


BODIES = {
    "sedan": Body(
        length=4.5,
        half_width=0.9,
        roof=1.45,
        tail=0.98,
        glass_low=(0.72, 1.02),
        glass_high=(1.42, 1.43),
        roof_end=2.7,
        screen_low=(3.45, 1.0),
        lamps=(0.7, 0.93),
        plate=0.6,
        roof_narrowing=0.78,
    ),
    "suv": Body(
        length=4.5,
        half_width=0.93,
        roof=1.72,
        tail=1.1,
        glass_low=(0.06, 1.14),
        glass_high=(0.42, 1.66),
        roof_end=2.9,
        screen_low=(3.55, 1.12),
        lamps=(0.84, 1.1),
        plate=0.62,
        roof_narrowing=0.8,
    ),
    "bus": Body(
        length=10.5,
        half_width=1.22,
        roof=3.05,
        tail=1.35,
        glass_low=(0.02, 1.55),
        glass_high=(0.06, 2.7),
        roof_end=10.3,
        screen_low=(10.4, 1.3),
        lamps=(0.75, 1.2),
        plate=0.62,
        roof_narrowing=0.98,
    ),
    "truck": Body(
        length=7.2,
        half_width=1.15,
        roof=2.9,
        tail=1.0,
        glass_low=(0.02, 1.0),
        glass_high=(0.02, 2.85),
        roof_end=5.3,
        screen_low=(7.0, 1.2),
        lamps=(0.62, 0.82),
        plate=0.56,
        roof_narrowing=0.98,
    ),
}
