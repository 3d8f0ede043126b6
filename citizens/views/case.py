"""The case page and its pictures, for whoever holds the code or the decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cameras.evidence import disposed_at
from cameras.evidence_views import picture_response
from cameras.models import EvidenceFile
from citizens import person
from citizens.answers_sent import answers_sent
from citizens.erasure import erasure_of
from citizens.exhibits import exhibits, light_bar
from citizens.grants import SEES_CASE, Grant, Level
from citizens.looks import looks_at
from citizens.standing import latest_paper, may_see_evidence, standing
from citizens.timeline import timeline
from citizens.timeline_said import said_in
from citizens.views.edge import ask_again, opened, unlisted
from citizens.wording import PAPERS, act_of, title_of
from violations.letter_parts import act_block, overviews
from violations.models import AccessEntry, Party, Violation

#: Who looked, as the custody log of the pictures prints it.
VIEWERS = {Level.CODE: "Người có mã tra cứu", Level.PERSON: "Người được định danh trong vụ việc"}


@require_safe
@unlisted
def case_page(request: HttpRequest) -> HttpResponse:
    """Show a case, the next step first; a decision's number opens only what is to be paid."""
    at = timezone.now()
    found = opened(request, at=at)
    if found is None:
        return ask_again(request, at=at)
    grant, case = found
    context: dict[str, Any] = {
        "section": "lookup",
        "case": case,
        "grant": grant,
        "standing": standing(case, at=at),
        "decision": getattr(case, "decision", None),
    }
    if grant.level is Level.DECISION:
        return render(request, "citizens/case_to_pay.html", context)
    context |= {
        "title": title_of(case),
        "act": act_of(case.rule) if case.rule else "",
        "measurement": act_block(case)["measurement"],
        "milestones": timeline(case, said_in(case, grant, at=at)),
        "looks": looks_at(case),
        "submissions": (sent := answers_sent(case, grant)),
        "erasure": erasure_of(case) if sent else None,
    } | _person(grant, case, at)
    if case.decided_on is not None:
        context |= {"points": case.decision.points}
    if may_see_evidence(case):
        context |= _evidence(request, case)
    return render(request, "citizens/case.html", context)


@require_safe
@unlisted
def picture(request: HttpRequest, number: int) -> HttpResponse:
    """Return the redacted copy of one picture of the open case, and write down who looked.

    Enlarged, it is as large as what the officer saw.
    """
    at = timezone.now()
    found = opened(request, at=at)
    if found is None or found[0].level not in SEES_CASE or not may_see_evidence(found[1]):
        raise Http404
    grant, case = found
    files = overviews(case)
    if not 1 <= number <= len(files):
        raise Http404
    AccessEntry.objects.create(case=case, what="evidence", level=grant.level, at=at)
    return picture_response(
        files[number - 1],
        "citizen_full" if request.GET.get("co") == "lon" else "citizen",
        actor_name=VIEWERS[grant.level],
        reason=case.number,
        at=at,
    )


def _evidence(request: HttpRequest, case: Violation) -> dict[str, Any]:
    """Return the pictures, the chosen one and the bar of the light; or when they went for good."""
    gone = disposed_at(case.detection)
    if gone is not None:
        return {"disposed_at": gone}
    found = exhibits(case)
    wanted = request.GET.get("anh", "1")
    chosen = int(wanted) - 1 if wanted.isascii() and wanted.isdigit() and len(wanted) < 3 else 0
    return {
        "exhibits": found,
        "exhibit": found[chosen] if 0 <= chosen < len(found) else next(iter(found), None),
        "ticks": light_bar(case),
        "is_signed": case.detection.delivery.authenticity == "A",
        # A film cannot be masked, so none is sent; the person may see it where the case is handled.
        "has_film": case.detection.evidence.filter(role=EvidenceFile.FILM).exists(),
    }


def _person(grant: Grant, case: Violation, at: datetime) -> dict[str, Any]:
    """Return who the holder of the code is in the case, and the papers with those that open.

    Papers hold names, so they open for the person they are addressed to alone; whoever is named on
    the page is written down as having looked.
    """
    parties = person.person_of(grant, case)
    opening = person.papers_for(case, parties)
    if parties:
        AccessEntry.objects.create(case=case, what="case", level=grant.level, at=at)
    papers = [(kind, latest_paper(case, kind)) for kind in person.ADDRESSEES]
    return {
        "you": parties,
        "may_watch": any(party.role == Party.Role.OWNER for party in parties),
        "papers": [
            {
                "kind": kind.value,
                "name": PAPERS[kind],
                "number": paper.number_text,
                "on": paper.issued_on,
                "opens": opening.get(kind.value) == paper,
            }
            for kind, paper in papers
            if paper is not None
        ],
    }
