"""Files an app above keeps beside the evidence of a detection, in the same store (tệp kèm hồ sơ).

What a person hands in during a case is such a file. It is re-hashed like a picture, keeps its bytes
while the evidence it belongs to is kept, and goes with that evidence in the same disposal. This app
knows of no case: who keeps such files says which rows they are.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True)
class Companion:
    """One table of such files: rows with ``sha256`` and ``size``.

    ``rows`` are those with bytes, each annotated with its detection as ``of_detection``; ``of``
    finds the rows of some detections by an index.
    """

    kind: str
    rows: Callable[[], QuerySet[Any]]
    of: Callable[[Collection[uuid.UUID]], QuerySet[Any]]

    def detections(self, key: str) -> list[uuid.UUID]:
        """Return the detection a row belongs to, in a list; empty when it is gone."""
        found = self.rows().filter(pk=key).values_list("of_detection", flat=True)
        return [pk for pk in found if pk is not None]


_companions: dict[str, Companion] = {}


def register(companion: Companion) -> None:
    """Let an app above name its files; once for a kind."""
    _companions[companion.kind] = companion


def registered() -> tuple[Companion, ...]:
    """Return the tables that are known, in the order in which they were named."""
    return tuple(_companions.values())


def find(kind: str) -> Companion | None:
    """Return the table of a kind, None for a kind of our own."""
    return _companions.get(kind)


def files_of(detection_ids: Collection[uuid.UUID]) -> Iterable[tuple[str, int]]:
    """Yield the hash and size of each file that goes with these detections."""
    for companion in registered():
        yield from companion.of(detection_ids).order_by("pk").values_list("sha256", "size")


def owners(sha256: str) -> set[uuid.UUID]:
    """Return the detections beside which these bytes are kept."""
    found: set[uuid.UUID] = set()
    for companion in registered():
        rows = companion.rows().filter(sha256=sha256)
        found |= {pk for pk in rows.values_list("of_detection", flat=True) if pk is not None}
    return found
