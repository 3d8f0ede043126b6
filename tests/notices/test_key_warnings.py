"""Who is told that a key nears its end, where, and what the list of keys says."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from config.demo import signing as demo_signing
from config.demo.signing import issue
from notices import signing_keys
from notices.models import SigningKey
from tests.journeys import World, world
from tests.signing import authority
from tests.violations.desk import signed_in

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LIST = "/quan-tri/notices/signingkey/"


@pytest.fixture
def place() -> World:
    return world()


def ending(place: World, settings: Any, *, days: int) -> SigningKey:
    """Let the key of the unit be one that has so many days left."""
    now = timezone.now()
    name = f"ending-{days}"
    chain = issue(
        Path(settings.SIGNING_KEYS_DIR), name, "Khóa sắp hết (mẫu)", authority(),
        at=now - timedelta(days=90), until=now + timedelta(days=days),
    )  # fmt: skip
    return signing_keys.rotate(
        place.unit.code, place=f"pkcs12:{name}", chain=chain, reason="thử", by_name="x", at=now
    )


def warnings_of_check() -> str:
    said = StringIO()
    call_command("check", databases=["default"], stdout=said, stderr=said)
    return said.getvalue()


def test_an_administrator_is_warned_thirty_days_before(place: World, settings: Any) -> None:
    home = signed_in(place.administrator).get("/can-bo/").content.decode()
    assert LIST in home and "banner-bad" not in home
    key = ending(place, settings, days=29)
    home = signed_in(place.administrator).get("/can-bo/").content.decode()
    assert "banner-bad" in home and key.kid in home
    assert key.kid not in signed_in(place.reviewer).get("/can-bo/").content.decode()


def test_the_check_of_the_deployment_warns_too(place: World, settings: Any) -> None:
    assert "notices.W001" not in warnings_of_check()
    key = ending(place, settings, days=29)
    assert "notices.W001" in warnings_of_check() and key.kid in warnings_of_check()


def test_the_list_shows_every_key_to_those_who_look_after_them(place: World, settings: Any) -> None:
    key = ending(place, settings, days=29)
    for officer in (place.administrator, place.auditor):
        client = signed_in(officer)
        assert key.kid in client.get(LIST).content.decode()
        shown = client.get(f"{LIST}{key.pk}/change/")
        assert shown.status_code == 200
        assert "PRIVATE" not in shown.content.decode()
        assert client.get(f"{LIST}add/").status_code == 403
        assert client.post(f"{LIST}{key.pk}/delete/").status_code == 403
    for officer in (place.reviewer, place.leader, place.clerk):
        assert signed_in(officer).get(LIST).status_code == 403


def test_the_demonstration_gives_each_unit_a_key_and_rotates_it_in_time(
    place: World, settings: Any, tmp_path: Path
) -> None:
    settings.SIGNING_KEYS_DIR = str(tmp_path / "signing")
    for key in SigningKey.objects.all():
        signing_keys.retire(key.unit_code, reason="thử", by_name="x", at=timezone.now())
    now = timezone.now()
    demo_signing.give_keys(at=now)
    in_use = SigningKey.objects.filter(retired_at=None)
    assert {key.unit_code for key in in_use} == {"C08", "PC08-HN", "PC08-HCM"}
    assert (tmp_path / "signing").stat().st_mode & 0o077 == 0
    before = set(in_use.values_list("kid", flat=True))
    demo_signing.give_keys(at=now)
    assert set(in_use.values_list("kid", flat=True)) == before
    demo_signing.give_keys(at=now + demo_signing.KEY_LASTS - timedelta(days=10))
    assert set(in_use.values_list("kid", flat=True)).isdisjoint(before)
    assert in_use.count() == 3
