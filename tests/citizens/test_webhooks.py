"""Partners are told by themselves: signed, in order, never lost, and never led where they may not.

A sender sees events once their transaction has ended. Tests that need that do commit
(``transaction=True``) and are few.
"""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from citizens.models import ClientChange, PartnerEvent, WebhookDelivery, WebhookEndpoint
from citizens.partners import feed, webhook_sending, webhook_wire, webhooks
from citizens.partners.desk import todo
from citizens.partners.webhook_wire import BadAddress, NotDelivered
from tests import journeys
from tests.citizens.conftest import clock, place
from tests.citizens.partners import REASON, administrators, agency, client, fleet
from tests.citizens.receiver import receiving
from tests.citizens.visits import NOW, PLATE, case_at
from tests.kill_support import eventually
from violations.guards import Refused
from violations.models import Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate]
KINDS = PartnerEvent.Kind.values


@pytest.fixture
def receiver(settings) -> Any:
    settings.WEBHOOK_OPEN_NETWORKS = True
    with receiving() as running:
        yield running


def hook(place: journeys.World, held: Any, url: str, kinds: Any = KINDS) -> WebhookEndpoint:
    """Add a webhook that is told of everything there is, also of what lies behind."""
    made = webhooks.add_endpoint(
        held, url, list(kinds), reason=REASON, by=administrators(place)[0].user, at=NOW
    )
    WebhookEndpoint.objects.filter(pk=made.pk).update(seen_transaction=0, seen_id=0)
    made.refresh_from_db()
    return made


def run(at: Any = NOW) -> int:
    return webhook_sending.run(now=lambda: at)


def send_within(seconds: float) -> Any:
    def send(url: str, headers: dict[str, str], body: bytes) -> None:
        webhook_wire.send(url, headers, body, is_open=True, seconds=seconds)

    return send


# The wire ----------------------------------------------------------------------------------------


