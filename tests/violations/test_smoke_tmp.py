from pathlib import Path
import pytest
from datetime import timedelta
from tests.violations.desk import *
from tests.journeys import *

pytestmark = [pytest.mark.gate]


@pytest.mark.parametrize(
    "who", ["reviewer", "leader", "clerk", "technician", "auditor", "administrator"]
)
def test_home(place, who):
    case_at("detected", place)
    case_at("owner_identified", place)
    c = signed_in(getattr(place, who))
    r = c.get("/can-bo/")
    assert r.status_code == 200
    Path(f"/tmp/home_{who}.html").write_text(r.content.decode())


def test_pages(place, clock):
    for s in [
        "detected",
        "verified",
        "owner_identified",
        "notified",
        "recorded",
        "decided",
        "served",
        "closed",
    ]:
        case = case_at(s, place)
        clock(case.created_at + timedelta(days=5))
        for who in ["reviewer", "leader", "auditor"]:
            r = (
                signed_in(getattr(place, who)).get(f"/can-bo/ho-so/{case.number}/")
                if False
                else None
            )
    c = signed_in(place.reviewer)
    from violations.models import Violation

    for case in Violation.objects.all():
        r = c.get(f"/can-bo/ho-so/{case.number}/")
        assert r.status_code == 200
        Path(f"/tmp/case_{case.status}.html").write_text(r.content.decode())
    r = c.get("/can-bo/duyet/")
    assert r.status_code == 200
    Path(f"/tmp/review.html").write_text(r.content.decode())
    r = c.get("/quan-tri/violations/violation/")
    assert r.status_code == 200


def test_lists(place):
    case_at("closed", place)
    from django.contrib import admin
    from django.urls import reverse
    from django.contrib.auth import get_user_model

    root = place.auditor
    root.user.is_superuser = True
    root.user.save()
    c = signed_in(root)
    for m in admin.site._registry:
        u = reverse(f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist")
        r = c.get(u)
        assert r.status_code == 200, u
        row = m.objects.first()
        if row is not None:
            r = c.get(
                reverse(f"admin:{m._meta.app_label}_{m._meta.model_name}_change", args=[row.pk])
            )
            assert r.status_code in (200, 302), u
        r = c.get(u + "add/")
        print(u, r.status_code)
