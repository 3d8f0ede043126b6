"""Messages reach the agencies: once, in order, through failures, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx
import pytest

from tests.journeys import START, World, case_at, confirming, world
from tests.violations.agency_desk import Agencies
from violations import agency_warnings, dispatch, payments
from violations.agencies import AgencyClient, AgencyRefused, AgencyUnavailable
from violations.guards import day_in_viet_nam
from violations.models import Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATE = START + timedelta(days=30)
KEY = "11111111-2222-4333-8444-555555555555"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agencies]:
    made = Agencies(tmp_path_factory.mktemp("agencies") / "agencies.json")
    yield made
    made.close()


@pytest.fixture
def agencies(running: Agencies) -> Iterator[Agencies]:
    """The running agencies with empty books."""
    port = running.url.rsplit(":", 1)[1]
    running.stop()
    running.data.unlink(missing_ok=True)
    running.start(port)
    return running


@pytest.fixture
def place() -> World:
    return world()


class Clock:
    """A time that goes on when it is told to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def drain(agencies: Agencies, clock: Clock) -> int:
    return dispatch.drain(now=clock, client=agencies.client)


def settle(case: Violation, reference: str, at: datetime) -> None:
    due = payments.amount_due(case.decision, on=day_in_viet_nam(at))
    payments.receive(
        case.decision.pk, provider="vnpay", reference=reference, amount_vnd=due.remaining_vnd,
        paid_at=at, at=at,
    )  # fmt: skip
    assert payments.settle_and_close(case.pk, at=at)


def test_a_notice_is_found_by_its_plate_at_the_national_look_up(
    agencies: Agencies, place: World
) -> None:
    case = case_at("notified", place)
    drain(agencies, Clock(LATE))
    [found] = agencies.records("lookup", plate=case.plate)
    assert found["status"] == "Chưa xử phạt"
    assert found["handling_phone"] == place.unit.phone
    assert not case.agency_messages.exclude(state="acknowledged").exists()
    assert all(row.receipt and row.acknowledged_at == LATE for row in case.agency_messages.all())


def test_after_the_payment_no_agency_holds_a_warning(agencies: Agencies, place: World) -> None:
    case = case_at("served", place)
    agency_warnings.warn_unpaid(case.pk, by=confirming(case), at=LATE)
    clock = Clock(LATE)
    drain(agencies, clock)
    for agency in ("inspection", "registration"):
        assert len(agencies.records(agency, plate=case.plate)) == 1
    settle(case, "V-DISPATCH", LATE)
    drain(agencies, clock)
    for agency in ("inspection", "registration", "licence"):
        assert agencies.records(agency, case=case.number) == []
    [public] = agencies.records("lookup", plate=case.plate)
    assert public["status"] == "Đã giải quyết"
    [entry] = agencies.records("database", case=case.number)
    assert (entry["status"], entry["warning_sent"]) == ("closed", False)


def test_a_warning_lifted_before_it_was_sent_is_sent_and_then_lifted(
    agencies: Agencies, place: World
) -> None:
    case = case_at("served", place)
    agency_warnings.warn_unpaid(case.pk, by=confirming(case), at=LATE)
    settle(case, "V-BOTH", LATE)
    drain(agencies, Clock(LATE))
    assert agencies.kinds("inspection") == ["warn", "lift"]
    assert agencies.records("inspection", plate=case.plate) == []


def test_a_later_message_waits_while_an_earlier_one_is_on_its_way(place: World) -> None:
    case = case_at("decided", place)
    first = dispatch.claim(at=LATE, without=["database"])
    assert (first.agency, first.kind) == ("lookup", "publish")
    assert dispatch.claim(at=LATE, without=["database"]) is None
    dispatch.record_receipt(first, "LOO-1", at=LATE)
    assert dispatch.claim(at=LATE, without=["database"]).kind == "status"
    assert case.agency_messages.filter(agency="lookup").count() == 2


