"""The light beyond the stop line, with its countdown."""

from PIL import Image, ImageDraw

from cameras.adapters.contract import Box
from cameras.lettering import draw_text, text_width
from cameras.scene.geometry import HALF_ROAD, STOP_LINE, VIEW
from cameras.scene.view import DAYLIGHTS, Canvas, tone

LIGHT_AT = (8.6, 31.0, 5.15)


def light_boxes() -> list[Box]:
    """Return where the light and the stop line are in the picture."""
    x, y, z = LIGHT_AT
    signal = [(x - 0.55, y, z - 0.45), (x + 1.25, y, z + 1.75)]
    line = [(0.0, STOP_LINE, 0.0), (HALF_ROAD, STOP_LINE + 0.5, 0.0)]
    return [VIEW.box("signal", signal), VIEW.box("line", line)]


def draw_light(picture: Image.Image, daylight: str, seconds_left: int, state: str = "red") -> None:
    """Hang the light with its countdown on the arm."""
    light = DAYLIGHTS[daylight]
    x, y, z = LIGHT_AT
    left, top = (round(part) for part in VIEW.pixel((x - 1.6, y, z + 2.2)))
    right, bottom = (round(part) for part in VIEW.pixel((HALF_ROAD + 2.6, y, 0.0)))
    top = max(0, top)
    canvas = Canvas(VIEW, fine=4, left=left, top=top, size=(right - left, bottom - top), clear=True)
    steel = light((96, 102, 108))
    canvas.stroke([(HALF_ROAD + 1.4, y, 0.0), (HALF_ROAD + 1.4, y, z + 1.2)], 0.24, steel)
    canvas.stroke([(HALF_ROAD + 1.4, y, z + 1.1), (x - 0.2, y, z + 1.25)], 0.13, steel)
    canvas.wall(x - 0.34, x + 0.34, z - 0.32, z + 1.62, y, (18, 20, 22))
    lamps = [
        ("red", 1.28, (255, 40, 34)),
        ("yellow", 0.65, (255, 190, 40)),
        ("green", 0.02, (40, 220, 120)),
    ]
    for name, rise, colour in lamps:
        centre = (x, y, z + rise)
        if name == state:
            canvas.glow(centre, 0.85, colour, 120)
            canvas.disc(centre, 0.27, colour)
            canvas.disc((x - 0.05, y, z + rise + 0.05), 0.10, (255, 214, 196))
        else:
            canvas.disc(centre, 0.25, tone(colour, 0.17))
    canvas.wall(x + 0.42, x + 1.22, z + 0.72, z + 1.52, y, (16, 17, 19))
    face = Image.new("RGBA", (160, 160), (16, 17, 19, 255))
    text = f"{seconds_left:02d}"
    lit = {"red": (255, 60, 46), "green": (60, 230, 130)}.get(state, (255, 190, 40))
    draw_text(
        ImageDraw.Draw(face),
        ((160 - text_width(text, 116, "mono")) // 2, 12),
        text,
        116,
        fill=lit,
        family="mono",
    )
    canvas.paste_on(
        face,
        [
            (x + 0.44, y, z + 1.5),
            (x + 1.2, y, z + 1.5),
            (x + 1.2, y, z + 0.74),
            (x + 0.44, y, z + 0.74),
        ],
    )
    patch = canvas.reduced()
    picture.paste(patch, (left, top), patch)
