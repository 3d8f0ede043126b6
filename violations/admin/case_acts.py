"""The acts an officer takes on the case page: parse, one call of the act, answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods

from notices.completeness import ContentError
from violations import actions, sanctions
from violations.actors import Actor, actor_for
from violations.admin.access import find_case, note_look, opens_with
from violations.admin.case_forms import (
    ActForm,
    DismissForm,
    NoForm,
    OffenderForm,
    ServiceForm,
    WaiverForm,
)
from violations.admin.navigation import staff_page
from violations.guards import Refused
from violations.models import Draft, Violation
from violations.workflow import STEPS, possible

Take = Callable[[Violation, Any, Actor, datetime], None]


@dataclass(frozen=True)
class Act:
    """One act of the page: its button, its form, and the one call that takes it."""

    button: str
    form: type[ActForm]
    consequence: str
    take: Take
    is_final: bool = False


def _name_offender(case: Violation, form: OffenderForm, by: Actor, at: datetime) -> None:
    sanctions.name_offender(
        case.pk, form.offender(), proof=form.cleaned_data["proof"], by=by, at=at
    )


ACTS: dict[str, Act] = {
    "propose_notice": Act(
        gettext_noop("Draw up"),
        NoForm,
        "",
        lambda case, _form, by, at: actions.propose_notice(case.pk, by=by, at=at),
    ),
    "name_offender": Act(
        gettext_noop("Write down"),
        OffenderForm,
        gettext_noop("The five working days for the record start today."),
        _name_offender,
    ),
    "propose_record": Act(
        gettext_noop("Draw up"),
        NoForm,
        "",
        lambda case, _form, by, at: sanctions.propose_record(case.pk, by=by, at=at),
    ),
    "waive_explanation": Act(
        gettext_noop("Write down"),
        WaiverForm,
        gettext_noop("The right to explain ends; the decision may be signed."),
        lambda case, form, by, at: sanctions.waive_explanation(
            case.pk, proof=form.cleaned_data["proof"], by=by, at=at
        ),
    ),
    "propose_decision": Act(
        gettext_noop("Draw up"),
        NoForm,
        "",
        lambda case, _form, by, at: sanctions.propose_decision(case.pk, by=by, at=at),
    ),
    "serve_decision": Act(
        gettext_noop("Write down"),
        ServiceForm,
        gettext_noop("The ten days to pay start on the day of receipt."),
        lambda case, form, by, at: sanctions.serve_decision(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "dismiss": Act(
        gettext_noop("End"),
        DismissForm,
        gettext_noop("The case ends; nobody is sanctioned. This cannot be undone."),
        lambda case, form, by, at: sanctions.dismiss(
            case.pk, reason=form.cleaned_data["reason"], by=by, at=at
        ),
        is_final=True,
    ),
}

# Steps taken on another page, and the kind of draft a proposal makes or a signature needs.
ELSEWHERE = {"verify": "violations:review", "reject": "violations:review"}
SIGNED_KIND = {"sign_notice": "TB0173", "sign_record": "MBB01", "sign_decision": "MQD02"}
PROPOSED_KIND = {"propose_notice": "TB0173", "propose_record": "MBB01", "propose_decision": "MQD02"}
NOT_SHOWN = ("return_draft", "record_posting")


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
        row: dict[str, Any] = {"step": step, "reasons": list(reasons)}
        kind = PROPOSED_KIND.get(step.name)
        if kind in waiting:
            row["reasons"].append(
                gettext("A draft of this paper is already waiting for a signature.")
            )
        if step.name in SIGNED_KIND:
            draft = waiting.get(SIGNED_KIND[step.name])
            if draft is None:
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


@require_http_methods(["GET", "POST"])
@opens_with("violations.propose_papers", "violations.record_service", "violations.sign_papers")
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
