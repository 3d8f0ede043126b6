"""The evidence of a case as pages show it: pictures, films, what the files say of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cameras.evidence import disposed_at
from cameras.models import EvidenceFile
from cameras.wording import FLAGS, exif_in_words, word
from violations.admin.evidence_view import NOT_SHOWN
from violations.models import Violation

#: What a file says that an officer should weigh; the rest of the flags concern its bytes.
DOUBTFUL = ("exif_edited", "time_mismatch")


@dataclass(frozen=True)
class Claim:
    """What one picture says of itself (EXIF) and what was noticed about it; never proof."""

    number: int
    said: tuple[tuple[str, str], ...]
    noticed: tuple[str, ...]
    is_doubtful: bool

    @property
    def says_something(self) -> bool:
        """Tell whether there is more than that it resembles another, which is the rule."""
        return bool(self.said or self.noticed != (word(FLAGS, "near_duplicate"),))


def shown(case: Violation) -> dict[str, Any]:
    """Return pictures and films that the page of a case shows, and the holds upon them."""
    files = list(case.detection.evidence.exclude(role=NOT_SHOWN).order_by("position"))
    return {
        "pictures": [file for file in files if file.media_type == "image/jpeg"],
        "films": films(files),
        "disposed_at": disposed_at(case.detection),
        "holds": list(case.detection.holds.filter(lifted_at__isnull=True).order_by("pk")),
    }


def films(files: Iterable[EvidenceFile]) -> list[EvidenceFile]:
    """Return the films among files."""
    return [file for file in files if file.role == EvidenceFile.FILM]


def claims(case: Violation, files: Iterable[EvidenceFile]) -> list[Claim]:
    """Return what each picture says of itself; pictures that say nothing are left out."""
    told = {
        image.get("sha256"): image.get("exif") or {}
        for image in (case.detection.canonical or {}).get("images", [])
    }
    found = []
    for number, file in enumerate(files, start=1):
        said = exif_in_words(told.get(file.sha256, {}))
        noticed = tuple(word(FLAGS, flag) for flag in file.flags)
        if said or noticed:
            doubtful = any(flag in file.flags for flag in DOUBTFUL)
            found.append(Claim(number, said, noticed, doubtful))
    return found
