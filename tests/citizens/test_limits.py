"""How much one network may ask, and that nobody can lock a citizen's plate."""

from __future__ import annotations

import json
import logging
import threading
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from citizens import limits
from citizens.limits import Limit, TooMany
from citizens.tasks import forget_expired
from notices import register
from tests.citizens.conftest import english
from tests.citizens.visits import (
    NOW,
    PLATE_SHOWN,
    case_at,
    challenge_on,
    code_of,
    look_up,
    proof_on,
    search,
    text,
)

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

THREE = (Limit("three", 3, 60),)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.250", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/64"),
        ("not an address", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_network_is_all_that_is_kept_of_an_address(address, network):
    assert limits.network_of(address) == network


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (0, "198.51.100.9", "203.0.113.7"),
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "192.0.2.66, 198.51.100.9", "198.51.100.9"),
        (2, "192.0.2.66, 198.51.100.9, 10.0.0.1", "198.51.100.9"),
        (2, "198.51.100.9", "203.0.113.7"),
        (1, "", "203.0.113.7"),
    ],
)
def test_a_forwarding_header_is_believed_only_from_our_own_proxies(
    settings, trusted, forwarded, address
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    meta = {"REMOTE_ADDR": "203.0.113.7", "HTTP_X_FORWARDED_FOR": forwarded}
    assert limits.sender_address(meta) == address


def test_the_use_beyond_the_limit_is_refused_until_the_window_ends(db):
    for _ in range(3):
        limits.spend(THREE, "somebody", at=NOW)
    with pytest.raises(TooMany) as refused:
        limits.spend(THREE, "somebody", at=NOW + timedelta(seconds=20))
    assert refused.value.retry_after == 40
    limits.spend(THREE, "somebody else", at=NOW)
    limits.spend(THREE, "somebody", at=NOW + timedelta(seconds=60))


def test_asking_counts_nothing(db):
    for _ in range(10):
        limits.ask(THREE, "somebody", at=NOW)
    assert limits.count(THREE[0], "somebody", at=NOW) == 1


def test_no_address_or_plate_stands_in_the_counters(place, browser):
    case_at("notified", place)
    search(browser)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM portal_cache")
        keys = " ".join(key for (key,) in cursor.fetchall())
    assert "limit:plate-day" in keys
    for secret in ("127.0.0", "51K20864", PLATE_SHOWN):
        assert secret not in keys


@pytest.mark.django_db(transaction=True)
def test_every_process_counts_alike():
    """Twenty uses at once from four connections are twenty uses."""
    found: list[int] = []

    def use() -> None:
        try:
            found.extend(limits.count(THREE[0], "crowd", at=NOW) for _ in range(5))
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(1, 21))


def fail(browser: Client, times: int, **sender: str) -> int:
    """Try codes that open nothing; returns the status of the last answer."""
    for _ in range(times):
        asked = {"code": register.lookup_code(uuid.uuid4()), "plate": PLATE_SHOWN}
        answer = browser.post("/tra-cuu/", asked, **sender)
    return answer.status_code


def try_code(browser: Client, **fields: str) -> HttpResponse:
    asked = {"code": register.lookup_code(uuid.uuid4()), "plate": PLATE_SHOWN}
    return browser.post("/tra-cuu/", asked | fields)


def test_after_ten_wrong_codes_the_browser_works_out_a_sum_first(db, clock, browser):
    for number in range(10):
        assert ("data-proof" in text(try_code(browser))) == (number == 9)
    refused = try_code(browser)
    assert "has to work out a sum first" in text(refused)
    tried = try_code(browser, proof=proof_on(refused))
    assert "No case is found with this code and plate" in text(tried)
    assert "has to work out a sum" not in text(tried)


def test_a_sum_opens_the_case_all_the_same(place, clock, browser):
    case = case_at("served", place)
    fail(browser, 10)
    asked = {"code": code_of(case), "plate": PLATE_SHOWN}
    refused = browser.post("/tra-cuu/", asked)
    assert refused.status_code == 200
    answer = browser.post("/tra-cuu/", asked | {"proof": proof_on(refused)})
    assert answer.status_code == 303