def test_the_signature_is_that_of_the_standard():
    """The example of the specification of Standard Webhooks."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    signed = webhook_wire.sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.vn/", "scheme"),
        ("ftp://example.vn/", "scheme"),
        ("https://example.vn:22/", "port"),
        ("https://example.vn:99999/", "form"),
        ("https://user:pass@example.vn/", "form"),
        ("https://example.vn/#x", "form"),
        ("https:///x", "form"),
        ("https://exa mple.vn/", "form"),
        ("https://example.vn/\r\nHost: x", "form"),
        ("https://ví-dụ.vn/", "form"),
        ("https://" + "a" * 400 + ".vn/", "form"),
    ],
)
def test_an_address_that_may_not_be_is_refused(url, why):
    with pytest.raises(BadAddress, match=why):
        webhook_wire.read_address(url, is_open=False)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[fd00::1]", "[fe80::1]",
        "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[2002:a00:1::]", "2130706433", "0x7f.1",
    ],
)  # fmt: skip
def test_no_message_goes_into_a_private_network(host):
    target = webhook_wire.read_address(f"https://{host}/", is_open=False)
    with pytest.raises(BadAddress):
        webhook_wire.find_host(target, is_open=False)
    with pytest.raises(NotDelivered, match="address"):
        webhook_wire.send(f"https://{host}/", {}, b"", is_open=False)


def test_one_private_address_among_those_of_a_name_is_one_too_many(monkeypatch):
    def answers(*_asked: Any, **_more: Any) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]

    monkeypatch.setattr("socket.getaddrinfo", answers)
    target = webhook_wire.read_address("https://example.vn/", is_open=False)
    with pytest.raises(BadAddress, match="private"):
        webhook_wire.find_host(target, is_open=False)


@pytest.mark.parametrize(
    ("how", "word"),
    [
        ("500", "HTTP 500"),
        ("404", "HTTP 404"),
        ("to http://127.0.0.1:1/", "HTTP 302"),
        ("silent", "timeout"),
        ("drip", "timeout"),
        ("hang up", "connection"),
    ],
)
def test_what_is_no_receipt_is_told_in_a_word(receiver, how, word):
    receiver.answers = [how]
    with pytest.raises(NotDelivered, match=word):
        webhook_wire.send(receiver.url, {}, b"{}", is_open=True, seconds=0.4)


def test_of_an_endless_answer_little_is_read(receiver):
    receiver.answers = ["endless"]
    webhook_wire.send(receiver.url, {}, b"{}", is_open=True, seconds=5)


def test_nobody_there_is_no_receipt():
    with pytest.raises(NotDelivered, match="connection"):
        webhook_wire.send("http://127.0.0.1:9/", {}, b"{}", is_open=True, seconds=1)


# The feed ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_milestones_are_written_with_their_step_and_none_before_the_notice(place):
    case = case_at("closed", place)
    kinds = [event.kind for event in PartnerEvent.objects.filter(case=case).order_by("sequence")]
    assert kinds == [
        "case.notified",
        "case.recorded",
        "case.decided",
        "case.served",
        "case.paid",
        "case.closed",
    ]
    case_at("owner_identified", place, plate=None)
    assert PartnerEvent.objects.exclude(case=case).count() == 0
    assert agency(place).get("events/").json()["results"] == []  # its transaction still runs


def others_ended() -> None:
    """Wait for what runs in other databases of the server: a feed waits for all of it.

    Tests beside this one each hold a transaction as long as they last.
    """
    eventually(
        lambda: not PartnerEvent.objects.filter(transaction__gte=feed.Horizon()).exists(),
        "the transactions beside this test to end",
        300,
    )


@pytest.mark.django_db(transaction=True)
def test_a_whole_road_is_told_signed_and_in_order(place, receiver):
    """Notice to closing: feed and webhook, failures and repeats, renewal, another's eyes."""
    case = case_at("decided", place)
    others_ended()
    asking, other = agency(place), fleet(place, "30F25658")
    page = asking.get("events/").json()
    assert [event["type"] for event in page["results"]] == KINDS[:3]
    assert other.get("events/").json()["results"] == []
    assert asking.get("events/", {"after": page["next"]}).json() == {
        "results": [],
        "next": page["next"],
    }

    endpoint = hook(place, asking.client, receiver.url)
    hook(place, other.client, receiver.url)
    journeys.onward(case, "closed", place)
    others_ended()
    more = asking.get("events/", {"after": page["next"], "limit": 2}).json()
    assert [event["type"] for event in more["results"]] == ["case.served", "case.paid"]

    receiver.answers = ["500"]
    assert run() == 0  # the first failed, and those behind it wait for it
    assert [told[0] for told in receiver.told()] == ["case.notified"]
    assert run(NOW + timedelta(seconds=30)) == 6
    told = receiver.told()[1:]
    events = PartnerEvent.objects.filter(case=case).order_by("sequence")
    assert told == [(event.kind, case.number, event.sequence) for event in events]
    ids = [headers["webhook-id"] for headers, _body in receiver.came]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 6
    (secret,) = webhooks.secrets_of(endpoint, at=NOW)
    moment = (NOW + timedelta(seconds=30)).timestamp()
    assert all(receiver.is_signed(number, secret, at=moment) for number in range(7))
    assert not receiver.is_signed(1, secret.replace("whsec_", "whsec_AAAA"), at=moment)
    assert run(NOW + timedelta(hours=1)) == 0

    # A message sent again keeps its id; while the secret changes both signatures stand.
    by = administrators(place)[0].user
    new = webhooks.rotate_secret(endpoint, reason=REASON, by=by, at=NOW)
    one = endpoint.deliveries.first()
    again = webhooks.send_again(endpoint, delivery_id=one.pk, reason=REASON, by=by, at=NOW)
    assert (again, run()) == (1, 1)
    assert receiver.came[-1][0]["webhook-id"] == f"msg_{one.pk}"
    for known in (secret, new):
        assert receiver.is_signed(-1, known, at=NOW.timestamp())
    webhooks.send_again(endpoint, delivery_id=one.pk, reason=REASON, by=by, at=NOW)
    later = NOW + webhooks.FORMER_SIGNS
    assert run(later) == 1
    assert not receiver.is_signed(-1, secret, at=later.timestamp())
    assert receiver.is_signed(-1, new, at=later.timestamp())
    body = json.loads(receiver.came[-1][1])
    assert set(body["data"]) == {"id", "case", "sequence", "status", "unit", "plate"}


@pytest.mark.django_db(transaction=True)
def test_what_commits_late_is_not_passed_over(place):
    """One transaction takes its number first and ends last; the feed waits for it."""
    slow, fast = case_at("recorded", place), case_at("owner_identified", place, plate=None)
    others_ended()
    asking = agency(place)
    place_in_feed = asking.get("events/").json()["next"]
    begun, may_end, was_waited_for = threading.Event(), threading.Event(), []

    def late() -> None:
        try:
            with transaction.atomic():
                journeys.onward(Violation.objects.get(pk=slow.pk), "decided", place)
                begun.set()
                was_waited_for.append(may_end.wait(20))
        finally:
            begun.set()
            connections.close_all()

    thread = threading.Thread(target=late)
    thread.start()
    assert begun.wait(20)
    journeys.onward(fast, "notified", place)
    while_running = asking.get("events/", {"after": place_in_feed}).json()
    may_end.set()
    thread.join()
    assert was_waited_for == [True]
    assert while_running == {"results": [], "next": place_in_feed}
    others_ended()
    after = asking.get("events/", {"after": while_running["next"]}).json()["results"]
    assert [event["case"] for event in after] == [slow.number, fast.number]


