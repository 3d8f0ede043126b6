"""THE TABLE: every step a case can take, from where to where, by whom, and what must hold.

The rows stand by stage in the modules of this package; none of them imports a model. One function
an act takes each row, and whatever is not a row here is refused. ``manage.py workflow`` prints the
table, and the README's diagram is made from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from violations.workflow import decision, execution, money, procedure, remedies, review
from violations.workflow.step import (
    BEFORE_DECISION,
    BEFORE_NOTICE,
    DECIDED,
    ENDED,
    PAYABLE,
    PUBLIC,
    Step,
)

if TYPE_CHECKING:
    from datetime import datetime

    from violations.actors import Actor
    from violations.models import Violation

__all__ = [
    "BEFORE_DECISION",
    "BEFORE_NOTICE",
    "DECIDED",
    "ENDED",
    "PAYABLE",
    "PUBLIC",
    "STEPS",
    "TABLE",
    "Step",
    "diagram",
    "obstacles",
    "possible",
]

TABLE: tuple[Step, ...] = (
    *review.ROWS,
    *procedure.ROWS,
    *decision.ROWS,
    *execution.ROWS,
    *money.ROWS,
    *remedies.ROWS,
)

STEPS: dict[str, Step] = {step.name: step for step in TABLE}


def obstacles(step: Step, case: Violation, by: Actor, at: datetime) -> Iterator[str]:
    """Yield every reason, as a sentence, why this step may not be taken now; none means it may."""
    if case.status not in step.origins:
        yield gettext("The case stands at “%(status)s”; this step is not taken from there.") % {
            "status": case.get_status_display()
        }
        return
    if not (by.may(step.permission) or (step.also_system and by.is_system)):
        yield gettext("Your role does not include this step. Ask your administrator.")
        return
    if not (by.is_system or step.across_units or case.unit.code in by.unit_codes):
        yield gettext("The case belongs to another unit.")
        return
    for guard in step.guards:
        sentence = guard(case, by, at)
        if sentence is not None:
            yield sentence


def possible(case: Violation, by: Actor, at: datetime) -> list[tuple[Step, list[str]]]:
    """Judge every step that starts where the case stands: the step and its obstacles."""
    return [
        (step, list(obstacles(step, case, by, at))) for step in TABLE if case.status in step.origins
    ]


def diagram() -> str:
    """Draw the table as a Mermaid state diagram; steps that stay in place are left out."""
    lines = ["stateDiagram-v2", "    direction LR"]
    for step in TABLE:
        if step.to is None:
            continue
        for origin in step.origins:
            lines.append(f"    {origin or '[*]'} --> {step.to}: {step.name}")
    return "\n".join(lines)
