"""The acts an officer takes on the case page: parse, one call of the act, answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from notices.completeness import ContentError
from violations.actors import Actor, actor_for
from violations.admin.access import find_case, note_look, opens_with
from violations.admin.acts import ACTS
from violations.admin.case_forms import ActForm, NoForm, OffenderForm
from violations.admin.navigation import staff_page
from violations.guards import Refused
from violations.models import Draft, Violation
from violations.roles import ROLES
from violations.signing import kinds_proposed_by, kinds_signed_by
from violations.workflow import STEPS, possible

# Steps taken on another page.
ELSEWHERE = {
    "verify": "violations:review",
    "reject": "violations:review",
    "adjudicate": "violations:adjudications",
}
NOT_SHOWN = (
    "begin_delivery",
    "warn_no_show",
    "warn_unpaid",
    "begin_late_charge",
    "return_draft",
    "record_posting",
    "overturn",
    "reinstate",
    "withdraw_verdict",
    "reject_recalled",
    "propose_recalled",
    "propose_recall_letter",
    # Taken at the desk of the books, where the money is in sight:
    "receive_counter_payment",
    "record_voucher",
    "reverse_payment",
    "answer_claim",
    "request_refund",
    "approve_refund",
    "refuse_refund",
    "complete_refund",
    # Settled at the desk of what people send, where their words are in sight:
    "settle_submission",
)
# Always possible and seldom meant: offered below the next acts, folded away.
BESIDES = frozenset(
    {
        "ask_second_look",
        "add_act",
        "withdraw_act",
        "count_persons",
        "propose_transfer",
        "propose_corrected_notice",
        "lift_warning",
        "withdraw_offender",
        "record_circumstance",
        "withdraw_circumstance",
        "record_finding",
        "record_evasion",
        "extend_explanation",
        "declare_complex",
        "dismiss",
        "record_licence",
        "request_relief",
        "propose_change",
        "receive_complaint",
        "withdraw_complaint",
        "record_lawsuit",
        "record_judgment",
        "suspend_execution",
        "resume_execution",
    }
)

# Each answers something that must be there first; while it is not, the act is folded away.
ANSWERS = frozenset(
    {
        "look_again",
        "adjudicate",
        "acknowledge_transfer",
        "propose_commune_slip",
        "record_commune_report",
        "propose_hearing",
        "hold_hearing",
        "deem_served",
        "propose_relief",
        "refuse_relief",
        "accept_complaint",
        "refuse_complaint",
        "hold_dialogue",
        "decide_complaint",
        "record_order_sent",
    }
)


def choices(
    case: Violation, by: Actor, at: datetime
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what this person may do now, and what not with every reason; the system's steps apart.

    The lists are drawn from the workflow table, so the page can offer nothing the act refuses.
    """
    waiting = {draft.kind: draft for draft in case.drafts.filter(state=Draft.State.PROPOSED)}
    may, may_not = [], []
    for step, reasons in possible(case, by, at):
        if step.permission is None or step.name in NOT_SHOWN:
            continue
        row: dict[str, Any] = {
            "step": step,
            "reasons": list(reasons),
            "is_anothers": not by.may(step.permission),
            "lacks_draft": False,
        }
        if any(kind in waiting for kind in kinds_proposed_by(step.name)):
            row["reasons"].append(
                gettext("A draft of this paper is already waiting for a signature.")
            )
        if signed := kinds_signed_by(step.name):
            draft = next((waiting[kind] for kind in signed if kind in waiting), None)
            if draft is None:
                row["lacks_draft"] = True
                row["reasons"].append(
                    gettext("There is no draft of this paper to sign; propose it first.")
                )
            else:
                row["url"] = reverse("violations:signing_draft", args=[draft.pk])
                if by.officer is not None and draft.proposed_by_id == by.officer.pk:
                    row["reasons"].append(
                        gettext("You proposed this paper yourself; another officer must sign.")
                    )
        elif step.name in ELSEWHERE:
            row["url"] = reverse(ELSEWHERE[step.name])
        elif step.name in ACTS:
            offered = ACTS[step.name]
            row |= {"button": gettext(offered.button), "is_final": offered.is_final}
            row["url" if offered.form is not NoForm else "post_url"] = reverse(
                "violations:case_act", args=[case.number, step.name]
            )
        (may_not if row["reasons"] else may).append(row)
    return may, may_not


