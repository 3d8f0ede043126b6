"""Check whether a paper is true: by its code, by its QR, and by its QR without a network."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cameras.models import Unit
from citizens import paper_checks
from citizens.forms import PaperForm, StampForm
from citizens.paper_checks import PaperCheck
from citizens.views.edge import limited, network_of, posted, unlisted
from citizens.wording import PAPERS
from notices.lookup_codes import pretty
from notices.stamp_keys import published_keys


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def verify(request: HttpRequest) -> HttpResponse:
    """Say whether a paper is genuine, replaced, cancelled or unknown, and what it must say."""
    form = PaperForm(posted(request), use_required_attribute=False)
    kinds = json.dumps({kind: str(words) for kind, words in PAPERS.items()})
    context = {"form": form, "section": "verify", "kinds": kinds}
    if form.is_valid():
        code = form.cleaned_data["code"]
        check = paper_checks.check_code(code, network=network_of(request), at=timezone.now())
        context |= {
            "check": check,
            "code": pretty(code),
            "kind": PAPERS.get(check.kind, ""),
        }
    return render(request, "citizens/verify.html", context)


@require_safe
def from_capitals(request: HttpRequest) -> HttpResponse:
    """Lead a QR, which is in capitals, to the page; a browser keeps the fragment on the way."""
    return redirect("citizens:verify")


@require_POST
@limited
def verify_stamp(request: HttpRequest) -> HttpResponse:
    """Answer the page that read a QR: the verdict of the register, as JSON."""
    form = StampForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"verdict": "unknown"}, status=400)
    check = paper_checks.check_stamp(
        form.cleaned_data["stamp"], network=network_of(request), at=timezone.now()
    )
    return JsonResponse(_as_json(check))


@require_safe
def notice_keys(request: HttpRequest) -> HttpResponse:
    """Publish the public keys of the QR, with the units that its claims name by code."""
    content = {
        "keys": published_keys(),
        "units": dict(Unit.objects.order_by("code").values_list("code", "name")),
    }
    response = JsonResponse(content)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def service_worker(request: HttpRequest) -> FileResponse:
    """Send the worker that keeps the checking page for use without a network."""
    path = finders.find("js/verify_worker.js")
    assert isinstance(path, str)  # a file of the project
    response = FileResponse(open(path, "rb"), content_type="text/javascript; charset=utf-8")  # noqa: SIM115 - closed by the response
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/"
    return response


def _as_json(check: PaperCheck) -> dict[str, Any]:
    if check.verdict == "unknown":
        return {"verdict": "unknown"}
    return {
        "verdict": check.verdict,
        "kind": str(PAPERS.get(check.kind, "")),
        "number": check.number,
        "issued_on": check.issued_on and check.issued_on.isoformat(),
        "unit": check.unit,
        "plate": check.plate,
        "amount_vnd": check.amount_vnd if check.account else None,
        "treasury": check.treasury,
        "account": check.account,
    }
