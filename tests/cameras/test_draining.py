"""From the spool into the database: in order, once, whatever is killed or down on the way."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.db import OperationalError, connection

from cameras import device_list, draining, gateways, inbox, parsing
from cameras.device_list import DeviceList
from cameras.draining import drain
from cameras.flooding import Meter
from cameras.models import CustodyEvent, Delivery, Detection, Device
from cameras.spool import spool
from tests.cameras import factories
from tests.cameras.factories import AT, arrival, camera, hikvision, signed

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def push(device: Device, one: factories.Push, *, at=AT) -> inbox.Answer:
    """Deliver without draining."""
    path = inbox.push_path(device)
    route = inbox.ROUTES[device.adapter]
    return inbox.receive(arrival(one, path), route=route, path_token=device.path_token, at=at)


@pytest.fixture
def database_down():
    """Return a switch: while it is on, nobody listens where the database was."""
    host = connection.settings_dict["HOST"]

    class Switch:
        def off(self) -> None:
            connection.close()
            connection.settings_dict["HOST"] = "/nowhere"

        def on(self) -> None:
            connection.close()
            connection.settings_dict["HOST"] = host
            gateways._down_until = 0.0

    switch = Switch()
    yield switch
    switch.on()


@pytest.mark.django_db(transaction=True)
def test_with_the_database_down_deliveries_are_kept_answered_and_brought_in_afterwards(
    database_down,
):
    device = camera()
    device_list.devices.find(device.path_token)  # as any delivery of the last minutes did
    database_down.off()
    answers = [
        push(device, hikvision(f"event {n}", at=AT + timedelta(seconds=n))) for n in range(5)
    ]
    assert [answer.reply.status for answer in answers] == [200] * 5
    with pytest.raises(OperationalError):
        drain(spool())
    assert spool().count() == 5
    database_down.on()
    factories.bring_in()
    rows = Delivery.objects.order_by("pk").values_list("pk", flat=True)
    assert list(rows) == [answer.receipt_id for answer in answers]
    for pk in rows:
        assert parsing.parse(pk, at=AT) == "parsed"
    assert Detection.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_process_started_while_the_database_is_down_knows_the_devices_from_the_signed_file(
    database_down,
):
    device = camera()
    DeviceList().find(device.path_token)
    database_down.off()
    known = DeviceList().find(device.path_token)
    assert (known.code, known.adapter) == ("CAM-01", "hikvision-isapi")
    assert DeviceList().find("nobody") is None


@pytest.mark.django_db(transaction=True)
def test_a_forged_list_of_devices_is_not_believed(database_down, settings, caplog):
    device = camera()
    DeviceList().find(device.path_token)
    file = Path(settings.INTAKE_SPOOL_DIR) / "devices.signed"
    text = file.read_text()
    assert device.path_token not in text
    middle = len(text) // 2
    file.write_text(text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :])
    database_down.off()
    with caplog.at_level(logging.ERROR):
        assert DeviceList().find(device.path_token) is None
    assert "not the one we wrote" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_process_that_knows_the_devices_does_not_forget_them_for_want_of_a_file(
    database_down, settings
):
    device = camera()
    known = DeviceList()
    known.find(device.path_token)
    (Path(settings.INTAKE_SPOOL_DIR) / "devices.signed").unlink()
    database_down.off()
    found = known.find(device.path_token)
    assert found is not None
    assert found.code == "CAM-01"


@pytest.mark.django_db(transaction=True)
def test_a_known_device_waits_for_no_frozen_database(settings, monkeypatch):
    device = camera()
    settings.INTAKE_DEVICES_IN_BACKGROUND = True
    known, thawed = DeviceList(), threading.Event()
    assert known.find(device.path_token) is not None
    monkeypatch.setattr(device_list, "_entries", lambda: thawed.wait(30) and None)
    began = time.monotonic()
    for _ in range(5):
        assert known.find(device.path_token) is not None
    assert time.monotonic() - began < 1
    thawed.set()
    known._idle.wait(10)


def test_a_revoked_device_is_turned_away_when_the_list_is_read_again():
    device = camera()
    assert push(device, hikvision("one")).reply.status == 200
    Device.objects.filter(pk=device.pk).update(state=Device.State.REVOKED)
    assert push(device, hikvision("two")).reply.status == 403


@pytest.mark.django_db(transaction=True)
def test_gateways_are_checked_for_repeats_when_the_database_is_back(database_down):
    device = camera("GW-01", adapter="generic-signed")
    url = f"http://testserver{inbox.push_path(device)}"
    event = {"event_id": "01935a2e-7b1c-7def-8123-456789abcdef"}
    device_list.devices.find(device.path_token)
    first = signed(device, url, **event)
    database_down.off()
    answers = [
        push(device, first),
        push(device, signed(device, url, **event)),
        push(device, signed(device, url, words="other", **event)),
        push(device, first),
    ]
    assert [answer.reply.status for answer in answers] == [202] * 4
    database_down.on()
    factories.bring_in()
    kept = [Delivery.objects.get(pk=answer.receipt_id) for answer in answers]
    assert [(one.state, one.fault_code) for one in kept] == [
        ("received", ""),
        ("duplicate", ""),
        ("quarantined", "conflict"),
        ("quarantined", "nonce_replayed"),
    ]


class StoreDown:
    def put(self, data: bytes, sha256: str = "") -> str:
        raise OSError("no answer")


def test_with_the_store_down_the_body_waits_on_this_machine(monkeypatch):
    device, one = camera(), hikvision()
    monkeypatch.setattr("cameras.keeping.store", StoreDown)
    monkeypatch.setattr("cameras.draining.store", StoreDown)
    answer = push(device, one)
    assert answer.reply.status == 200
    with pytest.raises(OSError, match="no answer"):
        drain(spool())
    assert not Delivery.objects.exists()
    monkeypatch.undo()
    factories.bring_in()
    delivery = Delivery.objects.get(pk=answer.receipt_id)
    assert storages["evidence"].read(delivery.kept_sha256) == one.body
    assert spool().count() == 0


def test_a_drainer_killed_after_the_commit_doubles_nothing(monkeypatch):
    device = camera()
    push(device, hikvision())
    with monkeypatch.context() as killed:
        killed.setattr(draining.Spool, "forget", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            drain(spool())
    assert Delivery.objects.count() == 1
    done = drain(spool())
    assert (done.stored, done.known) == (0, 1)
    assert Delivery.objects.count() == 1
    assert CustodyEvent.objects.filter(action="received").count() == 1
    assert spool().count() == 0


def test_while_one_process_drains_another_does_nothing():
    push(camera(), hikvision())
    lock = os.open(spool().folder / ".draining", os.O_CREAT | os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    assert drain(spool()).total == 0
    os.close(lock)
    assert drain(spool()).stored == 1


def test_a_delivery_the_database_refuses_keeps_no_other_waiting(caplog):
    device = camera()
    good = push(device, hikvision("one"))
    [path] = spool().waiting()
    bad = spool().read(path)
    text = path.read_text().replace(str(bad.receipt_id), str(factories.uuid7()))
    other = path.with_name(f"{factories.uuid7()}.json")
    other.write_text(text.replace('"authenticity":"D"', '"authenticity":"DD"'))
    after = push(device, hikvision("two"))
    with caplog.at_level(logging.ERROR):
        done = drain(spool())
    assert (done.stored, done.set_aside) == (2, 1)
    assert set(Delivery.objects.values_list("pk", flat=True)) == {
        good.receipt_id,
        after.receipt_id,
    }
    assert spool().damaged() == 1
    assert factories.PLATE not in caplog.text


def test_a_camera_over_its_rate_is_kept_marked_and_read_after_its_neighbours():
    loud, calm = camera("CAM-LOUD"), camera("CAM-CALM")
    meter = Meter()
    for number in range(40):
        answer = push(loud, hikvision(f"loud {number}", at=AT + timedelta(milliseconds=number)))
        assert answer.reply.status == 200
    quiet = push(calm, hikvision("calm"))
    drain(spool(), meter=meter)
    assert Delivery.objects.filter(device=loud, is_flood=True).count() == 10
    assert not Delivery.objects.get(pk=quiet.receipt_id).is_flood
    later = AT + timedelta(minutes=1)
    first = parsing.left_behind(at=later)
    assert quiet.receipt_id in first
    assert len(first) == 31
    for pk in first:
        parsing.parse(pk, at=later)
    assert len(parsing.left_behind(at=later)) == 10


def test_a_backlog_is_judged_by_when_it_came_and_not_by_when_it_is_drained():
    device = camera()
    for number in range(40):
        at = AT + timedelta(seconds=number)
        push(device, hikvision(f"n {number}", at=at), at=at)
    factories.bring_in()
    assert Delivery.objects.filter(is_flood=True).count() == 0


def test_a_gateway_over_its_rate_is_asked_to_wait(settings):
    settings.INTAKE_GATEWAY_RATE, settings.INTAKE_GATEWAY_BURST = 2, 3
    device = camera("GW-01", adapter="generic-signed")
    url = f"http://testserver{inbox.push_path(device)}"
    answers = [push(device, signed(device, url, event_id=str(factories.uuid7()))) for _ in range(5)]
    assert [answer.reply.status for answer in answers] == [202, 202, 202, 429, 429]
    assert answers[-1].retry_after == 5
