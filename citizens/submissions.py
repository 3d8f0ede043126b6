"""Receive what a person sends in a case, once, and let follow what the law ties to its arrival.

Which arrival is the legal act itself, and which waits for an officer:

* a written explanation and the request for a hearing: at once. Đ61 k2, k3 count from the day they
  reach the unit; if they waited on a desk, a decision could be signed without them;
* a complaint in time: at once. The seven working days to accept it run from its receipt
  (NĐ 155/2026 Đ10). A late one waits: an officer weighs what kept the person, and the days of an
  obstacle are not counted (Luật Khiếu nại Đ9);
* a request for relief, with the paper that confirms the hardship: at once. The five working days
  run from its receipt and no late charge is added meanwhile (Đ76 k2, Đ77 k6; TT 18/2023 Đ5 k2);
* "not my vehicle" and a copied plate, before the record: another officer looks again at once, and
  no paper goes out while he has not (Đ3 k1đ). That the plate is entered as copied waits for an
  officer, because it touches every later picture of it;
* giving up the explanation, and "never received": an officer. Nobody loses a right by a click, and
  nothing in the law stops a period because a person says that a paper did not come (Đ70).

Whenever an officer acts, the day counted is the day in Viet Nam on which the person sent it.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from citizens import uploads
from citizens.answers import BY_NAME, Opening, opening_of, reaches
from citizens.grants import Level
from citizens.models import Submission, UploadDraft
from citizens.person import parties_of
from notices.calendars import current_calendar
from notices.lookup_codes import ALPHABET, check_symbol
from violations import complaints, deadlines, explanations, reliefs, second_looks
from violations.actors import SYSTEM
from violations.answers_above import receive_submission
from violations.guards import Refused, day_in_viet_nam, print_day
from violations.models import Party, SecondLook, Violation
from violations.workflow import STEPS, obstacles

Kind = Submission.Kind
RELIEFS = (Kind.DEFERRAL, Kind.REDUCTION, Kind.INSTALMENTS)
#: The clock an officer has from the day a kind was received.
CLOCKS = {
    Kind.COMPLAINT: "complaint_accepted_due",
    Kind.DEFERRAL: "relief_decided_due",
    Kind.REDUCTION: "relief_decided_due",
    Kind.INSTALMENTS: "relief_decided_due",
}


@dataclass(frozen=True)
class Sent:
    """What a person filled in: the text, what this kind asks, and who wrote."""

    text: str
    writer_name: str
    writer_as: str
    level: Level
    person: str = ""
    contact: str = ""
    address: str = ""
    statement: Mapping[str, str] = field(default_factory=dict)


def submit(
    case_id: uuid.UUID, kind: str, sent: Sent, *, form_key: uuid.UUID, at: datetime
) -> Submission:
    """Receive an answer and take the act that follows from it; one key makes one row.

    The second press of the same form, or the same form in another tab, returns what the first made.
    Raises Refused when the answer is not open any more, needs a proof of who writes, lacks its
    paper, or is the second of its kind that waits; nothing is half-written then.
    """
    with transaction.atomic():
        Violation.objects.select_for_update().only("pk").get(pk=case_id)
        known = Submission.objects.filter(form_key=form_key, case_id=case_id).first()
        if known is not None:
            return known
        case = Violation.objects.select_related("explanation", "decision", "rule", "unit").get(
            pk=case_id
        )
        opening = _insist(case, kind, sent, form_key, at)
        number = _new_number()
        act, due_on = _follow(case, kind, sent, opening, number, at)
        submission: Submission = Submission.objects.create(
            case_id=case_id,
            kind=kind,
            number=number,
            form_key=form_key,
            text=sent.text,
            statement=dict(sent.statement),
            writer_name=sent.writer_name,
            writer_as=sent.writer_as,
            contact=sent.contact,
            address=sent.address,
            level=sent.level.value,
            person=sent.person,
            received_at=at,
            due_on=due_on,
            act=act,
        )
        receive_submission(case_id, kind=kind, number=number, act=act, at=at)
        uploads.send_with(submission)
    return submission


def needs_paper(kind: str) -> bool:
    """Tell whether a kind must come with a paper that confirms it. Luật XLVPHC Đ76, Đ77, Đ79"""
    return kind in RELIEFS


def of_another(case: Violation, kind: str, person: str) -> str:
    """Return why a person of the case may not send this kind, "" where he may.

    To explain, to complain and to ask for relief are rights of the violator, not of the owner of
    the vehicle he drove. Luật XLVPHC Đ15, Đ61, Đ76, Đ77, Đ79; ``person`` as in ``Grant``.
    """
    if BY_NAME[kind].level is not Level.PERSON:
        return ""
    parties = parties_of(case, bytes.fromhex(person))
    if any(party.role == Party.Role.OFFENDER for party in parties):
        return ""
    return gettext(
        "Only the person whom the record and the decision name may send this. Give the paper to "
        "whoever drove."
    )


def _insist(case: Violation, kind: str, sent: Sent, form_key: uuid.UUID, at: datetime) -> Opening:
    """Return how the answer is open. Raises Refused, a sentence for what is in the way."""
    if not reaches(sent.level, BY_NAME[kind].level):
        raise Refused(gettext("Show first who you are; this answer names a person."))
    if sentence := of_another(case, kind, sent.person):
        raise Refused(sentence)
    if Submission.objects.filter(case=case, kind=kind, state=Submission.State.RECEIVED).exists():
        raise Refused(
            gettext("You have sent this already and an officer has it; wait for the answer.")
        )
    opening = opening_of(kind, case, at=at)
    if opening is None and kind == Kind.EXPLANATION and case.status == "recorded":
        raise Refused(
            gettext("This right ended on %(day)s (Đ61); the paper goes into the file, no more.")
            % {"day": print_day(case.explanation.due_on)}
        )
    if opening is None:
        raise Refused(
            gettext(
                "This answer is no longer open: the case has moved on since you began. What you "
                "wrote is kept here; see on the case page what is possible now."
            )
        )
    if needs_paper(kind) and not UploadDraft.objects.filter(form_key=form_key).exists():
        raise Refused(
            gettext("Add the paper in which the commune or your employer confirms the hardship.")
        )
    return opening


def _follow(
    case: Violation, kind: str, sent: Sent, opening: Opening, number: str, at: datetime
) -> tuple[str, date | None]:
    """Take the act its arrival is; return the step it was, empty where an officer takes it."""
    today = day_in_viet_nam(at)
    due = None
    if kind in CLOCKS:
        due = deadlines.compute(CLOCKS[Kind(kind)], today, current_calendar()).on
    if kind in (Kind.NOT_MINE, Kind.CLONED):
        return _look_again(case, kind, number, at), due
    if kind == Kind.EXPLANATION:
        return _explain(case, sent, number, today, at)
    if kind == Kind.COMPLAINT and not opening.is_late:
        complaints.receive_complaint(
            case.pk, received_on=today, content=sent.text, by=SYSTEM, at=at
        )
        return "receive_complaint", due
    if kind in RELIEFS:
        wanted = sent.statement.get("wants", kind) if kind == Kind.REDUCTION else kind
        reliefs.request_relief(
            case.pk, kind=wanted, requested_on=today, ground=sent.text, by=SYSTEM, at=at
        )
        return "request_relief", due
    return "", due


def _look_again(case: Violation, kind: str, number: str, at: datetime) -> str:
    """Ask another officer to look, unless one looks already or the record is made."""
    if next(obstacles(STEPS["ask_second_look"], case, SYSTEM, at), None) is not None:
        return ""
    # As the history prints it, in Vietnamese whatever the person's screen; it names nobody.
    said = "biển số bị làm giả" if kind == Kind.CLONED else "không phải xe của mình"
    second_looks.ask_second_look(
        case.pk,
        ground=SecondLook.Ground.CONTESTED,
        note=f"Ý kiến {number}: chủ xe cho là {said}. Đọc ý kiến và tệp gửi kèm trong hồ sơ.",
        by=SYSTEM,
        at=at,
    )
    return "ask_second_look"


def _explain(
    case: Violation, sent: Sent, number: str, today: date, at: datetime
) -> tuple[str, date | None]:
    acts: dict[str, Callable[..., None]] = {
        "receive_explanation": explanations.receive_explanation,
        "request_hearing": explanations.request_hearing,
    }
    step = {"written": "receive_explanation", "hearing": "request_hearing"}.get(
        sent.statement.get("manner", "")
    )
    if step is None:
        return "", case.decision_due_on
    acts[step](case.pk, received_on=today, proof=number, by=SYSTEM, at=at)
    if step == "request_hearing":
        return step, deadlines.compute("hearing_notice_due", today, current_calendar()).on
    return step, Violation.objects.only("decision_due_on").get(pk=case.pk).decision_due_on


def _new_number() -> str:
    """Return a new number of a receipt, such as ``TL-7C41K-0932M``; its last symbol checks it."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(9))
    symbols += check_symbol(symbols)
    return f"TL-{symbols[:5]}-{symbols[5:]}"
