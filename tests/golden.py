"""The words of each form, kept as text files that a reader can compare line by line.

``.venv/bin/python -m tests.golden`` writes them anew; then read the difference before committing.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from notices import rendering
from notices.glyphs import printable

FOLDER = Path(__file__).parent / "notices" / "golden"
TESTS = ("tests/notices/test_golden.py", "tests/violations/test_letters.py")
SWITCH = "WRITE_GOLDEN"
_CODE = "J340V9EHWQPMCT"


def check_golden(kind: str, context: Mapping[str, Any], **changing: str) -> None:
    """Compare the words of a paper with its file; ``changing`` names what differs in every run."""
    words = words_of(kind, context)
    for name, text in changing.items():
        words = words.replace(text, f"⟨{name}⟩")
    path = FOLDER / f"{kind}.txt"
    if os.environ.get(SWITCH):
        path.parent.mkdir(exist_ok=True)
        path.write_text(words)
    assert path.exists(), f"no golden text of {kind}: run python -m tests.golden"
    assert words == path.read_text()


def words_of(kind: str, context: Mapping[str, Any]) -> str:
    """Fill a form and return its words, one line a block, cells parted by bars."""
    reader = _Words()
    reader.feed(rendering._fill(kind, printable(context), _CODE, None))
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line.strip(" |") for line in lines if line.strip(" |")) + "\n"


class _Words(HTMLParser):
    blocks = frozenset(
        ("p", "h1", "h2", "h3", "tr", "div", "section", "figure", "figcaption", "title", "br")
    )

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs).get("class") or ""
        if tag == "span":  # some are lines of their own; those in a line follow a space
            self.parts.append(" ")
        if tag in self.blocks:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" | ")
        elif names == "page-count":
            self.parts.append("⟨pages⟩")
        elif names.startswith(("fill", "rest")):
            self.parts.append(" …… ")
        elif names.startswith("box"):
            self.parts.append(" ☐ ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.blocks:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data.replace("\n", " "))


if __name__ == "__main__":
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS]
    sys.exit(subprocess.run(command, env=os.environ | {SWITCH: "1"}, check=False).returncode)
