"""THE TABLE: every step a case can take, from where to where, by whom, and what must hold.

This module imports no model. ``actions`` has one function for each row; whatever is not a row here
is refused. ``manage.py workflow`` prints it, and the README's diagram is made from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_lazy

from violations import guards
from violations.guards import Guard

if TYPE_CHECKING:
    from datetime import datetime

    from violations.actors import Actor
    from violations.models import Violation

BEFORE_NOTICE = ("detected", "verified", "owner_identified")
BEFORE_DECISION = (*BEFORE_NOTICE, "notified", "recorded")
PUBLIC = ("notified", "recorded", "decided", "served", "enforced", "paid", "closed")
PAYABLE = ("decided", "served", "enforced")
ENDED = ("closed", "rejected", "dismissed", "time_barred", "lapsed", "annulled")


@dataclass(frozen=True)
class Step:
    """One row: ``to`` None means that the case stays where it is.

    ``permission`` None means that the system alone takes the step.
    """

    name: str
    title: str
    origins: tuple[str, ...]
    to: str | None
    permission: str | None
    article: str
    guards: tuple[Guard, ...] = ()


_ = gettext_lazy

TABLE: tuple[Step, ...] = (
    Step("open", _("Open the case"), ("",), "detected", None, "TT 73/2024 Đ15 k2"),
    Step(
        "verify",
        _("Verify the violation"),
        ("detected",),
        "verified",
        "violations.review_case",
        "Luật XLVPHC Đ64; NĐ 61/2026 Đ14",
        (
            guards.before_the_time_bar,
            guards.evidence_is_whole,
            guards.device_was_certified,
            guards.clock_was_possible,
            guards.plate_is_for_the_automatic_road,
        ),
    ),
    Step(
        "reject",
        _("Reject at review"),
        ("detected",),
        "rejected",
        "violations.review_case",
        "Luật XLVPHC Đ3 k1đ",
    ),
    Step(
        "identify_owner",
        _("Identify the owner"),
        ("verified",),
        "owner_identified",
        None,
        "TT 73/2024 Đ24 k1a",
        (guards.before_the_time_bar,),
    ),
    Step(
        "propose_notice",
        _("Propose the notice"),
        ("owner_identified",),
        None,
        "violations.propose_papers",
        "TT 73/2024 Đ24 k1c",
        (guards.before_the_time_bar, guards.owner_is_known, guards.vehicle_matches_register),
    ),
    Step(
        "sign_notice",
        _("Sign the notice"),
        ("owner_identified",),
        "notified",
        "violations.sign_papers",
        "TT 73/2024 Đ24 k1c, Mẫu 01/73",
        (guards.before_the_time_bar, guards.signer_did_not_verify),
    ),
    Step(
        "name_offender",
        _("Record who drove"),
        ("notified",),
        None,
        "violations.propose_papers",
        "NĐ 168/2024 Đ47 k6, k8b",
        (guards.before_the_time_bar, guards.offender_not_named_yet),
    ),
    Step(
        "propose_record",
        _("Propose the violation record"),
        ("notified",),
        None,
        "violations.propose_papers",
        "NĐ 61/2026 Đ15 k1c; NĐ 118/2021 Đ12",
        (guards.before_the_time_bar, guards.offender_is_named),
    ),
    Step(
        "sign_record",
        _("Make the violation record"),
        ("notified",),
        "recorded",
        "violations.sign_papers",
        "Luật XLVPHC Đ58; NĐ 118/2021 Đ12",
        (guards.before_the_time_bar, guards.offender_is_named, guards.signer_did_not_verify),
    ),
    Step(
        "waive_explanation",
        _("Record that the person gives up explaining"),
        ("recorded",),
        None,
        "violations.propose_papers",
        "Luật XLVPHC Đ61",
        (guards.explanation_is_open,),
    ),
    Step(
        "propose_decision",
        _("Propose the decision"),
        ("recorded",),
        None,
        "violations.propose_papers",
        "Luật XLVPHC Đ57, Đ67",
        (guards.before_the_time_bar, guards.within_the_decision_period),
    ),
    Step(
        "sign_decision",
        _("Sign the decision"),
        ("recorded",),
        "decided",
        "violations.sign_papers",
        "Luật XLVPHC Đ66–68",
        (
            guards.before_the_time_bar,
            guards.within_the_decision_period,
            guards.explanation_is_over,
            guards.signer_did_not_verify,
            guards.signer_has_the_power,
        ),
    ),
    Step(
        "return_draft",
        _("Return a draft"),
        ("owner_identified", "notified", "recorded"),
        None,
        "violations.sign_papers",
        "NĐ 30/2020 Đ10–13",
    ),
    Step(
        "record_posting",
        _("Hand a paper to the post"),
        ("notified", "recorded", "decided", "served", "enforced", "paid"),
        None,
        "notices.print_notice",
        "Luật XLVPHC Đ70",
    ),
    Step(
        "serve_decision",
        _("Record that the decision was received"),
        ("decided",),
        "served",
        "violations.record_service",
        "Luật XLVPHC Đ70; NĐ 118/2021 Đ17a",
    ),
    Step(
        "receive_payment",
        _("Receive a payment"),
        (*PAYABLE, "paid", "closed"),
        None,
        None,
        "Luật XLVPHC Đ78; NĐ 118/2021 Đ20",
    ),
    Step(
        "settle",
        _("Find the fine paid in full"),
        PAYABLE,
        "paid",
        None,
        "Luật XLVPHC Đ73, Đ78",
        (guards.paid_in_full,),
    ),
    Step(
        "close",
        _("Close the case"),
        ("paid",),
        "closed",
        None,
        "TT 73/2024 Đ24 k3–4",
        (guards.paid_in_full,),
    ),
    Step(
        "dismiss",
        _("End without a sanction"),
        BEFORE_DECISION[1:],
        "dismissed",
        "violations.sign_papers",
        "Luật XLVPHC Đ65",
        (guards.signer_did_not_verify,),
    ),
    Step(
        "pass_decision_period",
        _("End: the period for the decision has passed"),
        ("recorded",),
        "dismissed",
        None,
        "Luật XLVPHC Đ65 k1c, Đ66",
        (guards.decision_period_has_passed,),
    ),
    Step(
        "bar_by_time",
        _("End: the time bar has passed"),
        BEFORE_DECISION,
        "time_barred",
        None,
        "Luật XLVPHC Đ6",
        (guards.time_bar_has_passed,),
    ),
    Step(
        "lapse",
        _("End: the decision is no longer executed"),
        ("decided", "served", "enforced"),
        "lapsed",
        None,
        "Luật XLVPHC Đ74",
        (guards.execution_period_has_passed,),
    ),
)

STEPS: dict[str, Step] = {step.name: step for step in TABLE}


def obstacles(step: Step, case: Violation, by: Actor, at: datetime) -> Iterator[str]:
    """Yield every reason, as a sentence, why this step may not be taken now; none means it may."""
    if case.status not in step.origins:
        yield gettext("The case stands at “%(status)s”; this step is not taken from there.") % {
            "status": case.get_status_display()
        }
        return
    if not by.may(step.permission):
        yield gettext("Your role does not include this step. Ask your administrator.")
        return
    if not by.is_system and case.unit.code not in by.unit_codes:
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
