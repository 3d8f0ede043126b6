"""What is kept how long: classes, rules, and bytes that go for good while the log stays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation

from cameras import custody, disposal, evidence, retention
from cameras.models import (
    CustodyEvent,
    Delivery,
    Derivative,
    Detection,
    Disposal,
    EvidenceFile,
    Snap,
    SnapGroup,
)
from cameras.retention import Ended
from tests import journeys
from tests.cameras.ending import DAYS, FIRST_DAY, LATER, closed, dispose, ended, rules, stored
from tests.cameras.factories import (
    AT,
    camera,
    detected,
    heartbeat,
    hikvision,
    read,
    receive,
    three_pictures,
)

__all__ = ["ended"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db, pytest.mark.usefixtures("ended")]


@pytest.fixture(autouse=True)
def _in_english():
    """Refusals are compared with the words of the code."""
    with translation.override("en"):
        yield


def test_without_rules_nothing_is_ever_due(ended):
    closed(ended, detected(camera(), hikvision()))
    assert retention.due(at=AT + timedelta(days=36_500)) == []


def test_a_class_without_a_rule_is_kept_whatever_the_others_say(ended):
    closed(ended, detected(camera(), hikvision()))
    rules("passage", "quarantined", "rejected")
    assert retention.due(at=LATER) == []


def grounds(delivery: Delivery) -> list[str]:
    return [one.record_class for one in retention.classify(delivery, at=LATER)]


def test_every_delivery_has_its_class_or_is_still_needed(ended):
    device = camera()
    alive, useless = read(device, heartbeat()), read(device, hikvision("x", pictures=[b"<svg/>"]))
    waiting = detected(device, hikvision("waits"))
    case = closed(ended, detected(device, hikvision("case", plate="29A11111")))
    refused = detected(device, hikvision("refused", plate="29A22222"))
    ended[refused.pk] = Ended("rejected", FIRST_DAY)
    open_case = detected(device, hikvision("open", plate="29A33333"))
    ended[open_case.pk] = None
    unread = Delivery.objects.get(pk=receive(device, hikvision("unread")).receipt_id)
    assert grounds(alive) == ["passage"]
    assert useless.state == "quarantined" and grounds(useless) == ["quarantined"]
    assert grounds(case.delivery) == ["case"]
    assert grounds(refused.delivery) == ["rejected"]
    for needed in (waiting.delivery, open_case.delivery, unread):
        assert grounds(needed) == []


def test_a_discarded_detection_counts_from_the_technicians_word():
    place = journeys.world()
    detection = detected(place.red_light_camera, hikvision())
    Detection.objects.filter(pk=detection.pk).update(
        state="discarded",
        released_by=place.technician.user,
        released_at=AT + timedelta(days=5),
        release_ground="trial",
    )
    rules()
    assert grounds(detection.delivery) == ["discarded"]
    assert retention.due(at=AT + timedelta(days=DAYS + 4)) == []
    assert len(retention.due(at=AT + timedelta(days=DAYS + 5))) == 1


def test_a_case_counts_from_the_end_of_its_closing_day_in_viet_nam(ended):
    closed(ended, detected(camera(), hikvision()), date(2026, 10, 20))
    rules("case")
    midnight = AT.replace(day=20, hour=17, minute=0, second=0)  # 21/10 00:00 in Viet Nam
    assert retention.due(at=midnight + timedelta(days=DAYS, seconds=-1)) == []
    assert len(retention.due(at=midnight + timedelta(days=DAYS))) == 1


def test_what_was_disposed_of_is_gone_with_its_copies_and_says_so(
    ended, django_capture_on_commit_callbacks
):
    detection = closed(ended, detected(camera(), hikvision()))
    file = detection.evidence.get(position=1)
    copies = [evidence.citizen_copy(file), evidence.thumbnail(file)]
    rules()
    tally = dispose(django_capture_on_commit_callbacks)
    gone = [detection.delivery.kept_sha256, *(copy.sha256 for copy in copies)]
    assert not any(stored(sha256) for sha256 in gone)
    assert set(Disposal.objects.values_list("sha256", flat=True)) == set(gone)
    assert {row.ground for row in Disposal.objects.all()} == {"case, 30 d: Quy định số 01 (mẫu)"}
    assert tally["case"].count == 1
    assert tally["case"].size == detection.delivery.kept_size + sum(copy.size for copy in copies)
    with pytest.raises(evidence.EvidenceDisposed, match="disposed of on") as caught:
        evidence.read_file(file)
    assert caught.value.on == LATER
    with pytest.raises(evidence.EvidenceDisposed):
        evidence.read_derivative(copies[0])


def test_rows_and_chain_stay_whole_after_a_disposal(ended, django_capture_on_commit_callbacks):
    detection = closed(ended, detected(camera(), hikvision()))
    evidence.thumbnail(detection.evidence.get(position=1))
    custody.chain()
    rules()
    dispose(django_capture_on_commit_callbacks)
    custody.chain()
    assert custody.faults(at=LATER + timedelta(hours=1)) == []
    rows = CustodyEvent.objects.filter(action="disposed").order_by("pk")
    assert [row.object_sha256 for row in rows] == [
        detection.delivery.kept_sha256,
        Derivative.objects.get().sha256,
    ]
    assert EvidenceFile.objects.filter(detection=detection).count() == 3


def test_a_second_run_finds_nothing_left(ended, django_capture_on_commit_callbacks):
    closed(ended, detected(camera(), hikvision()))
    rules()
    dispose(django_capture_on_commit_callbacks)
    assert retention.due(at=LATER) == []
    assert dispose(django_capture_on_commit_callbacks) == {}
    assert Disposal.objects.count() == 1


def test_an_open_case_keeps_its_bytes(ended, django_capture_on_commit_callbacks):
    detection = detected(camera(), hikvision())
    ended[detection.pk] = None
    rules()
    assert dispose(django_capture_on_commit_callbacks, AT + timedelta(days=9_999)) == {}
    assert stored(detection.delivery.kept_sha256)


def test_of_two_road_users_in_one_delivery_the_later_one_decides(
    ended, django_capture_on_commit_callbacks
):
    device = camera()
    first = closed(ended, detected(device, hikvision()))
    other = detected(device, hikvision("other", plate="29A44444"))
    # A picture of the first one's delivery is evidence in the other's detection too.
    EvidenceFile.objects.create(
        detection=other,
        delivery=first.delivery,
        position=9,
        role="context",
        sha256="0" * 64,
        offset=0,
        size=1,
        media_type="image/jpeg",
        width=1,
        height=1,
    )
    rules()
    assert dispose(django_capture_on_commit_callbacks) == {}
    closed(ended, other, FIRST_DAY + timedelta(days=10))
    assert dispose(django_capture_on_commit_callbacks) == {}
    gone = dispose(django_capture_on_commit_callbacks, LATER + timedelta(days=10))
    assert gone["case"].count == 2


def test_bytes_that_came_twice_stay_until_both_are_due(ended, django_capture_on_commit_callbacks):
    device, push = camera(), hikvision()
    detection = detected(device, push)
    ended[detection.pk] = None
    again = read(device, push, at=AT + timedelta(minutes=1))
    assert again.state == "duplicate"
    assert again.kept_sha256 == detection.delivery.kept_sha256
    rules()
    assert dispose(django_capture_on_commit_callbacks) == {}
    assert stored(again.kept_sha256)
    closed(ended, detection)
    assert dispose(django_capture_on_commit_callbacks)["case"].count == 2
    assert not stored(again.kept_sha256)
    assert CustodyEvent.objects.filter(action="disposed").count() == 2


def test_a_sign_of_life_that_still_comes_blocks_nothing_else(
    ended, django_capture_on_commit_callbacks
):
    device = camera()
    old = read(device, heartbeat())
    read(device, heartbeat(), at=LATER - timedelta(hours=1))
    detection = closed(ended, detected(device, hikvision()))
    rules()
    assert [item.row.pk for item in retention.due(at=LATER, limit=1)] == [detection.delivery_id]
    dispose(django_capture_on_commit_callbacks)
    assert stored(old.kept_sha256)


def test_bytes_that_come_again_after_their_disposal_are_kept_again(
    ended, django_capture_on_commit_callbacks
):
    device, push = camera(), hikvision()
    detection = closed(ended, detected(device, push))
    rules()
    dispose(django_capture_on_commit_callbacks)
    again = read(device, push, at=LATER + timedelta(days=1))
    assert stored(again.kept_sha256)
    assert disposal.finish_removals(at=LATER + timedelta(days=2)) == 0
    assert stored(again.kept_sha256)
    assert evidence.read_file(detection.evidence.get(position=1)) == three_pictures("one")[0]


# Between the commit and the removal


def test_a_crash_before_the_removal_is_finished_by_the_sweep(
    ended, django_capture_on_commit_callbacks
):
    detection = closed(ended, detected(camera(), hikvision()))
    rules()
    with django_capture_on_commit_callbacks(execute=False):
        disposal.dispose(at=LATER)
    assert stored(detection.delivery.kept_sha256)
    assert disposal.finish_removals(at=LATER + timedelta(days=1)) == 1
    assert not stored(detection.delivery.kept_sha256)
    assert disposal.finish_removals(at=LATER + timedelta(days=1)) == 0


def test_the_nightly_sweep_looks_back_a_week_and_the_command_at_everything(
    ended, django_capture_on_commit_callbacks, monkeypatch
):
    detection = closed(ended, detected(camera(), hikvision()))
    rules()
    with django_capture_on_commit_callbacks(execute=False):
        disposal.dispose(at=LATER)
    month_later = LATER + timedelta(days=30)
    assert disposal.finish_removals(at=month_later) == 0
    assert stored(detection.delivery.kept_sha256)
    assert disposal.finish_removals(at=month_later, everything=True) == 1


def test_a_store_that_refuses_leaves_the_bytes_to_the_sweep(
    ended, django_capture_on_commit_callbacks, monkeypatch
):
    detection = closed(ended, detected(camera(), hikvision()))
    rules()
    store = type(evidence.store())
    with monkeypatch.context() as broken:
        broken.setattr(store, "remove", lambda self, sha256: (_ for _ in ()).throw(OSError("away")))
        assert dispose(django_capture_on_commit_callbacks)["case"].count == 1
    assert stored(detection.delivery.kept_sha256)
    assert disposal.finish_removals(at=LATER) == 1


def test_bytes_received_at_the_moment_of_removal_are_put_back(
    ended, django_capture_on_commit_callbacks, monkeypatch
):
    device, push = camera(), hikvision()
    detection = closed(ended, detected(device, push))
    rules()
    store = type(evidence.store())
    remove = store.remove

    def while_it_comes_again(self, sha256):
        receive(device, push, at=LATER)
        remove(self, sha256)

    monkeypatch.setattr(store, "remove", while_it_comes_again)
    dispose(django_capture_on_commit_callbacks)
    assert evidence.store().read(detection.delivery.kept_sha256) == push.body


def test_a_snap_without_a_picture_is_kept_with_the_violation_of_its_group(ended):
    device = camera()
    detection = detected(device, hikvision())
    announcement = read(device, heartbeat(), at=AT - timedelta(seconds=1))
    group = SnapGroup.objects.create(
        device=device, key="g1", expected=2, first_at=AT, closes_at=AT, state="complete"
    )
    for position, delivery in enumerate((announcement, detection.delivery), start=1):
        Snap.objects.create(group=group, delivery=delivery, position=position)
    ended[detection.pk] = None
    assert grounds(announcement) == []
    closed(ended, detection)
    assert grounds(announcement) == ["case"]
