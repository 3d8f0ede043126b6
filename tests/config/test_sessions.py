"""Sessions are written once, under the key they end with, and an ended one opens nothing."""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.sessions import SessionStore

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def test_a_new_session_is_one_statement() -> None:
    with CaptureQueriesContext(connection) as queries:
        store = SessionStore()
        store["a"] = 1
        store.cycle_key()
        store.save()
    assert len(queries) == 1
    assert SessionStore(store.session_key)["a"] == 1


def test_a_new_key_closes_the_former_one() -> None:
    store = SessionStore()
    store["a"] = 1
    store.save()
    former = store.session_key
    again = SessionStore(former)
    again.cycle_key()
    again.save()
    assert again.session_key != former
    assert SessionStore(again.session_key)["a"] == 1
    assert SessionStore(former).get("a") is None
    assert Session.objects.count() == 1


def test_a_key_is_cycled_twice_in_one_request() -> None:
    store = SessionStore()
    store.cycle_key()
    store["a"] = 1
    store.cycle_key()
    store.save()
    assert Session.objects.count() == 1
    assert SessionStore(store.session_key)["a"] == 1


@pytest.mark.django_db(transaction=True)
def test_a_session_outside_any_transaction_is_written_too_and_only_it_does_not_wait() -> None:
    store = SessionStore()
    store["a"] = 1
    store.save()
    assert SessionStore(store.session_key)["a"] == 1
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)


def test_a_kept_session_is_changed_in_place() -> None:
    store = SessionStore()
    store["a"] = 1
    store.save()
    later = SessionStore(store.session_key)
    later["a"] = 2
    later.save()
    assert later.session_key == store.session_key
    assert SessionStore(store.session_key)["a"] == 2


def test_a_session_that_was_ended_meanwhile_is_not_made_again() -> None:
    store = SessionStore()
    store["a"] = 1
    store.save()
    running = SessionStore(store.session_key)
    running["a"] = 2
    store.flush()
    with pytest.raises(UpdateError):
        running.save()
    assert not Session.objects.exists()


def test_a_key_that_somebody_made_up_becomes_no_session() -> None:
    store = SessionStore("0123456789abcdef0123456789abcdef")
    assert store.get("a") is None
    store["a"] = 1
    store.save()
    assert store.session_key != "0123456789abcdef0123456789abcdef"
