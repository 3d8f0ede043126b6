"""The second reading of plates: how long a photo takes, and how much of that is the engine's.

Runs over the study's photographs where they lie (``../shared/samples/photos``), whole, as for a
camera that marks no plate. The ratio is to a bare call of the engine with the same bytes. Real
plates are personal data, so the line tells only their form (9 for a digit, A for a letter);
``SHOW_PLATES=1`` prints what was read to the error stream, which keeps nothing.

Without the extra ``cross-read`` it says so and measures nothing.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import Any

from tests.scratch import ROOT, ScratchPortal

PHOTOS = ROOT.parent / "shared" / "samples" / "photos"
ROUNDS = 3


def measure(portal: ScratchPortal) -> dict[str, Any]:
    """Return for each photo what was read, the score and the milliseconds, and the ratio."""
    from cameras import reading_engine
    from cameras.images import safe_copy
    from cameras.plate_lines import as_text, find_plate

    folder = os.environ.get("PHOTOS", str(PHOTOS))
    photos = sorted(os.path.join(folder, name) for name in _names(folder))
    if not reading_engine.is_available() or not photos:
        return {"skipped": "the extra cross-read or the study's photographs are not here"}
    began = time.perf_counter()
    engine = reading_engine.engine()
    results, ours, bare = [], [], []
    for path in photos:
        with open(path, "rb") as photo:
            data = photo.read()
        mine, alone = [], []
        for _round in range(ROUNDS):
            start = time.perf_counter()
            lines = engine(safe_copy(data, reading_engine.LONGEST_SIDE))
            found = find_plate(lines)
            mine.append((time.perf_counter() - start) * 1000)
            start = time.perf_counter()
            engine(data)
            alone.append((time.perf_counter() - start) * 1000)
        text = found.text if found else as_text(lines)
        if os.environ.get("SHOW_PLATES") == "1":
            print(os.path.basename(path), text, file=sys.stderr)
        results.append(
            {
                "photo": os.path.basename(path),
                "is_plate": found is not None,
                "form": _form(text),
                "score": found.score if found else None,
                "ms": round(statistics.median(mine)),
            }
        )
        ours.append(statistics.median(mine))
        bare.append(statistics.median(alone))
    return {
        "engine": reading_engine.engine_name(),
        "threads": 1,
        "photos": len(results),
        "plates": sum(result["is_plate"] for result in results),
        "ms_a_photo": round(statistics.mean(ours)),
        "bare_engine_ms": round(statistics.mean(bare)),
        "ratio": round(sum(ours) / sum(bare), 2),
        "seconds": round(time.perf_counter() - began, 1),
        "results": results,
    }


def _names(folder: str) -> list[str]:
    found = os.listdir(folder) if os.path.isdir(folder) else []
    return [name for name in found if name.lower().endswith(".jpg")]


def _form(text: str) -> str:
    return "".join("9" if c.isdigit() else "A" if c.isalpha() else c for c in text)
