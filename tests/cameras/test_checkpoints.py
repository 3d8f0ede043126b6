"""Signed checkpoints of the custody chain: what they say, what they go on from, what they prove."""

import json
import subprocess
from datetime import timedelta
from http import HTTPStatus

import httpx
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from cameras import checkpoints, custody, custody_keys, merkle, signed_texts, timestamps
from cameras.checkpoint_texts import read_statement
from cameras.custody_rows import canonical, canonical_row
from cameras.models import Checkpoint, CustodyLink
from cameras.timestamp_texts import answer_is_for, request_for
from tests.cameras.factories import AT
from tests.cameras.test_custody import LATER, write

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def chained(count: int) -> None:
    write(count)
    custody.chain()


def row_hashes() -> list[bytes]:
    return [bytes(link.row_hash) for link in CustodyLink.objects.order_by("sequence")]


def test_a_checkpoint_signs_the_root_over_every_row():
    chained(5)
    made = checkpoints.make_checkpoint(at=AT)
    said = json.loads(made.body)
    assert said["format"] == "vn.traffic.custody-checkpoint/1"
    assert (said["centre"], said["size"], said["previous_size"]) == ("00", 5, 0)
    assert said["root"] == merkle.root(row_hashes()).hex() == bytes(made.root).hex()
    assert said["made_at"] == "2026-10-12T01:00:02+00:00"
    assert said["key_id"] == signed_texts.key_id(custody_keys.public_key())
    assert signed_texts.is_signed(
        made.body.encode(), bytes(made.signature), custody_keys.public_key()
    )
    assert custody.faults(at=LATER) == []


def test_there_is_no_checkpoint_without_new_rows():
    assert checkpoints.make_checkpoint(at=AT) is None
    chained(2)
    assert checkpoints.make_checkpoint(at=AT).size == 2
    assert checkpoints.make_checkpoint(at=LATER) is None
    assert Checkpoint.objects.count() == 1


def test_a_checkpoint_goes_on_from_the_one_before_and_reads_only_new_rows(
    django_assert_max_num_queries,
):
    sizes = []
    for count in (3, 4, 1, 9):
        chained(count)
        sizes.append(checkpoints.make_checkpoint(at=AT).size)
    assert sizes == [3, 7, 8, 17]
    last = read_statement(Checkpoint.objects.get(pk=17).body)
    assert last.root == merkle.root(row_hashes())
    assert (last.previous_size, last.previous_root) == (8, merkle.root(row_hashes()[:8]))
    chained(1)
    with django_assert_max_num_queries(20) as captured:
        checkpoints.make_checkpoint(at=AT)
    assert not any("cameras_custodyevent" in query["sql"] for query in captured.captured_queries)


def test_every_row_is_proved_in_every_checkpoint_that_covers_it():
    for count in (3, 10, 7):
        chained(count)
        checkpoints.make_checkpoint(at=AT)
    hashes = row_hashes()
    for checkpoint in Checkpoint.objects.all():
        numbers = list(range(1, checkpoint.size + 1))
        found = checkpoints.inclusions(checkpoint, numbers)
        for number in numbers:
            place = found[number]
            assert merkle.verify_inclusion(
                hashes[number - 1], place.index, checkpoint.size, place.proof, checkpoint.root
            )


def test_each_checkpoint_is_shown_to_begin_with_every_one_before():
    made = []
    for count in (1, 5, 2, 8):
        chained(count)
        made.append(checkpoints.make_checkpoint(at=AT))
    for later in made:
        for earlier in made[: made.index(later) + 1]:
            proof = checkpoints.consistency(earlier.size, later)
            assert merkle.verify_consistency(
                earlier.size, later.size, earlier.root, later.root, proof
            )


