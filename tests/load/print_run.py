"""A print run of 1,000 notices with photographs of their own, joined in bounded memory.

The notices are laid out from golden contexts with names and numbers of their own; each photograph
is a JPEG whose bytes exist once. Joining runs in a process of its own, whose greatest memory is reported,
and afterwards every photograph is looked for in the joined file, byte for byte.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

NOTICES = 1000
JOIN = """
import json, re, sys, time
from pathlib import Path
import django
django.setup()
from notices.merging import merge_into
folder = Path(sys.argv[1])


def peak_mb():  # not ru_maxrss, which a child inherits from its parent
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024


before = peak_mb()
began = time.monotonic()
with (folder / "joined").open("w+b") as target:
    pages = merge_into(target, (p.read_bytes() for p in sorted(folder.glob("*.pdf"))), duplex=True)
print(json.dumps({
    "pages": pages,
    "seconds": round(time.monotonic() - began, 1),
    "peak_mb": peak_mb(),
    "peak_before_mb": before,
}))
"""


def measure(_portal: Any) -> dict[str, Any]:
    """Return the figures; checks pages, photographs and the bounds of the issue."""
    from config.settings import DATA_DIR

    with tempfile.TemporaryDirectory(dir=DATA_DIR, prefix="print-run-") as name:
        folder = Path(name)
        began = time.monotonic()
        photographs = _write_notices(folder)
        made_in = time.monotonic() - began
        done = subprocess.run(
            [sys.executable, "-c", JOIN, name], capture_output=True, text=True, check=True
        )
        told = json.loads(done.stdout.splitlines()[-1])
        parts = [path.stat().st_size for path in folder.glob("*.pdf")]
        joined = (folder / "joined").read_bytes()
        pictures = sum(len(each) for each in photographs)
        missing = sum(each not in joined for each in photographs)
        assert missing == 0
        assert len({hash(each) for each in photographs}) == len(photographs)
        without = (len(joined) - pictures) / (sum(parts) - pictures)
        assert told["peak_mb"] < 700, told
        assert without <= 0.5, without
    return {
        "notices": len(parts),
        "photographs": len(photographs),
        "made_in_seconds": round(made_in, 1),
        **told,
        "parts_mb": round(sum(parts) / 2**20, 1),
        "photographs_mb": round(pictures / 2**20, 1),
        "joined_mb": round(len(joined) / 2**20, 1),
        "share_without_photographs": round(without, 3),
    }


def _write_notices(folder: Path) -> list[bytes]:
    """Write the notices into a folder in their order; returns the photographs in them."""
    import pikepdf

    from notices.rendering import render
    from tests.notices.contexts import context
    from tests.notices.making import CODE

    photographs = []
    for order in range(NOTICES):
        names = [picture["sha256"] for picture in context("TB0173")["images"]]
        pictures = {name: _photo(f"{order} {place}") for place, name in enumerate(names)}
        paper = render(
            "TB0173",
            context("TB0173", number=f"{order + 1}/TB-CSGT"),
            pictures,
            lookup_code=CODE,
        )
        path = folder / f"{order:05}.pdf"
        path.write_bytes(paper.pdf)
        with pikepdf.open(path) as pdf:  # WeasyPrint may write a JPEG anew, so take what it wrote
            photographs += [
                bytes(image.read_raw_bytes())
                for page in pdf.pages
                for image in page.images.values()
            ]
    return list(dict.fromkeys(photographs))


def _photo(label: str) -> bytes:
    """Return a photograph of the size that is printed, with bytes that no other notice has.

    One picture with a comment of its own (JPEG, segment COM): drawing 2,000 would take longer than
    all that is measured, and the joining compares bytes, not sights.
    """
    from tests.notices.particulars import PICTURES

    data, comment = next(iter(PICTURES.values())), label.encode()
    return data[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + data[2:]
