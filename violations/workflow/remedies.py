"""Rows of complaint, lawsuit and suspension: the case stays, the row beside it moves."""

from django.utils.translation import gettext_lazy as _

from violations.guards import remedies
from violations.workflow.step import DECIDED, PAYABLE, PROPOSE, SIGN, Step

CONTESTABLE = (*DECIDED, "lapsed")

ROWS: tuple[Step, ...] = (
    Step(
        "receive_complaint",
        _("Receive a complaint"),
        CONTESTABLE,
        None,
        PROPOSE,
        "Luật Khiếu nại Đ7, Đ9, Đ33",
        (remedies.complaint_can_be_made,),
        also_system=True,  # what a person sends online is received by its arrival
    ),
    Step(
        "accept_complaint",
        _("Accept the complaint"),
        CONTESTABLE,
        None,
        SIGN,
        "Luật Khiếu nại Đ27; NĐ 155/2026 Đ10, Mẫu 03",
        (remedies.complaint_awaits_acceptance, remedies.court_has_not_the_matter),
    ),
    Step(
        "refuse_complaint",
        _("Do not accept the complaint"),
        CONTESTABLE,
        None,
        SIGN,
        "Luật Khiếu nại Đ11, Đ27; NĐ 155/2026 Đ10, Mẫu 04",
        (remedies.complaint_awaits_acceptance,),
    ),
    Step(
        "hold_dialogue",
        _("Record the dialogue with the complainant"),
        CONTESTABLE,
        None,
        PROPOSE,
        "Luật Khiếu nại Đ30, Đ39; NĐ 155/2026 Đ11",
        (remedies.complaint_is_accepted,),
    ),
    Step(
        "decide_complaint",
        _("Decide the complaint"),
        CONTESTABLE,
        None,
        SIGN,
        "Luật Khiếu nại Đ28, Đ31, Đ37, Đ40",
        (remedies.complaint_is_accepted, remedies.court_has_not_the_matter),
    ),
    Step(
        "withdraw_complaint",
        _("Record that the complaint is withdrawn"),
        (*CONTESTABLE, "annulled"),
        None,
        PROPOSE,
        "Luật Khiếu nại Đ10",
        (remedies.complaint_is_open,),
    ),
    Step(
        "record_lawsuit",
        _("Record a lawsuit"),
        CONTESTABLE,
        None,
        PROPOSE,
        "Luật TTHC Đ116",
        (remedies.no_lawsuit_is_open,),
    ),
    Step(
        "record_judgment",
        _("Record the end of the lawsuit"),
        (*CONTESTABLE, "annulled"),
        None,
        PROPOSE,
        "Luật TTHC Đ193",
        (remedies.lawsuit_is_open,),
    ),
    Step(
        "suspend_execution",
        _("Suspend execution"),
        PAYABLE,
        None,
        SIGN,
        "Luật Khiếu nại Đ35; NĐ 155/2026 Đ12, Mẫu 14a",
        (remedies.is_contested, remedies.is_not_suspended),
    ),
    Step(
        "record_order_sent",
        _("Record that the order of suspension was sent"),
        (*CONTESTABLE, "annulled"),
        None,
        PROPOSE,
        "NĐ 155/2026 Đ12",
        (remedies.order_awaits_sending,),
    ),
    Step(
        "resume_execution",
        _("Resume execution"),
        (*CONTESTABLE, "annulled"),
        None,
        SIGN,
        "Luật Khiếu nại Đ35; NĐ 155/2026 Đ12, Mẫu 14b",
        (remedies.is_suspended,),
    ),
)
