"""The desk of what people send: what waits, one answer with its files, and what becomes of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from cameras.evidence import EvidenceDamaged, EvidenceDisposed
from cameras.evidence_views import HEADERS, refusal
from cameras.images import ImageRefused
from citizens import submission_lists, submission_settling
from citizens.answer_forms import FILES, PAGES
from citizens.answers import BY_NAME
from citizens.answers_sent import state_chip
from citizens.erasure import erasure_of
from citizens.models import Submission
from citizens.submission_models import RETURNABLE
from violations import session_files
from violations.actors import actor_for
from violations.admin.access import insist_open, note_look, opens_with
from violations.admin.navigation import staff_page
from violations.guards import Refused, day_in_viet_nam
from violations.workflow import STEPS
from violations.workflow.step import PROPOSE

SHOWN = 25
READS = "citizens.view_submission"
ENDINGS = {session_files.JPEG: "jpg", session_files.PNG: "png", session_files.PDF: "pdf"}
#: Kept from running and from reaching anything even where a browser opens it all the same.
SHUT = HEADERS | {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
Kind = Submission.Kind


@require_GET
@opens_with(READS)
def waiting(request: HttpRequest) -> HttpResponse:
    """List what waits for one's units, the most urgent first; or what was settled."""
    at = timezone.now()
    is_settled = request.GET.get("xong") == "1"
    rows = (
        submission_lists.settled(request.user)
        if is_settled
        else submission_lists.waiting(request.user)
    )
    page = Paginator(rows.select_related("case__unit"), SHOWN).get_page(request.GET.get("trang"))
    today = day_in_viet_nam(at)
    context = {
        "title": gettext("What people send"),
        "page": page,
        "is_settled": is_settled,
        "count": page.paginator.count,
        "rows": [
            {
                "submission": row,
                "title": row.get_kind_display(),
                "chip": state_chip(row),
                "days": _days(row.due_on, today),
                "age": (today - day_in_viet_nam(row.received_at)).days,
            }
            for row in page
        ],
    }
    return staff_page(request, "desk/submissions.html", context)


@require_GET
@opens_with(READS)
def submission(request: HttpRequest, number: str) -> HttpResponse:
    """Show one answer: what it says, its files, what the law says; the look is written down."""
    return _show(request, _find(request, number))


@require_POST
@opens_with(PROPOSE)
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Take an answer into the file."""
    found = _find(request, number)
    days = request.POST.get("excused_days", "0") or "0"
    try:
        if not (days.isascii() and days.isdigit() and len(days) < 5):
            raise Refused(gettext("Days of an obstacle are counted from nought (Đ9)."))
        submission_settling.take(
            found.pk,
            answer=request.POST.get("answer", ""),
            excused_days=int(days),
            by=actor_for(request.user),
            at=timezone.now(),
        )
    except Refused as refused:
        return _show(request, found, refused=refused.sentences)
    messages.success(request, gettext("Taken into the file. The person reads it on the case page."))
    return HttpResponseRedirect(reverse("submissions:waiting"))


@require_POST
@opens_with(PROPOSE)
def give_back(request: HttpRequest, number: str) -> HttpResponse:
    """Return an answer with a reason."""
    found = _find(request, number)
    try:
        submission_settling.give_back(
            found.pk,
            reason=request.POST.get("reason", ""),
            by=actor_for(request.user),
            at=timezone.now(),
        )
    except Refused as refused:
        return _show(request, found, refused=refused.sentences)
    messages.success(request, gettext("Returned. The person reads the reason on the case page."))
    return HttpResponseRedirect(reverse("submissions:waiting"))


@require_GET
@opens_with(READS)
def file(request: HttpRequest, number: str, file_id: int) -> HttpResponse:
    """Send a file of an answer, to be saved and never to be run; the look is written down."""
    found = _find(request, number)
    kept = found.files.filter(pk=min(file_id, 2**62)).first()
    if kept is None:
        raise Http404
    note_look(found.case, request.user, "evidence", at=timezone.now())
    if kept.erased_at is not None:  # the same bytes may still be another case's
        return refusal(EvidenceDisposed(kept.sha256, kept.erased_at))
    try:
        data = session_files.shown(kept.sha256, kept.media_type)
    except (EvidenceDamaged, ImageRefused) as fault:
        return refusal(fault)
    name = f"{found.number}-{kept.sha256[:8]}.{ENDINGS[kept.media_type]}"
    headers = SHUT | {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=kept.media_type, headers=headers)


def _find(request: HttpRequest, number: str) -> Submission:
    """Return an answer of one's own units. Raises Http404, StillJudging while its file is shut."""
    found = None if "\x00" in number else submission_lists.found(request.user, number)
    if found is None:
        raise Http404
    insist_open(found.case, request.user, at=timezone.now())
    return found