def test_a_stuck_message_holds_back_those_after_it(agencies: Agencies, place: World) -> None:
    case = case_at("decided", place)
    agencies.play("refuses", "lookup")
    clock = Clock(LATE)
    drain(agencies, clock)
    stuck = case.agency_messages.get(state="stuck")
    assert (stuck.agency, stuck.kind) == ("lookup", "publish")
    assert stuck.fault == "The agency refused the message (HTTP 422, refused_by_scenario)."
    agencies.play("", "lookup")
    drain(agencies, clock)
    assert agencies.kinds("lookup") == []
    assert case.plate not in stuck.fault


def test_an_agency_that_is_down_for_a_day_gets_everything_in_order(
    agencies: Agencies, place: World
) -> None:
    agencies.play("unavailable", "lookup", "inspection")
    case = case_at("served", place)
    agency_warnings.warn_unpaid(case.pk, by=confirming(case), at=LATE)
    clock = Clock(LATE)
    for _quarter in range(80):
        drain(agencies, clock)
        clock.at += timedelta(minutes=15)
    settle(case, "V-DAY", clock.at)
    assert not case.agency_messages.filter(state="stuck").exists()
    assert agencies.kinds("registration") == ["warn"], "the others were not held up"
    agencies.play("", "lookup", "inspection")
    clock.at += timedelta(hours=1)
    drain(agencies, clock)
    assert agencies.kinds("lookup") == ["publish", "status", "status"]
    assert agencies.kinds("inspection") == ["warn", "lift"]
    assert not case.agency_messages.exclude(state="acknowledged").exists()


@pytest.mark.parametrize("scenario", ["unavailable", "slow", "garbage", "lost"])
def test_a_message_without_a_readable_receipt_is_sent_again(
    agencies: Agencies, place: World, scenario: str
) -> None:
    case = case_at("notified", place)
    agencies.play(scenario, "lookup")
    clock = Clock(LATE)
    drain(agencies, clock)
    message = case.agency_messages.get(agency="lookup")
    assert (message.state, message.attempts) == ("waiting", 1)
    assert LATE < message.next_attempt_at <= LATE + timedelta(seconds=10)
    assert message.fault and case.plate not in message.fault
    agencies.play("", "lookup")
    clock.at += timedelta(minutes=1)
    drain(agencies, clock)
    assert agencies.kinds("lookup") == ["publish"]
    message.refresh_from_db()
    assert (message.state, message.fault) == ("acknowledged", "")


def test_a_worker_killed_between_sending_and_recording_delivers_twice_with_one_effect(
    agencies: Agencies, place: World
) -> None:
    case = case_at("notified", place)
    message = dispatch.claim(at=LATE, without=["database"])
    receipt = agencies.client.send(
        message.agency, str(message.key), dispatch.envelope(message)
    )  # and here the worker dies
    clock = Clock(LATE)
    drain(agencies, clock)
    message.refresh_from_db()
    assert message.state == "waiting", "the lease protects it from a second worker"
    clock.at += dispatch.LEASE
    drain(agencies, clock)
    message.refresh_from_db()
    assert (message.state, message.receipt, message.attempts) == ("acknowledged", receipt, 2)
    assert agencies.kinds("lookup") == ["publish"]
    assert len(agencies.records("lookup", plate=case.plate)) == 1


def test_a_late_receipt_counts_even_when_the_lease_had_run_out(place: World) -> None:
    case_at("notified", place)
    slow = dispatch.claim(at=LATE, without=["database"])
    again = dispatch.claim(at=LATE + dispatch.LEASE, without=["database"])
    assert again.pk == slow.pk
    dispatch.record_failure(slow, "The agency did not answer in time.", at=LATE)
    again.refresh_from_db()
    assert again.fault == "", "a failure of a lost lease says nothing about the new one"
    assert dispatch.record_receipt(slow, "LOO-7", at=LATE)
    assert not dispatch.record_receipt(again, "LOO-8", at=LATE)
    again.refresh_from_db()
    assert again.receipt == "LOO-7"


def test_the_waits_grow_to_half_an_hour_and_end_after_about_a_day() -> None:
    waits = [dispatch.wait_seconds(attempt) for attempt in range(1, dispatch.MOST_ATTEMPTS)]
    assert waits[:4] == [5, 10, 20, 40]
    assert max(waits) == 1800
    assert timedelta(hours=22) < timedelta(seconds=sum(waits)) < timedelta(hours=26)


