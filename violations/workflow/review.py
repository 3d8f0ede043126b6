"""Rows of the review: from the detection to the owner, with the second pair of eyes."""

from django.utils.translation import gettext_lazy as _

from violations.guards import evidence, verdicts
from violations.workflow.step import ADJUDICATE, APPROVE_RECALL, BEFORE_DECISION, REVIEW, Step

LOOKED_AT = ("verified", "owner_identified", "notified")  # a verification, until the record

ROWS: tuple[Step, ...] = (
    Step("open", _("Open the case"), ("",), "detected", None, "TT 73/2024 Đ15 k2"),
    Step(
        "verify",
        _("Verify the violation"),
        ("detected",),
        "verified",
        REVIEW,
        "Luật XLVPHC Đ64; NĐ 61/2026 Đ14",
        (
            evidence.before_the_time_bar,
            evidence.evidence_is_whole,
            evidence.device_was_certified,
            evidence.clock_was_possible,
            evidence.plate_is_for_the_automatic_road,
            evidence.verifier_is_fresh,
            evidence.camera_is_not_recalled,
        ),
    ),
    Step(
        "reject",
        _("Reject at review"),
        ("detected",),
        "rejected",
        REVIEW,
        "Luật XLVPHC Đ3 k1đ",
        (evidence.verifier_is_fresh,),
    ),
    Step(
        "draw_second_look",
        _("Draw for a second look"),
        ("verified", "rejected"),
        None,
        None,
        "Luật XLVPHC Đ3 k1đ",
    ),
    Step(
        "withdraw_verdict",
        _("Withdraw one's own verdict"),
        ("verified", "owner_identified", "rejected"),
        "detected",
        REVIEW,
        "Luật XLVPHC Đ3 k1đ",
        (
            evidence.before_the_time_bar,
            verdicts.verdict_is_ones_own,
            verdicts.nothing_rests_on_the_verdict,
        ),
    ),
    Step(
        "reject_recalled",
        _("Reject: what the camera recorded is recalled"),
        ("detected",),
        "rejected",
        APPROVE_RECALL,
        "Luật XLVPHC Đ3 k1đ, Đ64",
    ),
    Step(
        "identify_owner",
        _("Identify the owner"),
        ("verified",),
        "owner_identified",
        None,
        "TT 73/2024 Đ24 k1a",
        (evidence.before_the_time_bar,),
    ),
    Step(
        "ask_second_look",
        _("Ask for a second look"),
        LOOKED_AT,
        None,
        REVIEW,
        "Luật XLVPHC Đ3 k1đ",
        (
            evidence.before_the_time_bar,
            evidence.no_second_look_is_open,
            evidence.verification_stands,
        ),
        also_system=True,  # a person says in writing that it was not his vehicle
    ),
    Step(
        "look_again",
        _("Answer the second look"),
        (*LOOKED_AT, "rejected"),
        None,
        REVIEW,
        "Luật XLVPHC Đ3 k1đ",
        (
            evidence.second_look_is_open,
            evidence.looker_did_not_verify,
            evidence.looker_has_no_other_part,
        ),
    ),
    Step(
        "adjudicate",
        _("Settle a disagreement"),
        (*LOOKED_AT, "rejected"),
        None,
        ADJUDICATE,
        "Luật XLVPHC Đ3 k1đ",
        (evidence.second_look_disagreed, evidence.adjudicator_is_nobody_else),
    ),
    Step(
        "overturn",
        _("Reject after a second look"),
        ("verified", "owner_identified"),
        "rejected",
        ADJUDICATE,
        "Luật XLVPHC Đ3 k1đ",
        (evidence.second_look_found_against,),
    ),
    Step(
        "reinstate",
        _("Back to the review after a second look"),
        ("verified", "owner_identified", "rejected"),
        "detected",
        ADJUDICATE,
        "Luật XLVPHC Đ3 k1đ",
        (evidence.second_look_found_against,),
    ),
    Step(
        "bar_by_time",
        _("End: the time bar has passed"),
        BEFORE_DECISION,
        "time_barred",
        None,
        "Luật XLVPHC Đ6",
        (evidence.time_bar_has_passed,),
    ),
)
