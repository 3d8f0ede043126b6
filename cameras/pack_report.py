"""The findings about an evidence pack: one line each, right, wrong or a note. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cameras.checkpoint_texts import Statement

OK, FAULT, NOTE = "OK", "SAI", "CHÚ Ý"
#: What a manifest somebody wrote by hand may make our reading of it raise.
_ODD = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)


@dataclass(frozen=True)
class Line:
    """One finding: OK, wrong, or a note; in Vietnamese and in English."""

    state: str
    subject: str
    vi: str
    en: str


@dataclass
class Report:
    """The findings so far, and the pack they are about."""

    contents: Mapping[str, bytes]
    lines: list[Line] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    statement: Statement | None = None

    def say(self, right: bool, subject: str, good: tuple[str, str], bad: tuple[str, str]) -> None:
        """Add a line: the first words when it is right, the second when it is wrong."""
        self.lines.append(Line(OK if right else FAULT, subject, *(good if right else bad)))

    def wrong(self, subject: str, vi: str, en: str) -> None:
        """Add a line about what is wrong."""
        self.lines.append(Line(FAULT, subject, vi, en))

    def note(self, subject: str, vi: str, en: str) -> None:
        """Add a line that is neither right nor wrong."""
        self.lines.append(Line(NOTE, subject, vi, en))

    def attempt(self, subject: str, check: Callable[[], None]) -> None:
        """Run one check; what cannot even be read is wrong."""
        try:
            check()
        except _ODD:
            self.wrong(subject, "không đọc được", "cannot be read")
