"""What an act on the case page is: its button, its form, and the one call that takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from violations.actors import Actor
from violations.admin.case_forms import ActForm
from violations.models import Violation

Take = Callable[[Violation, Any, Actor, datetime], None]


@dataclass(frozen=True)
class Act:
    """One act of the page: its button, its form, and the one call that takes it."""

    button: str
    form: type[ActForm]
    consequence: str
    take: Take
    is_final: bool = False