@pytest.mark.django_db(transaction=True)
def test_calls_at_one_moment_share_one_quota(place):
    asking = agency(place, per_minute=7)

    def call(_turn: int) -> int:
        try:
            return asking.get("figures/").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(call, range(16)))
    assert sorted(answers) == [200] * 7 + [429] * 9


@pytest.mark.django_db
def test_two_runs_turn_an_event_into_one_message(place, receiver, monkeypatch):
    settle(monkeypatch)
    case_at("notified", place)
    endpoint = hook(place, agency(place).client, receiver.url)
    assert webhooks.write_messages(at=NOW) == 1
    assert webhooks.write_messages(at=NOW) == 0
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(seen_transaction=0, seen_id=0)
    with pytest.raises(Exception, match="one_message_an_event"), transaction.atomic():
        webhooks.write_messages(at=NOW)


def settle(monkeypatch: Any) -> None:
    """Let the feed show what the test's own transaction has written."""
    monkeypatch.setattr(feed.Horizon, "template", "9000000000000000000")


# Failing receivers -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_one_that_is_down_holds_up_no_other(place, receiver, monkeypatch):
    settle(monkeypatch)
    case_at("decided", place)
    hook(place, agency(place).client, "http://127.0.0.1:9/")
    hook(place, agency(place, name="khác").client, receiver.url)
    assert run() == 3
    assert len(receiver.came) == 3
    waiting = WebhookDelivery.objects.filter(state="waiting")
    assert sorted(waiting.values_list("attempts", flat=True)) == [0, 0, 1]
    assert waiting.get(attempts=1).fault == "connection"


@pytest.mark.django_db
def test_a_sender_that_died_loses_nothing(place, receiver, monkeypatch):
    settle(monkeypatch)
    case_at("notified", place)
    hook(place, agency(place).client, receiver.url)
    webhooks.write_messages(at=NOW)

    def dies(*_given: Any) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        webhook_sending.run(now=lambda: NOW, send=dies)
    assert run(NOW + timedelta(seconds=30)) == 0  # another may still be at it
    assert run(NOW + webhook_sending.LEASE + timedelta(seconds=1)) == 1


@pytest.mark.django_db
def test_who_takes_nothing_for_days_is_disabled_and_resumed_where_it_stopped(
    place, receiver, monkeypatch
):
    settle(monkeypatch)
    case_at("recorded", place)
    asking = agency(place)
    endpoint = hook(place, asking.client, receiver.url)
    at = NOW
    receiver.answers = ["503"] * 50
    for _attempt in range(40):
        run(at)
        endpoint.refresh_from_db()
        if endpoint.state == "disabled":
            break
        at = endpoint.deliveries.filter(attempts__gt=0).latest("attempts").next_attempt_at
    assert endpoint.state == "disabled"
    assert at - NOW < timedelta(days=7)
    assert len(receiver.came) <= len(webhook_sending.WAITS) + 2
    change = ClientChange.objects.filter(what="hook_disabled").get()
    assert (change.by, change.reason) == (None, "HTTP 503")
    first, second = (person.user for person in administrators(place))
    assert [row["url"] for row in todo(first, at)] == [f"/can-bo/doi-tac/{asking.client.pk}/"]
    receiver.answers, receiver.came = [], []
    assert run(at) == 0
    webhooks.resume(endpoint, reason=REASON, by=second, at=at)
    assert run(at) == 2
    assert [told[0] for told in receiver.told()] == ["case.notified", "case.recorded"]


@pytest.mark.django_db
def test_a_client_that_lost_its_right_is_told_nothing_more(place, receiver, monkeypatch):
    settle(monkeypatch)
    case_at("notified", place)
    asking = agency(place, scopes=("cases:read",))
    hook(place, asking.client, receiver.url)
    assert run() == 0
    other = fleet(place, PLATE)
    hook(place, other.client, receiver.url, ["case.decided"])
    assert (run(), receiver.came) == (0, [])


@pytest.mark.django_db
def test_addresses_are_looked_at_when_they_are_added(place):
    by = administrators(place)[0].user
    held = client(place)
    for url in ("http://example.vn/", "https://127.0.0.1/", "https://localhost/", "x"):
        with pytest.raises(Refused):
            webhooks.add_endpoint(held, url, KINDS, reason=REASON, by=by, at=NOW)
    with pytest.raises(Refused):
        webhooks.add_endpoint(held, "https://8.8.8.8/", ["x"], reason=REASON, by=by, at=NOW)


@pytest.mark.django_db
def test_the_walks_use_an_index(place):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for rows in (
            feed.behind(feed.settled(PartnerEvent.objects.all()), (5, 5))[:50],
            feed.behind(feed.settled(PartnerEvent.objects.filter(unit=place.unit)), (5, 5))[:50],
            WebhookDelivery.objects.filter(state="waiting").order_by("next_attempt_at")[:1],
        ):
            plan = rows.explain()
            assert "Index" in plan
            assert "Sort" not in plan, plan
    assert timezone.now() == NOW
