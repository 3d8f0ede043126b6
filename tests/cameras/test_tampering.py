"""Whoever changes a byte, a row, a checkpoint or a pack is found out, and what was changed is named."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cameras import checkpoints, custody, stored_objects
from cameras.models import CustodyEvent, CustodyLink, Disposal
from tests.cameras.factories import AT, camera, detected, hikvision
from tests.cameras.test_custody import write
from tests.cameras.test_evidence import damage, path_of

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATER = AT + timedelta(hours=1)
TABLES = ("custodyevent", "custodylink", "checkpoint", "evidencefile")


@pytest.fixture
def signed_log() -> list[CustodyEvent]:
    """Write nine rows under checkpoints of three, six and nine."""
    events = []
    for _ in range(3):
        events += write(3)
        custody.chain()
        checkpoints.make_checkpoint(at=AT)
    assert custody.faults(at=LATER) == []
    return events


def as_owner(*statements: str) -> None:
    """Do what only the owner of the database can, who has switched the guards off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE cameras_{table} DISABLE TRIGGER cameras_{table}_stays")
        for statement in statements:
            cursor.execute(statement)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE cameras_{table} ENABLE TRIGGER cameras_{table}_stays")


def named(faults: list[str], events: list[CustodyEvent]) -> list[str]:
    """Write ``event n`` for the n-th event instead of its number in the database."""
    names = {str(event.pk): f"#{number}" for number, event in enumerate(events, start=1)}
    return [
        " ".join(
            word.replace(key, names[key])
            if (key := word.strip("(),")) in names and before == "(event"
            else word
            for before, word in zip(["", *fault.split()], fault.split(), strict=False)
        )
        for fault in faults
    ]


@pytest.mark.parametrize(
    ("statements", "faults"),
    [
        (
            ["UPDATE cameras_custodyevent SET reason = 'never' WHERE id = {5}"],
            ["row 5 (event #5) was altered"],
        ),
        (
            ["DELETE FROM cameras_custodylink WHERE sequence = 5",
             "DELETE FROM cameras_custodyevent WHERE id = {5}"],
            ["row 5 is missing", "checkpoint 6: rows 4 to 6 are not what was signed"],
        ),
        (
            ["DELETE FROM cameras_custodylink WHERE sequence BETWEEN 5 AND 7",
             "DELETE FROM cameras_custodyevent WHERE id BETWEEN {5} AND {7}"],
            ["rows 5 to 7 are missing", "checkpoint 6: rows 4 to 6 are not what was signed",
             "checkpoint 9: rows 7 to 9 are not what was signed"],
        ),
        (
            ["DELETE FROM cameras_custodylink WHERE sequence > 7",
             "DELETE FROM cameras_custodyevent WHERE id > {7}"],
            ["checkpoint 9 covers rows up to 9; the log ends at 7"],
        ),
        (
            ["UPDATE cameras_custodylink SET row_hash = sha256('x') WHERE sequence = 2"],
            ["row 2 (event #2) was altered", "row 3 does not follow row 2",
             "checkpoint 3: rows 1 to 3 are not what was signed"],
        ),
        (
            ["UPDATE cameras_checkpoint SET signature = decode(repeat('00', 64), 'hex')"
             " WHERE size = 6"],
            ["checkpoint 6: its signature does not match its text"],
        ),
        (
            ["UPDATE cameras_checkpoint SET body = replace(body, '\"00\"', '\"01\"')"
             " WHERE size = 6"],
            ["checkpoint 6: its signature does not match its text"],
        ),
        (
            ["UPDATE cameras_checkpoint SET root = sha256('x') WHERE size = 6"],
            ["checkpoint 6: its row says something else than its signed text",
             "checkpoint 9 follows checkpoint 6, which is missing or differs"],
        ),
        (
            ["DELETE FROM cameras_checkpoint WHERE size = 6"],
            ["checkpoint 9 follows checkpoint 6, which is missing or differs"],
        ),
        (
            ["UPDATE cameras_checkpoint SET key_id = repeat('ab', 32) WHERE size = 3"],
            ["checkpoint 3 names a key that is not ours (abababababababab)"],
        ),
    ],
    ids=["row altered", "row removed", "rows removed across a checkpoint", "end cut off",
         "link altered", "signature", "signed text", "root", "checkpoint removed", "key"],
)  # fmt: skip
def test_what_was_done_to_the_log_is_named(signed_log, statements, faults):
    keys = {number: event.pk for number, event in enumerate(signed_log, start=1)}
    as_owner(*(text.format("", *keys.values()) for text in statements))
    assert named(custody.faults(at=LATER), signed_log) == faults
    with pytest.raises(CommandError, match=f"BROKEN: {len(faults)} fault"):
        call_command("verify_custody", stdout=io.StringIO())