def _show(
    request: HttpRequest, found: Submission, *, refused: list[str] | None = None
) -> HttpResponse:
    at = timezone.now()
    note_look(found.case, request.user, "case", at=at)
    found.refresh_from_db()
    today = day_in_viet_nam(at)
    waits = found.state == Submission.State.RECEIVED
    context = {
        "title": capfirst(found.get_kind_display()),
        "submission": found,
        "article": BY_NAME[found.kind].article,
        "case": found.case,
        "chip": state_chip(found),
        "said": _said(found),
        "files": list(found.files.all()),
        "erasure": erasure_of(found.case) if found.erased_at else None,
        "act": STEPS[found.act].title if found.act else "",
        "days": _days(found.due_on, today),
        "may_settle": waits and request.user.has_perm(PROPOSE),
        "may_return": found.act in RETURNABLE,
        "is_late": found.kind == Kind.COMPLAINT and not found.act,
        "needs_answer": found.kind == Kind.NEVER_RECEIVED,
        "taking": _taking(found),
        "typed": {name: request.POST.get(name, "") for name in ("answer", "reason")},
        "refused": refused or [],
    }
    return staff_page(request, "desk/submission.html", context, status=409 if refused else 200)


def _said(found: Submission) -> list[tuple[str, str]]:
    """Return what this kind asks and what the person said, in the words of the questions."""
    rows = []
    for page in PAGES[found.kind]:
        if page.slug == FILES:
            continue
        for name, field in page.form().fields.items():
            value = found.statement.get(name, "")
            if value:
                choices = dict(getattr(field, "choices", ()))
                rows.append((str(field.label), str(choices.get(value, value))))
    return rows


def _taking(found: Submission) -> str:
    """Return what taking it does, in a sentence."""
    if found.kind == Kind.CLONED:
        return gettext("Enters the plate as copied: its next pictures are checked by two people.")
    if found.kind == Kind.COMPLAINT and not found.act:
        return gettext(
            "Receives the complaint of the day it was sent. Days of an obstacle are not counted "
            "(Luật Khiếu nại Đ9)."
        )
    if found.kind == Kind.EXPLANATION and not found.act:
        return gettext("Records that the person gives up explaining, in writing (Đ61).")
    if found.act in RETURNABLE:
        return gettext("Puts it into the file; your sentence is shown to the person.")
    return gettext(
        "Its arrival was the legal act already. This says that you have read it; go on with it on "
        "the page of the case."
    )


def _days(due_on: date | None, today: date) -> int | None:
    return None if due_on is None else (due_on - today).days


def todo_of(user: Any, at: datetime) -> Any:
    """Yield one line of the workbench when something waits that the law presses for."""
    if not user.has_perm(PROPOSE):
        return
    rows = submission_lists.waiting(user)
    first = rows.first()
    if first is None:
        return
    days = _days(first.due_on, day_in_viet_nam(at))
    line = {
        "days": days,
        "title": gettext("%(count)s answers of people wait") % {"count": rows.count()},
        "text": capfirst(first.get_kind_display()),
        "url": reverse("submissions:waiting"),
        "button": gettext("Open"),
    }
    if days is not None:
        line["label"] = (
            gettext("today")
            if days == 0
            else gettext("%(days)s days late") % {"days": -days}
            if days < 0
            else gettext("%(days)s days left") % {"days": days}
        )
    yield line
