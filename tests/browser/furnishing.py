"""Put work on the officers' desks, and find an address for every page of theirs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from cameras.models import Device, EvidenceFile
from citizens.models import User
from tests.browser.staff_pages import (
    ADMIN_PAGES,
    AGAIN,
    BESIDE_THE_BOOKS,
    OF_AN_OBJECT,
    OF_THE_BOOKS,
    OPEN,
    READERS,
)
from violations.models import Draft, Officer, SigningBatch, Violation

Address = tuple[str, str, str]  # name, who opens it, where


def own_pages(numbers: list[str], batch: SigningBatch, told: dict[str, list[Any]]) -> list[Address]:
    """Return every page under /can-bo/, for two cases that wait for a signature.

    ``told`` holds what the stories have made, by the name of its page.
    """
    case = Violation.objects.get(number=numbers[0])
    picture = EvidenceFile.objects.filter(detection_id=case.detection_id).order_by("position")[0]
    found: dict[str, list[Any]] = {
        "redact": [picture.pk],
        "case": [case.number],
        "session": [case.number],
        "case_act": [case.number, "name_offender"],
        "person": [Officer.objects.get(user__username="bao").user_id],
        "signing_draft": [
            Draft.objects.filter(case=case, state=Draft.State.PROPOSED).values_list("pk")[0][0]
        ],
        "signing_batch": [batch.number],
        **told,
    }
    pages = [(name, who, reverse(f"violations:{name}")) for name, who in OPEN.items()]
    pages += [
        (name, who, reverse(f"violations:{name.split()[0]}", args=found[name]))
        for name, who in (OF_AN_OBJECT | AGAIN).items()
    ]
    pages += [
        (name.replace(":", "-"), who, reverse(name, args=found.get(name, [])))
        for name, who in (OF_THE_BOOKS | BESIDE_THE_BOOKS).items()
    ]
    pages.append(("consents", "bao", reverse("consents:case", args=[case.number])))
    return pages


def admin_pages() -> list[Address]:
    """Return the list, the newest row and the empty form of every model, by who may open them."""
    people = [User.objects.get(username=name) for name in READERS]
    pages: list[Address] = []
    for model, rows in admin.site._registry.items():
        kind = f"{model._meta.app_label}_{model._meta.model_name}"
        for name, may in (("list", "view"), ("row", "view"), ("add", "add")):
            for person in people:
                request = RequestFactory().get("/")
                request.user = person
                if not getattr(rows, f"has_{may}_permission")(request):
                    continue
                address = _address(rows, request, kind, name)
                if address:
                    pages.append((f"{kind}-{name}", person.username, address))
                    break
    device = Device.objects.select_related("site__unit").get(
        code="CAM-0412"
    )  # of the technician's unit
    given = {
        "cameras_device_map": [],
        "cameras_device_map_province": [device.site.unit.province_code],
    }
    for name, who in ADMIN_PAGES.items():
        args = given.get(name, [device.pk])
        pages.append((name, who, reverse(f"admin:{name}", args=args)))
    return pages


def _address(rows: Any, request: Any, kind: str, name: str) -> str | None:
    if name == "row":
        row = rows.get_queryset(request).order_by("-pk").first()
        return reverse(f"admin:{kind}_change", args=[row.pk]) if row else None
    try:
        return reverse(f"admin:{kind}_{'changelist' if name == 'list' else 'add'}")
    except NoReverseMatch:
        return None
