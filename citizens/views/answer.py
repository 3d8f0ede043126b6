"""The pages of one answer: a question each, the files, a look over everything, the receipt."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from citizens import answer_drafts, answers, limits, submissions, uploads
from citizens.answer_drafts import Draft
from citizens.answer_forms import CHECK, FILES, FileForm, Manner, Page
from citizens.answer_outlook import outlook
from citizens.answers import ANSWERS, Answer
from citizens.grants import Grant, Level
from citizens.models import Submission
from citizens.views.edge import SeeOther, ask_again, limited, network_of, opened, posted, unlisted
from violations.guards import Refused
from violations.models import AccessEntry, Violation

BY_SLUG = {answer.where[0]: answer for answer in ANSWERS if answer.address == "citizens:answer"}
#: A page of words alone; longer than any of them can be.
MOST_WORDS_BYTES = 64 * 1024


@dataclass
class Visit:
    """Who is on a page of which answer, in which case, with what filled in."""

    grant: Grant
    case: Violation
    answer: Answer
    draft: Draft
    at: datetime

    def go_to(self, slug: str) -> str:
        """Return the address of a page of this answer."""
        return reverse("citizens:answer_page", args=[self.answer.where[0], slug])

    def context(self, **more: Any) -> dict[str, Any]:
        """Return what every page of an answer shows."""
        return {"section": "lookup", "case": self.case, "answer": self.answer, **more}


@require_safe
@unlisted
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin an answer, or go on with it where it was left."""
    visit = _enter(request, slug)
    if isinstance(visit, HttpResponse):
        return visit
    page = visit.draft.next_page()
    return redirect(visit.go_to(page.slug if page else CHECK))


@csrf_exempt  # checked inside, once the length is known: the check itself would read the body
@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def page(request: HttpRequest, slug: str, page: str) -> HttpResponseBase:
    """Show one page of an answer, or take what was filled in there.

    A body that is too long is refused by its declared length and never read.
    """
    visit = _enter(request, slug)
    if isinstance(visit, HttpResponse):
        return visit
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = uploads.MOST_REQUEST_BYTES if page == FILES else MOST_WORDS_BYTES
    if request.method == "POST" and (not length.isdigit() or int(length) > most):
        return _too_long(request, visit, page)
    return csrf_protect(_answer)(request, visit, page)


def _answer(request: HttpRequest, visit: Visit, slug: str) -> HttpResponse:
    if slug == CHECK:
        return _check(request, visit)
    found = next((each for each in visit.draft.pages() if each.slug == slug), None)
    if found is None:
        raise Http404
    if slug == FILES:
        return _files(request, visit)
    form = _form(found, visit, posted(request))
    if form.is_valid():
        answer_drafts.fill(request.session, visit.case.pk, visit.draft, slug, form.cleaned_data)
        return SeeOther(_after(visit))
    return _question(request, visit, found, form, status=422 if form.is_bound else 200)


@require_safe
@unlisted
def sent(request: HttpRequest) -> HttpResponse:
    """Confirm what this session sent: its number, the moment it came, and what follows."""
    at = timezone.now()
    found = opened(request, at=at)
    if found is None:
        return ask_again(request, at=at)
    grant, case = found
    key = answer_drafts.last_sent(request.session, case.pk)
    submission = Submission.objects.filter(pk=key, case=case).first() if key else None
    if submission is None:
        return redirect("citizens:case")
    AccessEntry.objects.create(case=case, what="case", level=grant.level, at=at)
    context = {
        "section": "lookup",
        "case": case,
        "grant": grant,
        "submission": submission,
        "answer": answers.BY_NAME[submission.kind],
        "files": submission.files.all(),
        "next_steps": outlook(submission),
    }
    return render(request, "citizens/answer_sent.html", context)


def _enter(request: HttpRequest, slug: str) -> Visit | HttpResponse:
    """Find the case, the answer and its draft; or the answer to whoever may not write it now."""
    at = timezone.now()
    answer = BY_SLUG.get(slug)
    if answer is None:
        raise Http404
    found = opened(request, at=at)
    if found is None:
        return ask_again(request, at=at)
    grant, case = found
    if grant.level is Level.DECISION:
        return redirect("citizens:answers")
    opening = answer.opens(case, at)
    repeated = request.method == "POST"  # a second press shows what the first has made
    if opening is None and not repeated:
        messages.info(request, gettext("This is not possible in the case now. See what is."))
        return redirect("citizens:answers")
    if not answers.reaches(grant.level, answer.level):
        return _prove(request, case, answer)
    if sentence := submissions.of_another(case, answer.name, grant.person):
        messages.info(request, sentence)
        return redirect("citizens:answers")
    late = opening is not None and opening.is_late
    draft = answer_drafts.held(request.session, case.pk, answer.name, late=late)
    if draft is None:
        if repeated:
            draft = Draft(answer.name, uuid.uuid4(), {}, late)
        else:
            draft = answer_drafts.begin(request.session, case.pk, answer.name, late=late)
    return Visit(grant, case, answer, draft, at)


def _prove(request: HttpRequest, case: Violation, answer: Answer) -> HttpResponse:
    """Say why this answer names a person, and the ways to show who one is."""
    request.session["after_proof"] = {"case": str(case.pk), "answer": answer.where[0]}
    context = {"section": "lookup", "case": case, "answer": answer}
    return render(request, "citizens/answer_prove.html", context)


