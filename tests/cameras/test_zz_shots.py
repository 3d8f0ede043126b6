"""Throw-away: look at the pages."""
import os
import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse
from django.test import Client
from tests import journeys
from tests.cameras.factories import *
from cameras import custody

@pytest.mark.django_db(transaction=True)
def test_shots(live_server, settings):
    settings.PORTAL_ORIGIN = live_server.url
    place = journeys.world()
    held = detected(place.red_light_camera, hikvision(pictures=three_pictures("held")[:2], at=AT+timedelta(days=2600)))
    read(place.red_light_camera, Push(b"garbage", {"Content-Type": "application/xml"}))
    for n in range(4):
        read(place.red_light_camera, hikvision(f"n{n}", at=AT+timedelta(seconds=n), plate=f"29A3333{n}", code="7777"))
    custody.chain()
    user = place.technician.user
    TOTP.activate(user, generate_totp_secret())
    c = Client(); c.force_login(user, "django.contrib.auth.backends.ModelBackend")
    a = place.auditor.user; TOTP.activate(a, generate_totp_secret())
    ca = Client(); ca.force_login(a, "django.contrib.auth.backends.ModelBackend")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from playwright.sync_api import sync_playwright
    from cameras.models import Delivery
    q = Delivery.objects.filter(state="quarantined").first()
    pages = {"detections": "admin:cameras_detection_changelist", "deliveries": "admin:cameras_delivery_changelist", "devices": "admin:cameras_device_changelist"}
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        def shot(client, name, url):
            ctx = b.new_context(viewport={"width": 1400, "height": 900})
            ctx.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
            page = ctx.new_page(); errs=[]
            page.on("console", lambda m: errs.append(m.text) if m.type in ("error","warning") else None)
            r = page.goto(live_server.url + url); page.wait_for_timeout(300)
            page.screenshot(path=f"/tmp/plan/shots_{name}.png", full_page=True); print(name, r.status, errs); ctx.close()
        for n, v in pages.items(): shot(c, n, reverse(v))
        shot(c, "held", reverse("admin:cameras_detection_change", args=[held.pk]))
        shot(c, "delivery", reverse("admin:cameras_delivery_change", args=[q.pk]))
        shot(c, "device", reverse("admin:cameras_device_change", args=[place.red_light_camera.pk]))
        shot(ca, "custody", reverse("admin:cameras_custodyevent_changelist"))
        shot(ca, "links", reverse("admin:cameras_custodylink_changelist"))
        b.close()
