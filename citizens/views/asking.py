"""What pages share that ask one question at a time: the question, the check page, the way on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from citizens.questions import CHECK, Draft, Question
from citizens.views.edge import SeeOther, posted


def ask(request: HttpRequest, draft: Draft, context: Mapping[str, Any]) -> HttpResponse | None:
    """Ask the question the address names, or keep its answer; None where the check page is due.

    A question that cannot be asked yet leads to the first open one, so a step back or a second tab
    never loses the thread.
    """
    slug = request.GET.get("cau", "")
    if slug == CHECK:
        return None if draft.next_open() == CHECK else _to(request, draft.next_open())
    question = draft.find(slug)
    if question is None:
        return _to(request, draft.next_open())
    data = posted(request)
    if data is None:
        form = question.form(initial=draft.typed(question) or {}, use_required_attribute=False)
        return _question(request, draft, question, form, context)
    form = question.form(data, use_required_attribute=False)
    if not form.is_valid():
        return _question(request, draft, question, form, context, status=422)
    draft.keep(question, data)
    return SeeOther(f"{request.path}?cau={draft.next_open()}")


def check_page(
    request: HttpRequest,
    draft: Draft,
    context: Mapping[str, Any],
    *,
    refused: list[str] | None = None,
) -> HttpResponse:
    """Show every answer before anything is sent, with what a refusal said."""
    shown = {"lines": draft.lines(), "refused": refused or [], **context}
    return render(request, "citizens/check_answers.html", shown, status=409 if refused else 200)


def _to(request: HttpRequest, slug: str) -> HttpResponse:
    return redirect(f"{request.path}?cau={slug}")


def _question(
    request: HttpRequest,
    draft: Draft,
    question: Question,
    form: Any,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    number = draft.questions.index(question) + 1
    before = draft.questions[number - 2] if number > 1 else None
    return render(
        request,
        "citizens/question.html",
        {
            "form": form,
            "question_title": question.title,
            "question_lead": question.lead,
            "before": f"{request.path}?cau={before.slug}" if before else context["leave"],
            "number": number,
            "count": len(draft.questions),
            "to_check": draft.next_open() == CHECK,
            "button": gettext("Go on"),
            **context,
        },
        status=status,
    )
