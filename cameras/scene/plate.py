"""Draw the face of a Vietnamese plate, large and flat. TT 79/2024, Annex 04"""

import random

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from cameras.lettering import draw_text, text_width
from cameras.plates import format_plate, plate_lines

GROUNDS = {
    "white": (240, 241, 238),
    "yellow": (247, 205, 58),
    "blue": (24, 84, 170),
    "red": (176, 24, 28),
}
LONG, SHORT = (940, 200), (560, 420)
#: Size on the vehicle in metres, a little larger than life so that it reads at 20 metres.
LONG_METRES, SHORT_METRES = (0.74, 0.158), (0.32, 0.24)


def plate_face(normalised: str, vehicle_class: str, colour: str) -> Image.Image:
    """Return the plate without dirt: one line on cars, two lines on motorcycles."""
    two_lines = vehicle_class in {"motorcycle", "moped", "e_bike"}
    width, height = SHORT if two_lines else LONG
    ground = GROUNDS.get(colour, GROUNDS["white"])
    ink = (18, 20, 22) if colour in {"white", "yellow", "unknown"} else (246, 246, 246)
    face = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(face)
    draw.rounded_rectangle((0, 0, width - 1, height - 1), 26, fill=(*ground, 255))
    draw.rounded_rectangle((8, 8, width - 9, height - 9), 20, outline=(*ink, 255), width=7)
    if two_lines:
        first, second = plate_lines(normalised, vehicle_class)
        _line(face, first, 28, 164, ink)
        _line(face, second, 208, 184, ink)
    else:
        _line(face, format_plate(normalised, vehicle_class), 26, 148, ink)
    return face


def plate_crop(face: Image.Image, seed: int) -> Image.Image:
    """Return the close view a camera sends: slightly turned, a little soft, with its surround."""
    chance = random.Random(seed)  # noqa: S311 -- a drawing, not a secret
    margin = 56
    surround = Image.new("RGB", (face.width + 2 * margin, face.height + 2 * margin), (44, 47, 50))
    draw = ImageDraw.Draw(surround)
    for row in range(surround.height):
        shade = 36 + row * 30 // surround.height
        draw.line((0, row, surround.width, row), fill=(shade, shade + 2, shade + 4))
    surround.paste(face, (margin, margin), face)
    turned = surround.rotate(
        chance.uniform(-2.2, 2.2), Image.Resampling.BICUBIC, fillcolor=(44, 47, 50)
    )
    size = (520, round(520 * turned.height / turned.width))
    small = turned.resize(size, Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.9))
    return ImageEnhance.Brightness(small).enhance(chance.uniform(0.86, 1.04))


def _line(face: Image.Image, text: str, top: int, tall: int, ink: tuple[int, int, int]) -> None:
    """Write one line as wide as the plate allows, tall narrow letters as on the real plate."""
    size = 300
    wide = text_width(text, size)
    strip = Image.new("L", (wide + 8, round(size * 1.1)), 0)
    draw_text(ImageDraw.Draw(strip), (4, 0), text, size, fill=255)
    strip = strip.crop(strip.getbbox())
    room = face.width - 64
    shown = strip.resize(
        (min(room, round(strip.width * tall / strip.height)), tall), Image.Resampling.LANCZOS
    )
    face.paste((*ink, 255), ((face.width - shown.width) // 2, top), shown)
