"""What the camera prints on its pictures, and how it stores them."""

import io
import random
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from cameras.lettering import draw_text, text_width
from cameras.scene.view import HEIGHT, WIDTH

ILLUSTRATION = "ẢNH MINH HỌA"
_BAR = 40
_SIZE = 23
QUALITY = 82


def print_bar(picture: Image.Image, *lines: str) -> None:
    """Print black data lines across the head, and that the picture is a drawing."""
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, _BAR * len(lines) + 2), fill=(6, 7, 8))
    mark = WIDTH - text_width(ILLUSTRATION, _SIZE, "mono") - 18
    draw_text(draw, (mark, 8), ILLUSTRATION, _SIZE, fill=(255, 184, 28), family="mono")
    for number, line in enumerate(lines):
        room = (mark if number == 0 else WIDTH) - 48
        size = _SIZE
        while size > 12 and text_width(line, size, "mono") > room:
            size -= 1
        top = number * _BAR + 8 + (_SIZE - size) // 2
        draw_text(draw, (18, top), line, size, fill=(240, 242, 240), family="mono")


def as_photograph(picture: Image.Image, seed: int) -> Image.Image:
    """Return the drawing with a lens's softness, darker corners and a sensor's grain."""
    soft = picture.filter(ImageFilter.GaussianBlur(0.55))
    soft = ImageChops.multiply(soft, _corners())
    grain = _grain(seed % 7)
    return ImageChops.add(soft, grain, 1, -128)


def to_jpeg(picture: Image.Image, quality: int = QUALITY) -> bytes:
    """Return JPEG bytes without any metadata."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, subsampling=2)
    return out.getvalue()


@lru_cache(maxsize=1)
def _corners() -> Image.Image:
    small = Image.new("L", (96, 54), 205)
    ImageDraw.Draw(small).ellipse((-8, -10, 104, 64), fill=255)
    soft = small.filter(ImageFilter.GaussianBlur(9))
    wide = soft.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    return Image.merge("RGB", (wide, wide, wide))


@lru_cache(maxsize=7)
def _grain(seed: int) -> Image.Image:
    """Return grey noise around 128; the sum of four bytes is nearly a bell curve."""
    chance = random.Random(seed)  # noqa: S311 -- a drawing, not a secret
    layers = [
        Image.frombytes("L", (WIDTH, HEIGHT), chance.randbytes(WIDTH * HEIGHT)) for _ in range(4)
    ]
    pair = ImageChops.blend(layers[0], layers[1], 0.5), ImageChops.blend(layers[2], layers[3], 0.5)
    grey = ImageChops.blend(*pair, 0.5).point(lambda value: 128 + (value - 128) // 10)
    return Image.merge("RGB", (grey, grey, grey))
