"""The technicians' and auditors' pages: what each role sees, and what a click does."""

import base64
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives import serialization
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from cameras import custody, inbox
from cameras.models import CustodyEvent, Delivery, Detection, Device
from cameras.wording import FAULTS
from tests import journeys
from tests.cameras import factories
from tests.cameras.factories import AT, camera, detected, hikvision, read, three_pictures

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


@pytest.fixture
def place():
    return journeys.world()


@pytest.fixture
def sign_in(client):
    def enter(person):
        TOTP.activate(person.user, generate_totp_secret())
        client.force_login(person.user, "django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def held_at(place) -> Detection:
    return detected(place.red_light_camera, hikvision(pictures=three_pictures("held")[:2]))


def page_of(detection: Detection) -> str:
    return reverse("admin:cameras_detection_change", args=[detection.pk])


def test_the_technicians_list_begins_with_what_is_held(place, sign_in):
    held_at(place)
    ready = detected(place.red_light_camera, hikvision("ready", plate="29A33333"))
    client = sign_in(place.technician)
    shown = client.get(reverse("admin:cameras_detection_changelist")).content.decode()
    assert "30F-256.58" in shown
    assert "29A-333.33" not in shown
    everything = client.get(reverse("admin:cameras_detection_changelist"), {"state": "all"})
    assert "29A-333.33" in everything.content.decode()
    assert ready.state == "ready"


def test_the_page_of_a_held_detection_shows_reasons_and_pictures(place, sign_in):
    detection = held_at(place)
    shown = sign_in(place.technician).get(page_of(detection))
    text = shown.content.decode()
    assert shown.status_code == 200
    assert text.count("<img") == 2
    assert "2" in text and "3" in text
    assert 'name="release_ground"' in text
    assert "style=" not in text
    assert "onclick" not in text


def test_looking_at_a_picture_is_noted_and_it_is_served_safely(place, sign_in):
    detection = held_at(place)
    url = reverse("admin:cameras_detection_picture", args=[detection.pk, 1, "original"])
    answer = sign_in(place.technician).get(url)
    assert answer.content == three_pictures("held")[0]
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private, no-store")
    event = CustodyEvent.objects.get(action="viewed")
    assert event.actor == place.technician.user
    assert event.evidence == detection.evidence.get(position=1)


def test_an_altered_picture_is_not_shown(place, sign_in):
    detection = held_at(place)
    storages["evidence"]._path(detection.delivery.kept_sha256).unlink()
    url = reverse("admin:cameras_detection_picture", args=[detection.pk, 1, "original"])
    answer = sign_in(place.technician).get(url)
    assert answer.status_code == 409
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_technician_releases_on_the_page(place, sign_in):
    detection = held_at(place)
    client = sign_in(place.technician)
    url = reverse("admin:cameras_detection_decide", args=[detection.pk])
    without = client.post(url, {"decision": "release", "note": "kept <b>note</b>"})
    assert without.status_code == 409
    assert "kept &lt;b&gt;note&lt;/b&gt;" in without.content.decode()
    assert client.post(url, {"decision": "dance"}).status_code == 400
    done = client.post(url, {"decision": "release", "release_ground": "pictures_suffice"})
    assert done.status_code == 302
    detection.refresh_from_db()
    assert detection.state == "released"
    shown = client.get(page_of(detection)).content.decode()
    assert 'name="release_ground"' not in shown
    assert "Đỗ Anh Tuấn" in shown


def test_an_auditor_reads_everything_each_look_is_noted_and_decides_nothing(place, sign_in):
    detection = held_at(place)
    client = sign_in(place.auditor)
    text = client.get(page_of(detection)).content.decode()
    assert 'name="release_ground"' not in text
    picture = reverse("admin:cameras_detection_picture", args=[detection.pk, 1, "original"])
    looks = CustodyEvent.objects.filter(action="viewed").count()
    assert client.get(picture).status_code == 200
    assert CustodyEvent.objects.filter(action="viewed").count() == looks + 1
    decide = reverse("admin:cameras_detection_decide", args=[detection.pk])
    answer = client.post(decide, {"decision": "release", "release_ground": "pictures_suffice"})
    assert answer.status_code == 409
    detection.refresh_from_db()
    assert detection.state == "held"


def test_officers_without_the_right_and_other_units_see_nothing(place, sign_in, client):
    detection = held_at(place)
    assert client.get(page_of(detection)).status_code == 302  # to sign-in
    assert sign_in(place.reviewer).get(page_of(detection)).status_code == 403
    stranger = journeys.officer("xa", "Vũ Xa", "Camera technician", place.other_unit)
    client = sign_in(stranger)
    assert client.get(page_of(detection)).status_code == 404
    listed = client.get(reverse("admin:cameras_detection_changelist")).content.decode()
    assert "30F-256.58" not in listed
    devices = client.get(reverse("admin:cameras_device_changelist")).content.decode()
    assert "CAM-0412" not in devices


def test_a_face_crop_is_never_on_the_page(place, sign_in):
    push = hikvision(pictures=[*three_pictures("f")[:2], factories.picture("face")])
    push.body = push.body.replace(b"detectionPicture_3", b"pilotPicture")
    detection = detected(place.red_light_camera, push)
    assert detection.evidence.get(position=3).role == "occupant"
    client = sign_in(place.technician)
    assert client.get(page_of(detection)).content.decode().count("<img") == 2
    url = reverse("admin:cameras_detection_picture", args=[detection.pk, 3, "original"])
    assert client.get(url).status_code == 404


def test_quarantine_is_a_list_with_reasons_and_nothing_in_it_can_be_written(place, sign_in):
    garbage = factories.Push(b"garbage", {"Content-Type": "application/xml"})
    delivery = read(place.red_light_camera, garbage)
    client = sign_in(place.technician)
    url = reverse("admin:cameras_delivery_changelist")
    shown = client.get(url, {"state__exact": "quarantined"}).content.decode()
    assert escape(str(FAULTS[delivery.fault_code])) in shown
    page = client.get(reverse("admin:cameras_delivery_change", args=[delivery.pk]))
    text = page.content.decode()
    assert delivery.fault_reason in text
    assert place.red_light_camera.path_token not in text
    assert '<input type="submit"' not in text


def test_a_technician_downloads_raw_bytes_and_the_log_notes_it(place, sign_in):
    delivery = read(place.red_light_camera, hikvision())
    url = reverse("admin:cameras_delivery_raw", args=[delivery.pk])
    answer = sign_in(place.technician).get(url)
    assert answer.content == hikvision().body
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert CustodyEvent.objects.get(action="exported").actor == place.technician.user
    assert sign_in(place.auditor).get(url).status_code == 403


def test_a_mended_device_lets_its_deliveries_be_read_again(place, sign_in):
    device = place.red_light_camera
    Device.objects.filter(pk=device.pk).update(profile={"wrong": 1})
    delivery = read(device, hikvision())
    assert delivery.fault_code == "profile_wrong"
    Device.objects.filter(pk=device.pk).update(profile={})
    client = sign_in(place.technician)
    client.post(
        reverse("admin:cameras_delivery_changelist"),
        {"action": "read_again", "_selected_action": [str(delivery.pk)]},
    )
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("received", 0)


def device_form(device: Device, **changes) -> dict:
    return {
        "vendor": device.vendor,
        "model": device.model,
        "firmware": device.firmware,
        "site": device.site_id,
        "speed_method": device.speed_method,
        "key_text": "",
        "certificates-TOTAL_FORMS": "0",
        "certificates-INITIAL_FORMS": "0",
        **changes,
    }


def test_the_technician_sees_the_whole_push_address_of_a_device(place, sign_in, settings):
    device = place.red_light_camera
    page = sign_in(place.technician).get(reverse("admin:cameras_device_change", args=[device.pk]))
    expected = f"{settings.PORTAL_ORIGIN}/api/intake/hikvision/{device.path_token}/"
    assert expected in page.content.decode()


def test_the_register_form_does_not_change_a_known_devices_profile_or_state(place, sign_in):
    device = place.red_light_camera
    url = reverse("admin:cameras_device_change", args=[device.pk])
    sent = device_form(device, profile='{"time_rule": "local+07:00"}', state="revoked")
    assert sign_in(place.technician).post(url, sent).status_code == 302
    device.refresh_from_db()
    assert (device.profile, device.state) == ({}, "active")


@pytest.mark.parametrize("text", ["pem", "base64", "hex"])
def test_a_gateways_key_is_pasted_in_any_usual_form(place, sign_in, text):
    public = factories.KEY.public_key()
    raw = public.public_bytes_raw()
    pasted = {
        "pem": public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode(),
        "base64": base64.b64encode(raw).decode(),
        "hex": raw.hex(),
    }[text]
    device = camera("GW-1", adapter="generic-signed", unit=place.unit)
    Device.objects.filter(pk=device.pk).update(public_key=b"x" * 32)
    client = sign_in(place.technician)
    url = reverse("admin:cameras_device_change", args=[device.pk])
    assert client.post(url, device_form(device, key_text="nonsense")).status_code == 200
    assert client.post(url, device_form(device, key_text=pasted)).status_code == 302
    device.refresh_from_db()
    assert bytes(device.public_key) == raw


def test_a_leaked_address_is_replaced(place, sign_in):
    device = place.red_light_camera
    old = device.path_token
    sign_in(place.technician).post(
        reverse("admin:cameras_device_changelist"),
        {"action": "renew_address", "_selected_action": [str(device.pk)]},
    )
    device.refresh_from_db()
    assert device.path_token != old


def test_the_auditor_reads_the_custody_log_and_its_chain(place, sign_in):
    read(place.red_light_camera, hikvision())
    custody.chain()
    client = sign_in(place.auditor)
    for name in ("custodyevent", "custodylink"):
        assert client.get(reverse(f"admin:cameras_{name}_changelist")).status_code == 200
    event = CustodyEvent.objects.first()
    page = client.get(reverse("admin:cameras_custodyevent_change", args=[event.pk]))
    assert bytes(event.link.row_hash).hex() in page.content.decode()
    assert (
        sign_in(place.reviewer).get(reverse("admin:cameras_custodyevent_changelist")).status_code
        == 403
    )


@pytest.mark.parametrize(
    "name", ["device", "site", "unit", "delivery", "detection", "custodyevent", "custodylink"]
)
def test_a_list_of_many_rows_needs_no_more_queries_than_one_of_few(place, sign_in, name):
    user = journeys.officer("root", "Người quản trị", "Administrator", place.national)
    user.user.is_superuser = True
    user.user.save()
    client = sign_in(user)
    url = reverse(f"admin:cameras_{name}_changelist")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(url, {"state": "all"} if name == "detection" else {})
        assert answer.status_code == 200
        return len(captured)

    def fill(numbers: range) -> None:
        for number in numbers:
            moment = AT + timedelta(seconds=number)
            new = camera(f"CAM-{number}", unit=factories.unit(f"U-{number}"))
            read(new, hikvision(f"n{number}", at=moment), at=moment)
        custody.chain()

    fill(range(2))
    queries()
    few = queries()
    fill(range(2, 7))
    assert queries() <= few


def test_a_delivery_of_nobody_is_shown_to_every_technician(place, sign_in):
    inbox.receive(
        factories.arrival(hikvision(), "/x"), route="hikvision", path_token="no", at=timezone.now()
    )
    factories.bring_in()
    shown = sign_in(place.technician).get(reverse("admin:cameras_delivery_changelist"))
    assert escape(str(FAULTS["device_unknown"])) in shown.content.decode()
    assert Delivery.objects.count() == 1
