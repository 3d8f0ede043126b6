"""The shared cache: what limits and single-use marks rely on."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def test_values_come_back_as_they_went_in() -> None:
    for value in ("chữ", 7, [1.5, "a"], {"a": None}, True, "7"):
        cache.set("k", value, 60)
        assert cache.get("k") == value


def test_an_expired_value_is_gone_and_its_place_is_free() -> None:
    cache.set("k", 1, 0)
    assert cache.get("k") is None
    assert cache.add("k", 2, 60)
    assert cache.get("k") == 2


def test_only_the_first_of_two_adds_wins() -> None:
    assert cache.add("once", 1, 60)
    assert not cache.add("once", 1, 60)


def test_counters_count_and_a_missing_one_is_an_error() -> None:
    cache.set("n", 1, 60)
    assert cache.incr("n") == 2
    assert cache.incr("n", 5) == 7
    with pytest.raises(ValueError, match="no counter"):
        cache.incr("missing")


def test_several_values_are_read_by_one_statement() -> None:
    cache.set("a", 1, 60)
    cache.set("b", "chữ", 60)
    cache.set("old", 1, 0)
    with CaptureQueriesContext(connection) as queries:
        assert cache.get_many(["a", "b", "old", "missing"]) == {"a": 1, "b": "chữ"}
    assert len(queries) == 1


def test_several_counters_count_by_one_statement_and_begin_anew_when_expired() -> None:
    cache.set("over", 7, 0)
    cache.set("on", 7, 60)
    with CaptureQueriesContext(connection) as queries:
        found = cache.count_up({"on": 60, "new": 60, "over": 60})
    assert found == {"on": 8, "new": 1, "over": 1}
    assert len(queries) == 1
    assert cache.get("over") == 1
    assert cache.count_up({"new": 60}) == {"new": 2}


def test_the_table_is_unlogged_and_is_not_culled() -> None:
    for number in range(400):
        cache.set(f"k{number}", number, 60)
    assert cache.get("k0") == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'portal_cache'")
        assert cursor.fetchone() == ("u",)


def test_the_sweep_forgets_only_what_has_expired() -> None:
    cache.clear()  # tests that commit leave rows whose time runs out meanwhile
    cache.set("old", 1, 0)
    cache.set("new", 1, 60)
    cache.set("always", 1, None)
    assert cache.forget_expired() == 1
    assert cache.get("new") == cache.get("always") == 1
