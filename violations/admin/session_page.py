"""The working session: receive, show, hear, name, record, sign and hand over, on one page in order.

Each step is open, done, or closed with its reason and article. The legal acts are those of the case
page; what is new here is the order, the documents and the signatures.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from cameras.evidence import EvidenceDamaged
from cameras.evidence_views import HEADERS, refusal
from cameras.images import ImageRefused
from notices.completeness import ContentError
from violations import session_files, working_sessions
from violations.actors import Actor, actor_for
from violations.admin import evidence_sheet, session_sheet
from violations.admin.access import find_case, note_look, opens_with
from violations.admin.acts import ACTS
from violations.admin.case_forms import ActForm, OffenderForm
from violations.admin.case_forms_procedure import ReceiptForm
from violations.admin.navigation import staff_page
from violations.admin.session_forms import DocumentForm, ReceptionForm, RefusalForm, SignatureForm
from violations.guards import Refused
from violations.models import PaperSignature, Violation
from violations.session_files import Checked

OFFICER = working_sessions.OFFICER
DRAWN = "data:image/png;base64,"
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


@require_http_methods(["GET", "POST"])
@opens_with(OFFICER)
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the session of a case, or take one of its steps; what was typed stays on a refusal."""
    case = find_case(request.user, number)
    at = timezone.now()
    by = actor_for(request.user)
    if request.method == "GET":
        note_look(case, request.user, "case", at=at)
        return _show(request, case, by, at, {})
    act = request.POST.get("act", "")
    if act not in TAKES:
        raise Http404
    form = _form(act, case, request)
    if not form.is_valid():
        return _show(request, case, by, at, {act: form}, status=422)
    try:
        TAKES[act](case, form, by, at)
    except Refused as refused:
        for sentence in refused.sentences:
            form.add_error(None, sentence)
        return _show(request, case, by, at, {act: form}, status=409)
    except ContentError as fault:
        form.add_error(None, str(fault))
        return _show(request, case, by, at, {act: form}, status=409)
    messages.success(request, gettext("Written down."))
    address = reverse("violations:session", args=[case.number])
    return HttpResponseRedirect(f"{address}#{session_sheet.PLACE_OF[act]}")


@require_GET
@opens_with(OFFICER)
def show_evidence(request: HttpRequest, number: str) -> HttpResponse:
    """Show the pictures alone on a clean screen, to be turned to the person; the look is logged."""
    case = find_case(request.user, number)
    note_look(case, request.user, "evidence", at=timezone.now())
    context = {"title": gettext("Evidence"), "case": case, **evidence_sheet.shown(case)}
    return staff_page(request, "violations/session_evidence.html", context)


@require_GET
@opens_with("violations.view_violation")
def document(request: HttpRequest, number: str, document_id: int) -> HttpResponse:
    """Send a document that was handed in; only of one's own units, and the look is logged."""
    case = find_case(request.user, number)
    found = case.session_documents.filter(pk=min(document_id, 2**62)).exclude(sha256="").first()
    if found is None:
        raise Http404
    return _file(request, case, found.sha256, found.media_type)


@require_GET
@opens_with("violations.view_violation")
def signature(request: HttpRequest, number: str, signature_id: int) -> HttpResponse:
    """Send the scan or the drawing of a signature, as a document."""
    case = find_case(request.user, number)
    papers = [paper.pk for paper in working_sessions.papers_to_sign(case)]
    found = (
        PaperSignature.objects.filter(pk=min(signature_id, 2**62), notice_id__in=papers)
        .exclude(sha256="")
        .first()
    )
    if found is None:
        raise Http404
    return _file(request, case, found.sha256, found.media_type)


def _file(request: HttpRequest, case: Violation, sha256: str, media_type: str) -> HttpResponse:
    at = timezone.now()
    note_look(case, request.user, "evidence", at=at)
    try:
        data = session_files.shown(sha256, media_type)
    except (EvidenceDamaged, ImageRefused) as fault:
        return refusal(fault)
    manner = "attachment" if media_type == session_files.PDF else "inline"
    name = f"{sha256[:16]}.{EXTENSIONS[media_type]}"
    headers = HEADERS | {"Content-Disposition": f'{manner}; filename="{name}"'}
    return HttpResponse(data, content_type=media_type, headers=headers)


