"""A wrong notice is replaced by a right one, never written over (thông báo thay thế).

Which paper may be replaced, by the law:

* a notice 01/73: a paper that went out with wrong contents is replaced by a paper of the same form
  (NĐ 30/2020/NĐ-CP Đ18 k3). It decides nothing, so a new one can take its place;
* a decision: never; it is amended, corrected or cancelled (NĐ 118/2021 Đ13–16,
  ``decision_changes``), and a record or minutes stand as they were signed by those present;
* the others follow from a decision, and change with it.

Nobody is asked to come by two notices: the wrong one is void from the signature on, and who checks
it by its code or QR is told that another has taken its place. The twenty days in which the owner
may come (TT 73/2024 Đ24 k5) run from the sending of the right one.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.utils.translation import gettext

from notices.models import Notice, PaperKind
from violations import clocks, letters, papers
from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam
from violations.models import Draft, Party, Violation
from violations.taking import taking

MOST_REASON = 200
MOST_ADDRESS = 300
# What differs by the moment alone, and what only the new paper says.
OF_THE_MOMENT = ("appointment", "replaces", "signature")


def propose_corrected_notice(
    case_id: uuid.UUID, *, reason: str, address: str = "", by: Actor, at: datetime
) -> Draft:
    """Propose a notice in the place of one that is wrong, drawn up anew from the file.

    ``address`` is where the owner lives by what was looked up again, empty to leave it as it is;
    ``reason`` says what was wrong and is kept with both papers, so it names nobody. Raises Refused
    without a reason, where no notice stands, and where the new one would say the same.
    NĐ 30/2020/NĐ-CP Đ18 k3; TT 73/2024/TT-BCA Đ24 k1c
    """
    reason, address = " ".join(reason.split()), " ".join(address.split())
    if not reason:
        raise Refused(gettext("Say what is wrong in the notice that went out."))
    if len(reason) > MOST_REASON:
        raise Refused(gettext("Say it in at most %(most)d signs.") % {"most": MOST_REASON})
    with taking("propose_corrected_notice", case_id, by=by, at=at) as (case, event):
        wrong = standing_notice(case)
        moved = _correct_address(case, address)
        contents = letters.notice(case, at=at) | {
            "replaces": {
                "number": wrong.number_text,
                "made_on": wrong.issued_on.isoformat(),
            }
        }
        if not _differs(wrong, contents):
            raise Refused(
                gettext(
                    "The new notice would say the same; correct what is wrong in the file first."
                )
            )
        draft = papers.propose(
            case,
            PaperKind.NOTICE,
            contents,
            replaces=wrong,
            replace_reason=reason,
            by=by,
            at=at,
        )
        event.facts = {
            "draft": draft.pk,
            "replaces": wrong.number_text,
            "address_corrected": moved,
        }
    return draft


def sign_corrected_notice(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Sign the right notice: the wrong one is void, and the twenty days begin again.

    NĐ 30/2020/NĐ-CP Đ18 k3; TT 73/2024/TT-BCA Đ24 k1c, k5
    """
    with taking("sign_corrected_notice", case_id, by=by, at=at) as (case, event):
        draft = papers.waiting(case, PaperKind.NOTICE)
        if draft.replaces is None:
            raise Refused(gettext("There is no draft of this paper to sign; propose it first."))
        event.facts = {"replaces": draft.replaces.number_text}
        event.notice = papers.sign(case, PaperKind.NOTICE, by=by, at=at)
        case.signed_by = by.officer
        clocks.start(case, "no_show", day_in_viet_nam(at))
    return event.notice


def standing_notice(case: Violation) -> Notice:
    """Return the notice of a case that holds. Raises Refused where there is none."""
    found: Notice | None = (
        Notice.objects.filter(
            draft__case=case, kind=PaperKind.NOTICE, voided_at=None, superseded_by=None
        )
        .order_by("-issued_at")
        .first()
    )
    if found is None:
        raise Refused(gettext("No notice of this case stands; there is nothing to replace."))
    return found


def _correct_address(case: Violation, address: str) -> bool:
    owner = case.parties.get(role=Party.Role.OWNER)
    if not address or address == owner.address:
        return False
    if len(address) > MOST_ADDRESS:
        raise Refused(
            gettext("Write the address in at most %(most)d signs.") % {"most": MOST_ADDRESS}
        )
    owner.address = address
    owner.save(update_fields=["address"])
    return True


def _differs(wrong: Notice, contents: dict[str, object]) -> bool:
    return any(
        wrong.context.get(key) != value
        for key, value in contents.items()
        if key not in OF_THE_MOMENT
    )