def test_remembered_tiles_change_no_root_and_a_false_one_does_no_harm(monkeypatch):
    monkeypatch.setattr("cameras.custody_tree.TILE_HEIGHT", 2)
    monkeypatch.setattr("cameras.custody_tree.TILE", 4)
    kept: dict[str, str] = {}
    monkeypatch.setattr("cameras.custody_tree.cache.get", kept.get)
    monkeypatch.setattr(
        "cameras.custody_tree.cache.set", lambda key, value, _seconds: kept.update({key: value})
    )
    chained(23)
    checkpoint = checkpoints.make_checkpoint(at=AT)
    proof = checkpoints.inclusions(checkpoint, [2, 22])
    assert len(kept) == 5
    assert checkpoints.inclusions(checkpoint, [2, 22]) == proof
    kept.update(dict.fromkeys(kept, "ab" * 32))
    assert checkpoints.inclusions(checkpoint, [2, 22]) == proof


def test_nothing_is_signed_over_a_broken_checkpoint_or_a_broken_chain():
    chained(4)
    checkpoints.make_checkpoint(at=AT)
    chained(4)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cameras_custodylink DISABLE TRIGGER cameras_custodylink_stays")
        cursor.execute("UPDATE cameras_custodylink SET row_hash = sha256('x') WHERE sequence = 6")
    with pytest.raises(checkpoints.CheckpointBroken, match="row 7 does not follow"):
        checkpoints.make_checkpoint(at=LATER)


def test_the_key_may_be_replaced_and_the_old_one_named(settings):
    chained(3)
    old = custody_keys.public_key().hex()
    checkpoints.make_checkpoint(at=AT)
    settings.KEYS = settings.KEYS | {"CUSTODY_SIGNING_KEY": "another secret " * 4}
    chained(2)
    with pytest.raises(checkpoints.CheckpointBroken, match="not signed by a key of ours"):
        checkpoints.make_checkpoint(at=LATER)
    settings.CUSTODY_FORMER_KEYS = [old]
    assert checkpoints.make_checkpoint(at=LATER).size == 5
    assert custody.faults(at=LATER) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said | {"size": 4},
        lambda said: said | {"root": "00" * 32},
        lambda said: said | {"peaks": said["peaks"][:-1]},
        lambda said: said | {"size": True},
        lambda said: said | {"previous_size": 3},
        lambda said: said | {"format": "other"},
        lambda said: said | {"more": 1},
        lambda said: {key: value for key, value in said.items() if key != "centre"},
        lambda said: [said],
    ],
    ids=["size", "root", "peaks", "a truth", "before", "format", "one more", "one less", "list"],
)
def test_a_text_that_contradicts_itself_is_no_checkpoint(change):
    chained(3)
    said = json.loads(checkpoints.make_checkpoint(at=AT).body)
    read_statement(canonical(said).decode())
    with pytest.raises(ValueError, match=r"."):
        read_statement(canonical(change(said)).decode())


TEXT = st.text(max_size=30)


@given(
    sequence=st.none() | st.integers(1, 2**53),
    event=st.integers(-(2**53), 2**53),
    delivery=st.none() | st.uuids().map(str),
    evidence=st.none() | st.uuids().map(str),
    actor=st.none() | st.integers(0, 2**31),
    texts=st.tuples(TEXT, TEXT, TEXT, TEXT),
    at=st.datetimes(timezones=st.timezones()),
)
def test_a_row_written_out_by_hand_is_the_canonical_json(
    sequence, event, delivery, evidence, actor, texts, at
):
    from datetime import UTC

    action, object_sha256, actor_name, reason = texts
    try:
        moment = at.astimezone(UTC).isoformat()
    except OverflowError:
        return
    row = {
        "sequence": sequence, "event": event, "action": action, "delivery": delivery,
        "evidence": evidence, "object_sha256": object_sha256, "actor": actor,
        "actor_name": actor_name, "reason": reason, "at": moment,
    }  # fmt: skip
    by_hand = canonical_row(
        sequence, event, action, delivery, evidence, object_sha256, actor, actor_name, reason, at
    )
    assert by_hand == canonical(row)


# Time stamps, with the time-stamp service that comes with OpenSSL.


