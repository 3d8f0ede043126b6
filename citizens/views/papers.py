"""Check whether a paper is true, by the code printed on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from citizens import lookup
from citizens.forms import PaperForm
from citizens.views.edge import limited, network_of, posted, unlisted
from citizens.wording import PAPERS
from notices.lookup_codes import pretty


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def verify(request: HttpRequest) -> HttpResponse:
    """Say whether a paper is genuine, replaced or unknown, and what a genuine one must say."""
    form = PaperForm(posted(request), use_required_attribute=False)
    context = {"form": form, "section": "verify"}
    if form.is_valid():
        code = form.cleaned_data["code"]
        check = lookup.check_paper(code, network=network_of(request), at=timezone.now())
        context |= {
            "check": check,
            "code": pretty(code),
            "kind": PAPERS.get(check.kind, ""),
        }
    return render(request, "citizens/verify.html", context)