def _form(page: Page, visit: Visit, data: Any) -> forms.Form:
    form = page.form(data, initial=visit.draft.filled.get(page.slug), use_required_attribute=False)
    if isinstance(form, Manner):
        _leave_open_manners(form, visit)
    return form


def _leave_open_manners(form: Manner, visit: Visit) -> None:
    """Offer only the ways to explain whose days are not over. Luật XLVPHC Đ61"""
    free = answers.manners_open(visit.case, at=visit.at)
    field = form.fields["manner"]
    field.choices = [(name, label) for name, label in field.choices if name in free]  # type: ignore[attr-defined]


def _after(visit: Visit) -> str:
    page = visit.draft.next_page()
    return visit.go_to(page.slug if page else CHECK)


def _question(
    request: HttpRequest, visit: Visit, page: Page, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    pages = visit.draft.pages()
    place = next(number for number, each in enumerate(pages, 1) if each.slug == page.slug)
    context = visit.context(
        form=form,
        has_one_field=len(form.fields) == 1,
        step=place,
        steps=len(pages) + 1,
        back=visit.go_to(pages[place - 2].slug) if place > 1 else reverse("citizens:answers"),
    )
    return render(request, "citizens/answer_page.html", context, status=status)


def _files(request: HttpRequest, visit: Visit, refused: str = "") -> HttpResponse:
    status = 200
    if request.method == "POST" and not refused:
        limits.spend(limits.UPLOADS, network_of(request), at=visit.at)
        removed = request.POST.get("remove", "")
        if removed.isascii() and removed.isdigit():
            uploads.take_back(visit.draft.key, min(int(removed), 2**62))
            return SeeOther(visit.go_to(FILES))
        file = request.FILES.get("file")
        if file is not None:
            try:
                data = file.read(uploads.MOST_BYTES + 1)
                uploads.add(visit.draft.key, file.name or "", data, at=visit.at)
            except Refused as refusal:
                refused = str(refusal)
        is_needed = submissions.needs_paper(visit.answer.name)
        if not refused and request.POST.get("go") == "on":
            if is_needed and not uploads.unsent(visit.draft.key):
                refused = gettext(
                    "Add the paper in which the commune or your employer confirms the hardship."
                )
            else:
                answer_drafts.fill(request.session, visit.case.pk, visit.draft, FILES, {})
                return SeeOther(_after(visit))
        elif not refused:
            return SeeOther(visit.go_to(FILES))
    form = FileForm()
    if refused:
        status = 413 if refused == uploads.too_large() else 422
        form = FileForm({})
        form.add_error("file", refused)
    pages = visit.draft.pages()
    place = next(number for number, each in enumerate(pages, 1) if each.slug == FILES)
    context = visit.context(
        form=form,
        added=uploads.unsent(visit.draft.key),
        is_needed=submissions.needs_paper(visit.answer.name),
        step=place,
        steps=len(pages) + 1,
        back=visit.go_to(pages[place - 2].slug),
    )
    return render(request, "citizens/answer_files.html", context, status=status)


def _too_long(request: HttpRequest, visit: Visit, slug: str) -> HttpResponse:
    """Refuse a body by its length; the page comes back with everything typed before."""
    if slug == FILES and FILES in {page.slug for page in visit.draft.pages()}:
        return _files(request, visit, refused=uploads.too_large())
    context = visit.context(back=visit.go_to(slug))
    return render(request, "citizens/answer_too_long.html", context, status=413)


def _check(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show everything that is about to be sent; one button sends it, once."""
    refused: list[str] = []
    if request.method == "POST":
        key = _key(request.POST.get("form_key", ""))
        known = Submission.objects.filter(form_key=key, case=visit.case).first() if key else None
        if known is not None:
            answer_drafts.sent_now(request.session, visit.case.pk, known.pk)
            return SeeOther(reverse("citizens:answer_sent"))
    if visit.draft.next_page() is not None:
        return SeeOther(reverse("citizens:answer", args=[visit.answer.where[0]]))
    if request.method == "POST":
        if key != visit.draft.key:
            refused = [gettext("The answer was begun anew in another window; look over it again.")]
        else:
            limits.spend(limits.ANSWERS, network_of(request), at=visit.at)
            try:
                made = submissions.submit(
                    visit.case.pk,
                    visit.answer.name,
                    visit.draft.sent(visit.grant),
                    form_key=visit.draft.key,
                    at=visit.at,
                )
            except Refused as refusal:
                refused = refusal.sentences
            else:
                answer_drafts.sent_now(request.session, visit.case.pk, made.pk)
                return SeeOther(reverse("citizens:answer_sent"))
    pages = visit.draft.pages()
    context = visit.context(
        rows=_rows(visit),
        added=uploads.unsent(visit.draft.key),
        files_url=visit.go_to(FILES),
        form_key=visit.draft.key,
        refused=refused,
        step=len(pages) + 1,
        steps=len(pages) + 1,
        back=visit.go_to(pages[-1].slug),
    )
    return render(request, "citizens/answer_check.html", context, status=409 if refused else 200)


def _rows(visit: Visit) -> list[dict[str, str]]:
    """Return what was filled in as label, value, and where it is changed."""
    rows = []
    for page in visit.draft.pages():
        if page.slug == FILES:
            continue
        filled = visit.draft.filled.get(page.slug, {})
        for name, field in page.form().fields.items():
            value = filled.get(name, "")
            if isinstance(field, forms.ChoiceField):
                value = str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
            rows.append({"label": str(field.label), "value": value, "url": visit.go_to(page.slug)})
    return rows


def _key(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None
