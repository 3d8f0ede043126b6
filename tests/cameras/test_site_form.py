"""A site's place is read and typed in degrees; the row keeps whole millionths."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from cameras.admin.site_form import degrees, microdegrees
from cameras.models import Site
from tests import journeys

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("105,850000", 105_850_000),
        ("105.85", 105_850_000),
        (" -0,000001 ", -1),
        ("−10", -10_000_000),
        ("21,0200001", None),
        ("105850000", None),
        ("1,2,3", None),
        ("", None),
    ],
)
def test_degrees_are_read_with_a_comma_or_a_point(text: str, found: int | None) -> None:
    assert microdegrees(text) == found


@pytest.mark.parametrize("place", [0, -1, 105_850_000, -90_000_000, 999_999])
def test_what_is_shown_is_read_back(place: int) -> None:
    assert microdegrees(degrees(place)) == place


@pytest.fixture
def place():
    return journeys.world()


def enter(client, person):
    TOTP.activate(person.user, generate_totp_secret())
    client.force_login(person.user, "django.contrib.auth.backends.ModelBackend")


def test_a_technician_moves_a_site_in_degrees(client, place) -> None:
    site = place.red_light_camera.site
    enter(client, place.technician)
    address = reverse("admin:cameras_site_change", args=[site.pk])
    shown = client.get(address)
    assert f'value="{degrees(site.longitude_microdegrees)}"' in shown.content.decode()
    given = {
        "code": site.code,
        "name": site.name,
        "direction": site.direction,
        "road_code": site.road_code,
        "unit": site.unit_id,
        "longitude_microdegrees": "105,7",
        "latitude_microdegrees": "91",
    }
    refused = client.post(address, given)
    assert refused.status_code == 200
    assert "90" in str(refused.context["adminform"].form.errors["latitude_microdegrees"])
    moved = client.post(address, given | {"latitude_microdegrees": "20,93"})
    assert moved.status_code == 302, moved.content.decode()
    site.refresh_from_db()
    assert (site.longitude_microdegrees, site.latitude_microdegrees) == (105_700_000, 20_930_000)


def test_who_only_reads_sees_degrees_too(client, place) -> None:
    site = Site.objects.get(pk=place.red_light_camera.site_id)
    enter(client, place.auditor)
    page = client.get(reverse("admin:cameras_site_change", args=[site.pk])).content.decode()
    assert degrees(site.longitude_microdegrees) in page
    assert str(site.longitude_microdegrees) not in page