def _show(
    request: HttpRequest,
    case: Violation,
    by: Actor,
    at: datetime,
    filled: dict[str, ActForm],
    *,
    status: int = 200,
) -> HttpResponse:
    case = find_case(request.user, case.number)  # afresh: a refused step may have touched it
    forms = {act: filled.get(act) or _form(act, case, request, blank=True) for act in FORMS}
    context = {
        "title": gettext("Working session"),
        "case": case,
        "forms": forms,
        "failed": next(iter(filled.values()), None),
        "failed_act": next(iter(filled), ""),
        "was_shown": working_sessions.evidence_was_shown(case, by, at=at),
        "who": [
            ("owner", gettext("The registered owner")),
            ("individual", gettext("Another person")),
            ("organisation", gettext("Another organisation")),
        ],
        **evidence_sheet.shown(case),
        **session_sheet.sheet(case, by, at),
    }
    return staff_page(request, "violations/session.html", context, status=status)


def _form(act: str, case: Violation, request: HttpRequest, *, blank: bool = False) -> ActForm:
    kind = FORMS.get(act) or ACTS[act].form
    more: dict[str, Any] = {"case": case}
    if issubclass(kind, SignatureForm):
        more["papers"] = working_sessions.papers_to_sign(case)
    if blank:
        initial = {"who": request.GET.get("who", "")} if kind is OffenderForm else {}
        return kind(initial=initial, auto_id=f"{act}_%s", **more)
    return kind(request.POST, request.FILES, auto_id=f"{act}_%s", **more)


def _hold(case: Violation, form: ActForm, by: Actor, at: datetime) -> None:
    working_sessions.receive_person(case.pk, **form.cleaned_data, by=by, at=at)


def _receive(case: Violation, form: ActForm, by: Actor, at: datetime) -> None:
    file = form.cleaned_data["file"]
    working_sessions.receive_document(
        case.pk,
        kind=form.cleaned_data["kind"],
        description=form.cleaned_data["description"],
        data=_bytes(file) if file else None,
        by=by,
        at=at,
    )


def _sign(case: Violation, form: ActForm, by: Actor, at: datetime) -> None:
    manner, image = _image(form)
    if image is None:
        raise Refused(gettext("Add the scan, draw the signature, or type the name."))
    filled = form.cleaned_data
    working_sessions.take_signature(
        _paper(case, filled["paper"]),
        signer=filled["signer"],
        name=filled["name"],
        manner=manner,
        image=image,
        by=by,
        at=at,
    )


def _refuse(case: Violation, form: ActForm, by: Actor, at: datetime) -> None:
    manner, image = _image(form)
    filled = form.cleaned_data
    working_sessions.record_refusal(
        _paper(case, filled["paper"]),
        signer=filled["signer"],
        name=filled["name"],
        reason=filled["reason"],
        confirmed_by=filled["confirmed_by"],
        confirmer_name=filled["confirmer_name"],
        unconfirmed=filled["unconfirmed"],
        image=image,
        manner=manner,
        by=by,
        at=at,
    )


def _paper(case: Violation, wanted: str) -> Any:
    """Return the key of a paper of this very case."""
    for paper in working_sessions.papers_to_sign(case):
        if str(paper.pk) == wanted:
            return paper.pk
    raise Refused(gettext("This paper is not signed by a person who came."))


def _image(form: ActForm) -> tuple[str, Checked | None]:
    """Return how it was signed and the picture of it: the scan, else the drawing, else the name."""
    filled = form.cleaned_data
    if filled["scan"]:
        return PaperSignature.Manner.PAPER, session_files.check(_bytes(filled["scan"]))
    electronic = PaperSignature.Manner.ELECTRONIC
    if filled["drawn"].startswith(DRAWN):
        try:
            data = base64.b64decode(filled["drawn"].removeprefix(DRAWN), validate=True)
        except binascii.Error:
            data = b""
        return electronic, session_files.check_drawn(data)
    if filled["typed"].strip():
        return electronic, session_files.typed_signature(filled["typed"].strip())
    return electronic, None


def _bytes(file: Any) -> bytes:
    """Read one byte more than may be, so that a file too large is refused and never held whole."""
    data: bytes = file.read(session_files.MOST_BYTES + 1)
    return data


FORMS: dict[str, type[ActForm]] = {
    "hold_session": ReceptionForm,
    "receive_document": DocumentForm,
    "name_offender": OffenderForm,
    "take_signature": SignatureForm,
    "record_refusal": RefusalForm,
    "hand_over_record": ReceiptForm,
}
TAKES: dict[str, Callable[[Violation, Any, Actor, datetime], None]] = {
    "hold_session": _hold,
    "receive_document": _receive,
    "name_offender": ACTS["name_offender"].take,
    "propose_record": ACTS["propose_record"].take,
    "take_signature": _sign,
    "record_refusal": _refuse,
    "hand_over_record": ACTS["hand_over_record"].take,
}
