"""The custody chain: nobody waits to write, and no row can be altered, lost or slipped in unseen."""

import io
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from cameras import custody
from cameras.models import CustodyEvent, CustodyLink
from tests.cameras.factories import AT, camera, detected, hikvision

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATER = AT + timedelta(hours=1)


def write(count: int = 5) -> list[CustodyEvent]:
    return [
        custody.record("viewed", object_sha256=f"{number:064x}", reason=f"look {number}", at=AT)
        for number in range(count)
    ]


@contextmanager
def guards_lifted():
    """Act as the owner of the database who has switched the triggers off."""
    tables = ("cameras_custodyevent", "cameras_custodylink")
    with connection.cursor() as cursor:
        # Foreign keys are checked late; an ALTER TABLE waits for no unchecked row.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_stays")
        yield cursor
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_stays")


def test_rows_wait_unchained_and_are_linked_in_their_order():
    events = write(3)
    assert not CustodyLink.objects.exists()
    assert custody.chain() == 3
    assert custody.chain() == 0
    links = list(CustodyLink.objects.order_by("sequence"))
    assert [(link.sequence, link.event_id) for link in links] == [
        (number, event.pk) for number, event in enumerate(events, start=1)
    ]
    assert bytes(links[0].previous_hash) == bytes(32)
    assert bytes(links[2].previous_hash) == bytes(links[1].row_hash)
    assert custody.faults(at=LATER) == []


def test_the_whole_life_of_a_delivery_is_in_the_chain():
    detected(camera(certified=False), hikvision())
    custody.chain()
    actions = list(CustodyEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["received", "held", "parsed"]
    assert custody.faults(at=LATER) == []


@pytest.mark.parametrize("column", ["reason", "actor_name", "object_sha256", "action"])
def test_an_altered_row_is_named(column):
    events = write()
    custody.chain()
    with guards_lifted() as cursor:
        cursor.execute(
            f"UPDATE cameras_custodyevent SET {column} = 'exported' WHERE id = %s", [events[2].pk]
        )
    assert custody.faults(at=LATER) == [f"row 3 (event {events[2].pk}) was altered"]


def test_a_moved_moment_is_named():
    events = write()
    custody.chain()
    with guards_lifted() as cursor:
        cursor.execute(
            "UPDATE cameras_custodyevent SET at = at + interval '1 microsecond' WHERE id = %s",
            [events[0].pk],
        )
    assert custody.faults(at=LATER) == [f"row 1 (event {events[0].pk}) was altered"]


def test_removed_rows_are_named():
    events = write(6)
    custody.chain()
    with guards_lifted() as cursor:
        for event in events[1:3]:
            cursor.execute("DELETE FROM cameras_custodylink WHERE event_id = %s", [event.pk])
            cursor.execute("DELETE FROM cameras_custodyevent WHERE id = %s", [event.pk])
    assert custody.faults(at=LATER) == ["rows 2 to 3 are missing"]


def test_an_altered_link_is_named_with_the_one_that_follows():
    events = write()
    custody.chain()
    with guards_lifted() as cursor:
        cursor.execute(
            "UPDATE cameras_custodylink SET row_hash = decode(repeat('ab', 32), 'hex')"
            " WHERE sequence = 2"
        )
    assert custody.faults(at=LATER) == [
        f"row 2 (event {events[1].pk}) was altered",
        "row 3 does not follow row 2",
    ]


def test_a_row_slipped_in_beside_the_chain_is_named():
    write()
    custody.chain()
    with guards_lifted() as cursor:
        cursor.execute(
            "INSERT INTO cameras_custodyevent (id, action, object_sha256, actor_name, reason, at)"
            " OVERRIDING SYSTEM VALUE VALUES (-7, 'viewed', '', 'x', '', %s)",
            [AT],
        )
    assert custody.faults(at=LATER) == ["event -7 has no link"]


@pytest.mark.parametrize("table", ["cameras_custodyevent", "cameras_custodylink"])
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_the_database_refuses_to_change_or_remove_a_row(table, change):
    write(1)
    custody.chain()
    column = "reason" if table == "cameras_custodyevent" else "row_hash"
    with (
        pytest.raises(DatabaseError, match="refused: what is written there stays"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table, column))
    assert custody.faults(at=LATER) == []


def test_the_command_says_in_its_last_line_whether_the_chain_is_whole():
    events = write()
    custody.chain()
    out = io.StringIO()
    call_command("verify_custody", stdout=out)
    assert "custody chain OK: 5 rows" in out.getvalue().splitlines()[-1]
    with guards_lifted() as cursor:
        cursor.execute("UPDATE cameras_custodyevent SET reason = 'x' WHERE id = %s", [events[3].pk])
    out = io.StringIO()
    with pytest.raises(CommandError, match="BROKEN: 1 fault"):
        call_command("verify_custody", stdout=out)
    assert f"row 4 (event {events[3].pk}) was altered" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_writers_and_sequencers_at_once_leave_one_unbroken_chain():
    def work():
        try:
            for _ in range(10):
                write(2)
                custody.chain()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    custody.chain()
    assert CustodyLink.objects.count() == CustodyEvent.objects.count() == 80
    assert custody.faults(at=LATER) == []


@pytest.mark.django_db(transaction=True)
def test_a_row_committed_late_is_linked_after_rows_with_higher_numbers():
    written, go_on = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                custody.record("viewed", object_sha256="0" * 64, reason="late", at=AT)
                written.set()
                go_on.wait(timeout=10)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(timeout=10)
    write(2)
    assert custody.chain() == 2
    go_on.set()
    thread.join(timeout=10)
    assert custody.chain() == 1
    assert CustodyLink.objects.get(sequence=3).event.reason == "late"
    assert custody.faults(at=LATER) == []
