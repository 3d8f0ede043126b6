"""The spool: what is written there survives, in order, and only a full disk refuses."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cameras.identifiers import uuid7
from cameras.spool import Spool, SpooledDelivery, SpoolFull

pytestmark = pytest.mark.gate
AT = datetime(2026, 10, 12, 1, 0, 2, 345678, tzinfo=UTC)


@pytest.fixture
def spool(tmp_path) -> Spool:
    return Spool(tmp_path / "spool", floor_bytes=1)


def delivery(**changes) -> SpooledDelivery:
    facts = {
        "receipt_id": uuid7(),
        "device_id": 7,
        "method": "POST",
        "path": "/api/intake/hikvision/x/?a=đường",
        "remote_address": "192.0.2.10",
        "headers": (("Content-Type", "text/xml"), ("X-Odd", "\ufffd café")),
        "body_sha256": "a" * 64,
        "body_size": 3,
        "kept_sha256": "a" * 64,
        "kept_size": 3,
        "received_at": AT,
    }
    return SpooledDelivery(**facts | changes)


def test_what_is_kept_is_read_back_as_it_was(spool):
    kept = delivery(authenticity="A", idempotency_key="k", nonce="n", is_unchecked=True)
    spool.keep(kept)
    [path] = spool.waiting()
    assert spool.read(path) == kept


def test_deliveries_wait_in_the_order_of_their_receipts(spool):
    made = [delivery() for _ in range(30)]
    for one in reversed(made):
        spool.keep(one)
    order = [spool.read(path).receipt_id for path in spool.waiting()]
    assert order == sorted(one.receipt_id for one in made)
    assert [spool.read(path).receipt_id for path in spool.waiting(7)] == order[:7]


def test_a_body_the_store_could_not_take_waits_beside_its_note(spool):
    kept = delivery()
    spool.keep(kept, b"abc")
    [path] = spool.waiting()
    read = spool.read(path)
    assert read == replace(kept, body_is_here=True)
    assert spool.body(read) == b"abc"
    spool.forget([path])
    assert spool.waiting() == []
    with pytest.raises(FileNotFoundError):
        spool.body(read)


def test_a_writer_killed_half_way_leaves_nothing_to_be_read(spool):
    kept = delivery()
    spool.keep(kept)
    [path] = spool.waiting()
    (path.parent / f"{uuid7()}.json.draft").write_bytes(b'{"format": 1, "rec')
    assert spool.waiting() == [path]
    assert spool.count() == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: data.replace(b'"format":1', b'"format":9'),
        lambda data: data.replace(b'"received_at"', b'"recieved_at"'),
        lambda data: b"\xff\xfe" + data,
        lambda data: json.dumps([1, 2]).encode(),
    ],
    ids=["cut", "empty", "other format", "field lost", "not text", "a list"],
)
def test_a_damaged_note_is_named_and_set_aside_with_its_body(spool, damage):
    spool.keep(delivery(), b"abc")
    [path] = spool.waiting()
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError):  # noqa: PT011 -- json's own is one too
        spool.read(path)
    spool.set_aside(path)
    assert spool.waiting() == []
    assert spool.damaged() == 1
    assert {file.suffix for file in (spool.folder / "damaged").iterdir()} == {".json", ".body"}


def test_a_disk_at_its_floor_takes_nothing_more(tmp_path):
    full = Spool(tmp_path / "spool", floor_bytes=2**60)
    with pytest.raises(SpoolFull):
        full.keep(delivery())
    assert full.waiting() == []


def test_old_empty_folders_go_and_full_ones_stay(spool):
    old = replace(delivery(), receipt_id=uuid7_at(2020))
    spool.keep(old)
    kept, gone = spool.folder / old.receipt_id.hex[:7], spool.folder / uuid7_at(2021).hex[:7]
    gone.mkdir()
    (gone / "x.json.draft").write_bytes(b"half")
    spool.tidy(older_than=uuid7().hex[:7])
    assert kept.exists()
    assert not gone.exists()


def uuid7_at(year: int):
    import uuid

    milliseconds = int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000)
    return uuid.UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62) | 5)


def test_only_our_own_user_may_read_what_waits(spool):
    spool.keep(delivery())
    assert os.stat(spool.folder).st_mode & 0o077 == 0