def test_after_the_last_attempt_a_person_must_look(place: World) -> None:
    case = case_at("notified", place)
    row = case.agency_messages.filter(agency="lookup")
    row.update(attempts=dispatch.MOST_ATTEMPTS - 1)
    message = dispatch.claim(at=LATE, without=["database"])
    dispatch.record_failure(message, "The agency cannot be reached.", at=LATE)
    assert row.get().state == "stuck"


def test_the_sandbox_remembers_over_a_restart(agencies: Agencies, place: World) -> None:
    case = case_at("notified", place)
    drain(agencies, Clock(LATE))
    agencies.restart()
    assert len(agencies.records("lookup", plate=case.plate)) == 1


def envelope(**changes: object) -> dict[str, object]:
    content = {"status": "resolved", "at": "2026-11-11T08:00:00+07:00"}
    return {"case": "VP-26-000001", "kind": "status", "sequence": 5, "content": content} | changes


def test_the_same_key_with_the_same_message_gets_the_same_receipt(agencies: Agencies) -> None:
    first = agencies.client.send("lookup", KEY, envelope())
    assert agencies.client.send("lookup", KEY, envelope()) == first
    assert agencies.kinds("lookup") == ["status"]


def test_an_answer_of_duplicate_is_an_acknowledgement(agencies: Agencies) -> None:
    agencies.play("duplicate", "lookup")
    assert agencies.client.send("lookup", KEY, envelope()).startswith("LOO-")


@pytest.mark.parametrize(
    "wrong",
    [
        envelope(kind="warn"),
        envelope(content={"status": "resolved", "at": "x", "name": "Trần Văn Hiếu"}),
        envelope(content={"status": "whatever", "at": "x"}),
        envelope(case="x"),
        envelope(sequence=0),
    ],
    ids=["another agency's kind", "a name", "an unknown status", "no case", "no order"],
)
def test_an_agency_refuses_what_is_not_its_own_message(
    agencies: Agencies, wrong: dict[str, object]
) -> None:
    with pytest.raises(AgencyRefused, match="HTTP 422"):
        agencies.client.send("lookup", KEY, wrong)
    assert agencies.kinds("lookup") == []


def test_an_agency_refuses_a_message_overtaken_by_a_later_one(agencies: Agencies) -> None:
    agencies.client.send("lookup", KEY, envelope(sequence=9))
    with pytest.raises(AgencyRefused, match="overtaken"):
        agencies.client.send("lookup", KEY.replace("1", "9"), envelope(sequence=8))


def test_a_wrong_token_is_refused(agencies: Agencies) -> None:
    stranger = AgencyClient(agencies.url, "wrong", agencies.http)
    with pytest.raises(AgencyRefused, match="HTTP 401"):
        stranger.send("lookup", KEY, envelope())


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (302, b"", AgencyUnavailable),
        (200, b'{"receipt": "R1", "key": "another"}', AgencyUnavailable),
        (200, b'{"receipt": "", "key": "%s"}' % KEY.encode(), AgencyUnavailable),
        (409, b"{}", AgencyUnavailable),
        (201, b"[" * 40_000, AgencyUnavailable),
        (429, b"{}", AgencyUnavailable),
        (500, b"{}", AgencyUnavailable),
        (400, b'{"error": "30F25658 Tran"}', AgencyRefused),
    ],
    ids=["redirect", "other key", "no receipt", "conflict", "nested", "busy", "fault", "refused"],
)
def test_what_is_no_receipt_is_never_taken_for_one(
    status: int, body: bytes, error: type[Exception]
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["Idempotency-Key"] == KEY
        return httpx.Response(status, content=body, headers={"Location": "http://127.0.0.1:1/"})

    with httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as http:
        client = AgencyClient("http://agency.test", "t", http)
        with pytest.raises(error) as caught:
            client.send("lookup", KEY, envelope())
    assert "30F25658" not in str(caught.value)
    assert caught.value.__cause__ is None
