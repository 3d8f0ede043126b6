"""The file of a fleet: who proves whose it is, what the file says, and one button that names."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from citizens import fleet_files, fleets, grants, inbox, limits
from citizens.forms_naming import FleetForm
from citizens.grants import Level
from citizens.limits import Limit
from citizens.models import FleetUpload
from citizens.views.edge import SeeOther, limited, network_of, unlisted
from violations.guards import Refused

MOST_REQUEST_BYTES = fleet_files.LARGEST_FILE + 20_000  # with the other fields of the form
FILES_OF_A_NETWORK = (Limit("fleet-hour", 20, limits.HOUR),)


@csrf_exempt  # checked inside, once the length is known: the check itself would read the body
@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def fleet(request: HttpRequest) -> HttpResponseBase:
    """Take a file and show what it would do; nothing is named before it is confirmed.

    A body that is too long is refused by its declared length and never read.
    """
    at = timezone.now()
    person = _person(request, at)
    if person is None:
        return render(request, "citizens/fleet_who.html", {"section": "lookup"})
    if request.method != "POST":
        return _show(request, person, FleetForm(use_required_attribute=False), at)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MOST_REQUEST_BYTES:
        form = FleetForm({}, {}, use_required_attribute=False)
        form.errors["file"] = form.error_class(
            [gettext("The file is larger than 1 MB. Send fewer lines at a time.")]
        )
        return _show(request, person, form, at, status=413)
    return csrf_protect(_take)(request, person, at)


def _take(request: HttpRequest, person: bytes, at: datetime) -> HttpResponse:
    limits.spend(FILES_OF_A_NETWORK, network_of(request), at=at)
    form = FleetForm(request.POST, request.FILES, use_required_attribute=False)
    if not form.is_valid():
        return _show(request, person, form, at, status=422)
    data = form.cleaned_data["file"].read(fleet_files.LARGEST_FILE + 1)
    try:
        reading = fleet_files.read(data)
    except fleet_files.FileRefused as fault:
        form.add_error("file", str(fault))
        return _show(request, person, form, at, status=422)
    if reading.faults:
        return _show(request, person, form, at, reading=reading, status=422)
    upload, is_new = fleets.keep(data, reading, person=person, at=at)
    if not is_new:
        messages.info(request, gettext("This file was sent before; nothing new was read."))
    request.session["fleet"] = str(upload.pk)
    return SeeOther(reverse("citizens:fleet"))


@require_POST
@unlisted
@limited
def confirm(request: HttpRequest) -> HttpResponse:
    """Name the drivers of the file for each open case."""
    at = timezone.now()
    person = _person(request, at)
    kept = request.session.get("fleet")
    if person is None or kept is None:
        return SeeOther(reverse("citizens:fleet"))
    try:
        outcome = fleets.confirm(uuid.UUID(kept), person=person, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return SeeOther(reverse("citizens:fleet"))
    messages.info(
        request,
        ngettext(
            "%(count)d driver was named and is told.",
            "%(count)d drivers were named and are told.",
            outcome.named,
        )
        % {"count": outcome.named},
    )
    for number, sentence in outcome.refused:
        messages.warning(request, f"{number}: {sentence}")
    return SeeOther(reverse("citizens:fleet"))


def _person(request: HttpRequest, at: datetime) -> bytes | None:
    """Return the keyed digest of whoever is identified in this session, None when nobody is."""
    opened = inbox.held(request.session, at=at)
    if opened is not None and opened.consent.withdrawn_at is None:
        return bytes(opened.consent.person_digest)
    grant = grants.held(request.session, at=at)
    if grant is not None and grant.level is Level.PERSON:
        return bytes.fromhex(grant.person) or None
    return None


def _show(
    request: HttpRequest,
    person: bytes,
    form: FleetForm,
    at: datetime,
    *,
    reading: fleet_files.Reading | None = None,
    status: int = 200,
) -> HttpResponse:
    kept = request.session.get("fleet")
    upload = FleetUpload.objects.filter(pk=kept, person_digest=person).first() if kept else None
    context: dict[str, Any] = {
        "section": "lookup",
        "form": form,
        "upload": upload if reading is None else None,
        "prepared": fleets.prepare(upload, at=at) if upload and reading is None else [],
        "reading": reading,
        "most_faults": fleet_files.MOST_FAULTS,
    }
    return render(request, "citizens/fleet.html", context, status=status)