def sort_out(
    case: Violation, by: Actor, at: datetime, may_not: list[dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Tell the closed acts apart: another's to take now, closed for a reason, and the folded rest.

    An act of another role is judged as nobody's in particular, so that the page says what is true
    of the case and not of the reader. Whether one signer has the power is judged at the desk.
    """
    nobody = replace(by, permissions=_ALL_PERMISSIONS, officer=None, memory={})
    judged = {step.name: reasons for step, reasons in possible(case, nobody, at)}
    anothers: list[dict[str, Any]] = []
    closed: list[dict[str, Any]] = []
    folded: list[dict[str, Any]] = []
    for found in may_not:
        row, name = found, found["step"].name
        is_beside = name in BESIDES or name in ANSWERS or row["lacks_draft"]
        if row["is_anothers"]:
            is_paper = bool(kinds_signed_by(name))
            of_the_case = row["reasons"][1:] + ([] if is_paper else judged[name])
            row = row | {"reasons": of_the_case, "who": _holders(row["step"].permission)}
            if not row["reasons"]:
                anothers.append(row | {"is_beside": is_beside and name not in ANSWERS})
                continue
        (folded if is_beside else closed).append(row)
    return {
        "anothers": [row for row in anothers if not row["is_beside"]],
        "anothers_besides": [row for row in anothers if row["is_beside"]],
        "closed": closed,
        "folded": _unsigned_last(folded),
    }


def _unsigned_last(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tell the papers nobody has drawn up in one row, after the others."""
    unsigned = [row for row in rows if row["lacks_draft"]]
    if len(unsigned) < 2:
        return rows
    title = "; ".join(str(row["step"].title) for row in unsigned)
    article = "; ".join(dict.fromkeys(row["step"].article for row in unsigned))
    joined = unsigned[0] | {
        "title": title,
        "article": article,
        "reasons": list(dict.fromkeys(reason for row in unsigned for reason in row["reasons"])),
    }
    return [*(row for row in rows if not row["lacks_draft"]), joined]


_ALL_PERMISSIONS = frozenset(name for names in ROLES.values() for name in names)


def _holders(permission: str | None) -> str:
    """Return the roles that hold a permission, in words."""
    return ", ".join(gettext(role) for role, names in ROLES.items() if permission in names)


@require_http_methods(["GET", "POST"])
@opens_with(
    "violations.review_case",
    "violations.propose_papers",
    "violations.record_service",
    "violations.sign_papers",
)
def act(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Ask what an act needs, then take it; a refusal is told in all its sentences."""
    if step not in ACTS:
        raise Http404
    chosen = ACTS[step]
    case = find_case(request.user, number)
    home = reverse("violations:case", args=[case.number])
    at = timezone.now()
    if request.method == "GET":
        if chosen.form is NoForm:
            return HttpResponseRedirect(home)
        note_look(case, request.user, "case", at=at)
        return _ask(request, case, step, chosen.form(case=case, initial=request.GET.dict()))
    if case.unit.code not in request.user.unit_codes:
        raise PermissionDenied  # an emergency lets read and not act, whatever the step
    form = chosen.form(request.POST, case=case)
    if not form.is_valid():
        return _ask(request, case, step, form, status=422)
    try:
        chosen.take(case, form, actor_for(request.user), at)
    except Refused as refusal:
        for sentence in refusal.sentences:
            messages.error(request, sentence)
    except ContentError as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, gettext("Done: %(step)s.") % {"step": STEPS[step].title})
    return HttpResponseRedirect(home)


def _ask(
    request: HttpRequest, case: Violation, step: str, form: ActForm, *, status: int = 200
) -> HttpResponse:
    chosen = ACTS[step]
    context = {
        "case": case,
        "form": form,
        "title": STEPS[step].title,
        "step": STEPS[step],
        "consequence": gettext(chosen.consequence),
        "is_final": chosen.is_final,
        "owner": form.owner() if isinstance(form, OffenderForm) else None,
        "who": [
            ("owner", gettext("The registered owner")),
            ("individual", gettext("Another person")),
            ("organisation", gettext("Another organisation")),
        ]
        if isinstance(form, OffenderForm)
        else [],
    }
    return staff_page(request, "violations/case_act.html", context, status=status)
