"""The technician's pages of devices: what they show, what a click does, and who may."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cameras import device_states
from cameras.models import Device, DeviceAlarm, HealthReport, ProfileVersion
from tests import journeys
from tests.cameras import factories
from tests.cameras.factories import camera, detected, hikvision

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


@pytest.fixture
def place():
    return journeys.world()


@pytest.fixture
def sign_in(client):
    def enter(person):
        if not person.user.authenticator_set.exists():
            TOTP.activate(person.user, generate_totp_secret())
        client.force_login(person.user, "django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def stranger(place):
    return journeys.officer("xa", "Vũ Xa", "Camera technician", place.other_unit)


@pytest.fixture
def second(place):
    return journeys.officer("hai", "Hồ Minh Hải", "Camera technician", place.unit)


def page_of(device: Device) -> str:
    return reverse("admin:cameras_device_health", args=[device.pk])


def act(client, device: Device, **typed):
    return client.post(reverse("admin:cameras_device_act", args=[device.pk]), typed)


def report(device: Device, offset_ms: int | None = 0, **facts) -> None:
    HealthReport.objects.create(
        device=device, received_at=timezone.now(), clock_offset_ms=offset_ms, facts=facts
    )


def test_the_list_shows_how_each_device_is(place, sign_in):
    report(place.red_light_camera, 1500)
    DeviceAlarm.objects.create(
        device=place.red_light_camera, code="clock_drifted", opened_at=timezone.now()
    )
    shown = sign_in(place.technician).get(reverse("admin:cameras_device_changelist"))
    text = shown.content.decode()
    assert "+1500 ms" in text
    assert page_of(place.red_light_camera) in text
    assert text.count("chip-warn") == 1
    assert text.count("chip-bad") == 1  # the other has never sent anything


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ({"alarm": "any"}, {"CAM-0412"}),
        ({"alarm": "disk"}, {"CAM-0412"}),
        ({"alarm": "offline"}, set()),
        ({"alarm": "none"}, {"CAM-0533"}),
        ({"state__exact": "quarantined"}, {"CAM-0533"}),
        ({"unit": "PC08-HN"}, {"CAM-0412", "CAM-0533"}),
    ],
)
def test_the_list_is_narrowed(place, sign_in, question, codes):
    DeviceAlarm.objects.create(device=place.red_light_camera, code="disk", opened_at=timezone.now())
    device_states.quarantine(place.speed_camera, "rejects", at=timezone.now())
    shown = sign_in(place.technician).get(reverse("admin:cameras_device_changelist"), question)
    assert set(re.findall(r"CAM-\d{4}", shown.content.decode())) == codes


def test_a_device_page_shows_state_reasons_and_its_last_day(place, sign_in):
    device = place.red_light_camera
    report(device, 1500, disk_free_pct=4)
    factories.read(device, hikvision(), at=timezone.now())
    text = sign_in(place.technician).get(page_of(device)).content.decode()
    assert text.count('class="check-warn"') == 2
    assert text.count('role="img"') == 2
    assert '<td class="num">1500</td><td class="num">1</td>' in text
    assert "style=" not in text and "<script>" not in text


def test_a_page_without_any_heartbeat_is_shown_too(place, sign_in):
    assert sign_in(place.technician).get(page_of(place.speed_camera)).status_code == 200


def test_a_technician_acts_on_the_page(place, sign_in):
    device = place.red_light_camera
    client = sign_in(place.technician)
    assert act(client, device, act="pause", reason="").status_code == 409
    assert act(client, device, act="dance").status_code == 409
    for name, typed, state in (
        ("pause", {"reason": "lau kính"}, "paused"),
        ("resume", {"reason": "xong"}, "active"),
        ("quarantine", {"reason": "ngờ can thiệp"}, "quarantined"),
        ("release", {"ground": "checked", "note": ""}, "active"),
        ("revoke", {"reason": "tháo dỡ"}, "revoked"),
    ):
        assert act(client, device, act=name, **typed).status_code == 302
        device.refresh_from_db()
        assert device.state == state
    assert act(client, device, act="resume", reason="x").status_code == 409


def test_an_alarm_is_seen_by_name(place, sign_in):
    alarm = DeviceAlarm.objects.create(
        device=place.red_light_camera, code="disk", opened_at=timezone.now()
    )
    client = sign_in(place.technician)
    assert act(client, alarm.device, act="acknowledge", alarm="x" * 30).status_code == 409
    assert act(client, alarm.device, act="acknowledge", alarm=alarm.pk).status_code == 302
    assert "Đỗ Anh Tuấn" in client.get(page_of(alarm.device)).content.decode()
    listed = client.get(reverse("admin:cameras_devicealarm_changelist"))
    assert "CAM-0412" in listed.content.decode()


def test_others_see_and_do_nothing(place, sign_in, stranger):
    device = place.red_light_camera
    proposed = reverse("admin:cameras_device_profile", args=[device.pk])
    for url in (page_of(device), proposed):
        assert sign_in(stranger).get(url).status_code == 404
        assert sign_in(place.reviewer).get(url).status_code == 403
    for person, answer in ((stranger, 404), (place.reviewer, 403)):
        assert act(sign_in(person), device, act="pause", reason="x").status_code == answer
    device.refresh_from_db()
    assert device.state == "active"


def test_a_profile_is_proposed_by_one_and_approved_by_another(place, sign_in, second):
    device = place.red_light_camera
    url = reverse("admin:cameras_device_profile", args=[device.pk])
    propose = reverse("admin:cameras_device_propose", args=[device.pk])
    client = sign_in(place.technician)
    wrong = client.post(propose, {"settings": '{"time_rule": ', "reason": "<b>"})
    assert wrong.status_code == 409
    assert "&lt;b&gt;" in wrong.content.decode()
    right = {"settings": '{"time_rule": "local+07:00"}', "reason": "mẫu"}
    assert client.post(propose, right).status_code == 302
    version = ProfileVersion.objects.get()
    approve = reverse("admin:cameras_device_approve", args=[device.pk, version.pk])
    assert approve not in client.get(url).content.decode()
    assert client.post(approve).status_code == 409
    client = sign_in(second)
    text = client.get(url).content.decode()
    assert approve in text
    assert "<ins>+   &quot;time_rule&quot;: &quot;local+07:00&quot;</ins>" in text
    assert client.post(approve).status_code == 302
    device.refresh_from_db()
    assert device.profile == {"time_rule": "local+07:00"}


def new_device(place, **changes) -> dict:
    return {
        "code": "CAM-NEW",
        "serial": "S1",
        "vendor": "Mẫu",
        "model": "M1",
        "firmware": "",
        "adapter": "hikvision-isapi",
        "profile": '{"speed_unit": "mph"}',
        "site": place.red_light_camera.site_id,
        "speed_method": "radar",
        "key_text": "",
        "login_name": "",
        "login_password": "",
        "certificates-TOTAL_FORMS": "0",
        "certificates-INITIAL_FORMS": "0",
        **changes,
    }


def test_a_new_device_waits_for_a_second_person(place, sign_in, second):
    url = reverse("admin:cameras_device_add")
    client = sign_in(place.technician)
    assert client.post(url, new_device(place, profile='{"x": 1}')).status_code == 200
    assert client.post(url, new_device(place)).status_code == 302
    device = Device.objects.get(code="CAM-NEW")
    assert (device.state, device.profile) == ("paused", {})
    version = device.profile_versions.get()
    assert (version.version, version.settings) == (1, {"speed_unit": "mph"})
    approve = reverse("admin:cameras_device_approve", args=[device.pk, version.pk])
    assert sign_in(second).post(approve).status_code == 302
    device.refresh_from_db()
    assert (device.state, device.profile) == ("active", {"speed_unit": "mph"})


def test_a_device_cannot_be_put_at_another_units_site(place, sign_in):
    other = camera("CAM-FAR", unit=place.other_unit)
    url = reverse("admin:cameras_device_add")
    sent = new_device(place, site=other.site_id)
    assert sign_in(place.technician).post(url, sent).status_code == 200
    assert not Device.objects.filter(code="CAM-NEW").exists()


def test_a_password_is_typed_once_and_never_shown(place, sign_in):
    url = reverse("admin:cameras_device_add")
    client = sign_in(place.technician)
    lone = new_device(place, login_name="cam01")
    assert client.post(url, lone).status_code == 200
    sent = new_device(place, login_name="cam01", login_password="đoạn mật khẩu dài")
    assert client.post(url, sent).status_code == 302
    device = Device.objects.get(code="CAM-NEW")
    assert re.fullmatch(r"cam01:[0-9a-f]{32}", device.credential)
    page = client.get(reverse("admin:cameras_device_change", args=[device.pk])).content.decode()
    assert "cam01" in page
    assert device.credential[6:] not in page
    assert "đoạn mật khẩu dài" not in page


def test_what_a_quarantine_held_is_released_together(place, sign_in, stranger):
    device = place.red_light_camera
    device_states.quarantine(device, "rejects", at=timezone.now())
    held = [detected(device, hikvision(f"n{n}", plate=f"30F2565{n}")) for n in range(3)]
    lacking = detected(device, hikvision("few", pictures=factories.three_pictures("few")[:1]))
    url = reverse("admin:cameras_detection_release_of_device", args=[device.pk])
    client = sign_in(place.technician)
    given = {"ground": "device_confirmed", "note": "đã kiểm tra (mẫu)"}
    assert client.post(url, given).status_code == 409  # the device is still in quarantine
    act(client, device, act="release", ground="checked")
    assert "<b>3</b>" in client.get(url).content.decode()
    assert client.post(url, {"ground": ""}).status_code == 409
    assert sign_in(place.auditor).post(url, given).status_code == 403
    assert sign_in(stranger).post(url, given).status_code == 404
    assert sign_in(place.technician).post(url, given).status_code == 302
    for detection in held:
        detection.refresh_from_db()
        assert (detection.state, detection.release_ground) == ("released", "device_confirmed")
    lacking.refresh_from_db()
    assert lacking.state == "held"


def test_the_map_and_its_list_say_the_same(place, sign_in, stranger):
    report(place.red_light_camera)
    Device.objects.filter(pk=place.speed_camera.pk).update(state="revoked")
    other = camera("CAM-FAR", unit=place.other_unit)
    client = sign_in(place.technician)
    country = client.get(reverse("admin:cameras_device_map")).content.decode()
    assert "Hoàng Sa" in country and "Trường Sa" in country
    assert country.count('class="province ') >= 34
    assert "CAM-0412" in country
    assert "CAM-0533" not in country and other.code not in country
    assert "style=" not in country
    province = client.get(reverse("admin:cameras_device_map_province", args=["01"]))
    assert "CAM-0412" in province.content.decode()
    assert client.get(reverse("admin:cameras_device_map_province", args=["99"])).status_code == 404
    assert sign_in(place.reviewer).get(reverse("admin:cameras_device_map")).status_code == 403
    assert other.code in sign_in(stranger).get(reverse("admin:cameras_device_map")).content.decode()


@pytest.mark.parametrize("name", ["cameras_device_changelist", "cameras_device_map"])
def test_many_devices_need_no_more_queries_than_few(place, sign_in, name):
    client = sign_in(place.technician)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"admin:{name}")).status_code == 200
        return len(captured)

    queries()
    few = queries()
    for number in range(12):
        device = camera(f"CAM-M{number}", unit=place.unit, last_seen_at=timezone.now())
        report(device, 1200)
        DeviceAlarm.objects.create(
            device=device, code="disk", opened_at=timezone.now() - timedelta(hours=1)
        )
    assert queries() <= few