def openssl(folder, *arguments: str) -> bytes:
    done = subprocess.run(
        ["openssl", *arguments], cwd=folder, capture_output=True, check=False, timeout=30
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def service(tmp_path):
    """Make a time-stamp service's key and certificate; return what answers a request."""
    (tmp_path / "tsa.cnf").write_text(
        "[req]\ndistinguished_name=name\nx509_extensions=tsa\nprompt=no\n[name]\nCN=TSA mau\n"
        "[tsa]\nextendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
        "[ts]\nserial=serial\ncrypto_device=builtin\nsigner_digest=sha256\ndefault_policy=1.2.3.4\n"
        "digests=sha256\nsigner_cert=tsa.pem\nsigner_key=tsa.key\n"
    )
    (tmp_path / "serial").write_text("01")
    openssl(
        tmp_path, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-config",
        "tsa.cnf", "-keyout", "tsa.key", "-out", "tsa.pem",
    )  # fmt: skip

    def answer(request: bytes) -> bytes:
        (tmp_path / "request.tsq").write_bytes(request)
        openssl(
            tmp_path, "ts", "-reply", "-config", "tsa.cnf", "-section", "ts",
            "-queryfile", "request.tsq", "-out", "answer.tsr",
        )  # fmt: skip
        return (tmp_path / "answer.tsr").read_bytes()

    return answer


def test_a_checkpoint_carries_a_time_stamp_that_openssl_accepts(
    service, tmp_path, settings, monkeypatch
):
    settings.TIMESTAMP_URL = "http://tsa.invalid/"

    def post(url, *, content, headers, timeout):
        assert headers == {"Content-Type": "application/timestamp-query"}
        answer = service(content)
        return httpx.Response(HTTPStatus.OK, content=answer, request=httpx.Request("POST", url))

    monkeypatch.setattr(timestamps.httpx, "post", post)
    chained(3)
    made = checkpoints.make_checkpoint(at=AT)
    (tmp_path / "text").write_text(made.body)
    (tmp_path / "token.tsr").write_bytes(bytes(made.timestamp_token))
    verified = openssl(
        tmp_path, "ts", "-verify", "-data", "text", "-in", "token.tsr", "-CAfile", "tsa.pem"
    )
    assert verified is not None
    assert answer_is_for(bytes(made.timestamp_token), timestamps.hashlib.sha256(
        made.body.encode()).digest())  # fmt: skip


def test_a_time_stamp_over_something_else_is_not_kept(service, settings, monkeypatch):
    settings.TIMESTAMP_URL = "http://tsa.invalid/"
    other = service(request_for(bytes(32), b"12345678"))
    monkeypatch.setattr(
        timestamps.httpx,
        "post",
        lambda url, **_: httpx.Response(200, content=other, request=httpx.Request("POST", url)),
    )
    assert timestamps.token_for(b"ours") is None


@given(st.binary(max_size=80))
def test_reading_an_answer_never_raises(data):
    assert answer_is_for(data, bytes(32)) is False


def test_a_service_that_is_down_costs_no_checkpoint(settings, monkeypatch):
    settings.TIMESTAMP_URL = "http://tsa.invalid/"

    def post(url, **_):
        raise httpx.ConnectError("down")

    monkeypatch.setattr(timestamps.httpx, "post", post)
    chained(1)
    made = checkpoints.make_checkpoint(at=AT + timedelta(minutes=1))
    assert made.timestamp_token is None


def test_the_key_and_the_newest_checkpoint_are_published(client):
    chained(2)
    made = checkpoints.make_checkpoint(at=AT)
    page = client.get("/.well-known/custody-key.txt")
    assert page.status_code == 200
    said = dict(line.split(": ", 1) for line in page.content.decode().splitlines())
    assert said["public-key"] == custody_keys.public_key().hex()
    assert signed_texts.is_signed(
        said["checkpoint"].encode(),
        bytes.fromhex(said["signature"]),
        bytes.fromhex(said["public-key"]),
    )
    assert said["checkpoint"] == made.body
    assert client.post("/.well-known/custody-key.txt").status_code == 405
