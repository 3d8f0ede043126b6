"""What speaks against verifying a case, computed before anybody decides: flags, worst first.

A flag that blocks must be resolved before the case can be verified. A flag that asks for a second
look lets it pass on no one person's word: whoever verifies, another officer must look again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from violations.models import Violation
    from violations.registry_preview import Preview

MOST_SHOWN = 3


@dataclass(frozen=True)
class Flag:
    """One flag: ``tone`` is ``bad``, ``warn`` or ``info``; ``code`` is kept with the verdict."""

    code: str
    title: str
    text: str = ""
    tone: str = "warn"
    blocks: bool = False
    asks_second_look: bool = False


def flags_of(
    case: Violation,
    *,
    at: datetime,
    plate_confirmed: bool = False,
    register: Preview | None = None,
) -> list[Flag]:
    """Return every flag of a case as it stands in memory, worst first.

    ``case.plate`` is the plate on the screen, also a corrected one; ``plate_confirmed`` says that
    the officer compared it with the cut-out by hand; ``register`` is what the register said of it,
    None when it was not asked.
    """
    return []
