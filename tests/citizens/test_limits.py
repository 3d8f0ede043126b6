"""How much one network may ask, and that nobody can lock a citizen's plate."""

from __future__ import annotations

import logging
import threading
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
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
    code_of,
    look_up,
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
    assert "limit:plate-hour" in keys
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


def test_after_ten_wrong_codes_the_network_is_asked_to_call(db, clock, browser):
    assert fail(browser, 10) == 200
    answer = browser.post(
        "/tra-cuu/", {"code": register.lookup_code(uuid.uuid4()), "plate": "51K-208.64"}
    )
    assert answer.status_code == 429
    assert "1900 0000" in text(answer)
    assert "Your vehicle is not locked" in text(answer)
    assert int(answer.headers["Retry-After"]) == 900
    assert fail(browser, 1, REMOTE_ADDR="127.0.0.200") == 429


def test_the_plate_is_not_locked_for_anybody_else(place, clock):
    case = case_at("served", place)
    stranger = english()
    assert fail(stranger, 11) == 429
    owner = english()
    asked = {"code": code_of(case), "plate": PLATE_SHOWN}
    assert owner.post("/tra-cuu/", asked, REMOTE_ADDR="203.0.113.7").status_code == 303


def test_after_a_quarter_of_an_hour_the_network_may_try_again(db, clock, browser):
    assert fail(browser, 11) == 429
    clock(NOW + timedelta(minutes=15))
    assert fail(browser, 1) == 200


def test_fifty_failures_a_day_are_enough(db, clock, browser):
    for quarter in range(5):
        clock(NOW + timedelta(minutes=15 * quarter))
        assert fail(browser, 10) == 200
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
        asked = {"number": "1", "issued_on": "14/10/2026", "plate": PLATE_SHOWN}
        browser.post("/tra-cuu/quyet-dinh/", asked)
    assert fail(browser, 1) == 429
    assert (
        browser.post("/xac-minh/", {"code": register.lookup_code(uuid.uuid4())}).status_code == 429
    )


def test_twenty_plates_an_hour_are_free(db, clock, browser):
    for number in range(20):
        assert search(browser, f"51K-2{number:02d}.64").status_code == 200
    assert search(browser).status_code == 429
    clock(NOW + timedelta(hours=1))
    assert search(browser).status_code == 200


def test_a_plate_that_many_ask_about_raises_an_alarm_and_is_answered_all_the_same(
    db, clock, caplog
):
    caplog.set_level(logging.WARNING, logger="citizens.limits")
    for number in range(35):
        browser = english()
        answer = browser.post("/tra-cuu/bien-so/", {"plate": PLATE_SHOWN, "vehicle_type": "car"})
        address = f"198.51.{number}.9"
        assert browser.get(answer["Location"], REMOTE_ADDR=address).status_code == 200
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