def test_two_rows_that_changed_places_are_named_as_that(signed_log):
    fourth, fifth = signed_log[3].pk, signed_log[4].pk
    as_owner(
        "ALTER TABLE cameras_custodylink DROP CONSTRAINT cameras_custodylink_event_id_key",
        f"UPDATE cameras_custodylink SET event_id = CASE sequence WHEN 4 THEN {fifth}"
        f" ELSE {fourth} END WHERE sequence IN (4, 5)",
    )
    assert custody.faults(at=LATER) == [
        f"row 4 (event {fifth}) was exchanged with row 5",
        f"row 5 (event {fourth}) was exchanged with row 4",
    ]


def test_a_forger_who_works_out_every_hash_anew_is_caught_by_the_signed_roots(signed_log):
    event = signed_log[4]
    as_owner(f"UPDATE cameras_custodyevent SET actor_name = 'Nobody' WHERE id = {event.pk}")
    before = bytes(CustodyLink.objects.get(pk=4).row_hash)
    for number in range(5, 10):
        link = CustodyLink.objects.select_related("event").get(pk=number)
        after = custody.hash_of(link.event, number, before)
        as_owner(
            f"UPDATE cameras_custodylink SET previous_hash = decode('{before.hex()}', 'hex'),"
            f" row_hash = decode('{after.hex()}', 'hex') WHERE sequence = {number}"
        )
        before = after
    assert custody.faults(at=LATER) == [
        "checkpoint 6: rows 4 to 6 are not what was signed",
        "checkpoint 9: rows 7 to 9 are not what was signed",
    ]


def test_the_check_may_begin_at_a_checkpoint_and_then_sees_only_what_follows(signed_log):
    as_owner(f"UPDATE cameras_custodyevent SET reason = 'x' WHERE id = {signed_log[1].pk}")
    out = io.StringIO()
    call_command("verify_custody", "--from", "3", stdout=out)
    assert "custody chain OK: 9 rows" in out.getvalue()
    as_owner(f"UPDATE cameras_custodyevent SET reason = 'x' WHERE id = {signed_log[7].pk}")
    with pytest.raises(CommandError, match="BROKEN: 1 fault"):
        call_command("verify_custody", "--from", "3", stdout=io.StringIO())
    with pytest.raises(CommandError, match="no sound checkpoint of 4 rows"):
        call_command("verify_custody", "--from", "4", stdout=io.StringIO())


# Stored bytes


def test_one_changed_byte_in_the_store_is_named_with_its_picture():
    detection = detected(camera(), hikvision())
    second = detection.evidence.get(position=2)
    assert stored_objects.all_faults() == []
    damage(detection.delivery.kept_sha256, second.offset + 9)
    found = {(str(fault.stored.key), fault.finding) for fault in stored_objects.all_faults()}
    whole = {(str(file.pk), "differs") for file in detection.evidence.all()}
    assert found == {(str(detection.delivery.pk), "differs"), *whole}
    out = io.StringIO()
    custody.chain()
    call_command("verify_custody", stdout=out)
    with pytest.raises(CommandError, match="BROKEN: 4 fault"):
        call_command("verify_custody", "--bytes", stdout=out)
    assert f"delivery {detection.delivery.pk} " in out.getvalue()


def test_bytes_disposed_of_are_not_missing():
    detection = detected(camera(), hikvision())
    path_of(detection.delivery.kept_sha256).unlink()
    assert {fault.finding for fault in stored_objects.all_faults()} == {"missing"}
    Disposal.objects.create(
        sha256=detection.delivery.kept_sha256,
        size=1,
        record_class="passage",
        ground="hết thời hạn (mẫu)",
        disposed_at=LATER,
    )
    assert stored_objects.all_faults() == []
