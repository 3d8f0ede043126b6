"""Photograph every page the browser tests touch and join the pictures, one sheet a view.

    python -m tests.browser.contact_sheet FOLDER

Runs the tests with pictures switched on, every staff page at every width and in both themes; faults
do not stop it, but it ends with 1 when there was one. ``CONTACT_SHEET_TESTS`` narrows the tests.
Writes FOLDER/*.png, one a page and view, and FOLDER/sheet-<view>.png.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.browser.looking import STAFF_VIEWS, VIEWS

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = {1280: 4, 1440: 4, 1920: 3, 390: 10}
TILE_WIDTH = {1280: 640, 1440: 720, 1920: 960, 390: 300}
MOST_SCREENS = 2.2  # how much of a long page the sheet shows, in screens
LETTERING, GAP = 26, 16
GROUND, INK = (88, 96, 100), (255, 255, 255)


def main(folder: Path) -> int:
    """Take the pictures and join them; returns 1 when a page was not as it should be."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    tests = os.environ.get("CONTACT_SHEET_TESTS", "tests/browser").split()
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *tests, "-v", "-m", "gate"],
        cwd=ROOT,
        env=os.environ | {"BROWSER_SHOTS": str(folder.resolve())},
        check=False,
    )
    join(folder)
    return int(run.returncode != 0)


def join(folder: Path) -> None:
    """Join the pictures of a folder to one sheet a view."""
    for view, size, _scheme, _rules in (*VIEWS, *STAFF_VIEWS):
        shots = sorted(folder.glob(f"*-{view}.png"), key=lambda path: path.stat().st_mtime)
        if shots:
            path = folder / f"sheet-{view}.png"
            _join(shots, view, size).save(path)
            sys.stdout.write(f"{path}: {len(shots)} pages\n")


def _join(shots: list[Path], view: str, size: dict[str, int]) -> Image.Image:
    """Set the pages in columns, each below the shortest so far, in the order they were seen."""
    count, width = COLUMNS[size["width"]], TILE_WIDTH[size["width"]]
    most = int(MOST_SCREENS * size["height"] * width / size["width"])
    heights = [GAP] * count
    placed = []
    for shot in shots:
        with Image.open(shot) as whole:
            height = whole.height * width // whole.width
            tile = (
                whole.convert("RGB").resize((width, height)).crop((0, 0, width, min(height, most)))
            )
        column = heights.index(min(heights))
        placed.append((shot.name.removesuffix(f"-{view}.png"), tile, column, heights[column]))
        heights[column] += tile.height + LETTERING + GAP
    sheet = Image.new("RGB", (count * (width + GAP) + GAP, max(heights)), GROUND)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(18)
    for name, tile, column, top in placed:
        left = GAP + column * (width + GAP)
        draw.text((left, top), name, fill=INK, font=font)
        sheet.paste(tile, (left, top + LETTERING))
    return sheet


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("python -m tests.browser.contact_sheet FOLDER")
    sys.exit(main(Path(sys.argv[1])))