def test_a_paper_is_checked_ten_times_in_a_quarter_and_then_by_telephone(db, clock, browser):
    fail(browser, 10)
    answer = browser.post("/xac-minh/", {"code": register.lookup_code(uuid.uuid4())})
    assert answer.status_code == 429
    assert "1900 0000" in text(answer)
    assert "Your vehicle is not locked" in text(answer)
    assert int(answer.headers["Retry-After"]) == 900


def test_the_plate_is_not_locked_for_anybody_else(place, clock):
    """Many wrong codes on one plate make its next try dearer, whoever tries, and nothing else."""
    case = case_at("served", place)
    stranger = english()
    fail(stranger, 11)
    owner = english()
    asked = {"code": code_of(case), "plate": PLATE_SHOWN}
    refused = owner.post("/tra-cuu/", asked, REMOTE_ADDR="203.0.113.7")
    asked["proof"] = proof_on(refused)
    assert owner.post("/tra-cuu/", asked, REMOTE_ADDR="203.0.113.7").status_code == 303


def test_after_a_quarter_of_an_hour_a_code_costs_nothing_again(db, clock, browser):
    fail(browser, 9)
    clock(NOW + timedelta(minutes=15))
    assert "data-proof" not in text(try_code(browser, plate="30F-256.58"))


def test_fifty_failures_a_day_are_enough(db, clock, browser):
    for number in range(50):
        asked = {"code": register.lookup_code(uuid.uuid4())}
        address = f"51K-2{number:02d}.64"  # of no plate too many
        clock(NOW + timedelta(minutes=15 * (number // 10)))
        assert browser.post("/tra-cuu/", asked | {"plate": address}).status_code == 200
    clock(NOW + timedelta(minutes=90))
    assert fail(browser, 1) == 429


def test_mistyped_codes_and_right_ones_cost_nothing(place, browser):
    case = case_at("notified", place)
    for _ in range(15):
        assert browser.post("/tra-cuu/", {"code": "MEQ2", "plate": "51K"}).status_code == 200
        assert look_up(browser, case).status_code == 200


def test_all_three_ways_of_guessing_share_one_budget(db, clock, browser):
    assert fail(browser, 4) == 200
    for _ in range(3):
        browser.post("/xac-minh/", {"code": register.lookup_code(uuid.uuid4())})
        asked = {"number": "1", "issued_on": "14/10/2026", "plate": "30F-256.58"}
        browser.post("/tra-cuu/quyet-dinh/", asked)
    assert "has to work out a sum first" in text(try_code(browser))
    assert (
        browser.post("/xac-minh/", {"code": register.lookup_code(uuid.uuid4())}).status_code == 429
    )


def test_twenty_plates_an_hour_cost_little_and_the_next_four_times_as_much(db, clock, browser):
    def cost() -> int:
        return json.loads(challenge_on(browser.get("/tra-cuu/bien-so/")))["maxnumber"]

    first = cost()
    for number in range(20):
        assert search(browser, f"51K-2{number:02d}.64").status_code == 200
    assert cost() == 4 * first
    assert search(browser).status_code == 200
    clock(NOW + timedelta(hours=1))
    assert cost() == first


def test_two_hundred_plates_a_day_are_enough(db, clock, browser):
    for _ in range(200):
        limits.spend(limits.PLATE_SEARCHES, "127.0.0.0/24", at=NOW)
    assert search(browser).status_code == 429


def test_a_plate_that_many_ask_about_raises_an_alarm_and_is_answered_all_the_same(
    db, clock, caplog
):
    caplog.set_level(logging.WARNING, logger="citizens.limits")
    for number in range(35):
        answer = search(english(), REMOTE_ADDR=f"198.51.{number}.9")
        assert answer.status_code == 200
    alarms = [record.getMessage() for record in caplog.records]
    assert alarms == ["more than 30 uses of same-plate-day in a window"]
    assert not any("51K" in alarm for alarm in alarms)


def test_counters_and_sessions_whose_time_is_over_are_forgotten(place, browser, clock):
    look_up(browser, case_at("notified", place))
    cache.set("gone", 1, timeout=0.001)
    clock(NOW + timedelta(days=30))
    forget_expired()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_cache WHERE expires_at <= now()")
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone()[0] == 0


def test_what_others_keep_in_the_cache_stops_no_look_up(place):
    case = case_at("notified", place)
    cache.set("sign-ins-of-somebody", [1, 2, 3])
    with connection.cursor() as cursor:  # every row is read, the condition in whatever order
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
    assert look_up(english(), case).status_code == 200
