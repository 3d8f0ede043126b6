"""Outside witnesses: what they accept, what they refuse, and what the centre keeps of it."""

import json
import os
import signal
import subprocess
import sys
import threading
from http import HTTPStatus

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as portal_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from cameras import checkpoints, custody, custody_keys, merkle, signed_texts, witnessing
from cameras.checkpoint_texts import statement_of
from cameras.merkle import Frontier
from cameras.models import Checkpoint
from cameras.pack_checks import check_pack
from cameras.pack_report import FAULT
from cameras.witness import Witness, serve
from cameras.witness_texts import read_receipt
from config.demo.processes import free_port
from tests.cameras.factories import AT, camera, detected, hikvision
from tests.cameras.test_custody import write
from tests.cameras.test_pack_verifier import made_pack, with_manifest

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

CENTRE = Ed25519PrivateKey.from_private_bytes(b"c" * 32)
PEER = Ed25519PrivateKey.from_private_bytes(b"p" * 32)
PUBLIC = signed_texts.public_bytes(CENTRE)


@pytest.fixture
def witness(tmp_path) -> Witness:
    return Witness("tỉnh bạn (mẫu)", tmp_path / "book.json", PEER, {"00": PUBLIC.hex()})


def leaves(size: int, *, forged: int | None = None) -> list[bytes]:
    return [b"forged" if number == forged else b"%d" % number for number in range(size)]


def request(
    size: int, first: int = 0, *, centre: str = "00", key=CENTRE, forged: int | None = None
) -> dict:
    """Write what a centre with so many rows sends; ``forged`` is a row it has rewritten."""
    rows = leaves(size, forged=forged)
    tree = Frontier()
    for leaf in rows:
        tree.append(leaf)
    key_id = signed_texts.key_id(signed_texts.public_bytes(key))
    text = statement_of(tree, None, centre=centre, key_id=key_id, at=AT).text()
    proof = []
    if first <= size:
        proof = merkle.consistency_proof(first, size, lambda a, b: merkle.root(rows[a:b]))
    return {
        "checkpoint": text,
        "signature": signed_texts.sign(text.encode(), key).hex(),
        "from_size": first,
        "consistency": [step.hex() for step in proof],
    }


def test_a_growing_log_is_accepted_and_each_receipt_is_signed(witness):
    for first, size in ((0, 5), (5, 5), (5, 12), (12, 40)):
        status, answer = witness.consider(request(size, first), at=AT)
        assert status == HTTPStatus.OK
        receipt = read_receipt(answer)
        assert (receipt.centre, receipt.size) == ("00", size)
        assert receipt.root == merkle.root(leaves(size))
        assert receipt.public_key == signed_texts.public_bytes(PEER)
    assert witness.last("00")["size"] == 40


OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"o" * 32)


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (lambda: request(7), 422, "smaller"),
        (lambda: request(12, 0), 409, "other_size"),
        (lambda: request(12, 8), 409, "other_size"),
        (lambda: request(12, 10, forged=3), 422, "inconsistent"),
        (lambda: request(10, 10, forged=3), 422, "inconsistent"),
        (lambda: request(12, 10) | {"consistency": []}, 422, "inconsistent"),
        (lambda: request(12, 10, key=OTHER_KEY), 422, "signature"),
        (lambda: request(12, 10) | {"signature": "00" * 64}, 422, "signature"),
        (lambda: request(12, 10, centre="79"), 403, "not_admitted"),
        (lambda: request(12, 10) | {"checkpoint": "{}"}, 400, "malformed"),
        (dict, 400, "malformed"),
        (lambda: request(12, 10) | {"consistency": 7}, 400, "malformed"),
    ],
    ids=["shorter", "from nothing", "from another size", "rewritten", "same size rewritten",
         "no proof", "another key", "no signature", "unknown centre", "no checkpoint", "empty",
         "odd proof"],
)  # fmt: skip
def test_a_log_that_takes_back_what_it_said_is_refused_and_the_book_stays(
    witness, sent, status, code
):
    witness.consider(request(10), at=AT)
    book = witness.path.read_bytes()
    answered, answer = witness.consider(sent(), at=AT)
    assert (answered, answer["code"]) == (status, code)
    assert witness.path.read_bytes() == book


def test_a_centre_keeps_the_key_it_was_first_admitted_with(witness):
    witness.consider(request(3), at=AT)
    other = Witness("w", witness.path, PEER, {"00": signed_texts.public_bytes(OTHER_KEY).hex()})
    assert other.consider(request(5, 3, key=OTHER_KEY), at=AT)[1]["code"] == "signature"
    assert other.consider(request(5, 3), at=AT)[0] == HTTPStatus.OK


@given(st.dictionaries(st.sampled_from(list(request(2))), st.none() | st.text() | st.integers()))
@effort(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_witness_never_falls_over(witness, junk):
    status, _answer = witness.consider(request(9, 0) | junk, at=AT)
    assert status in {200, 400, 403, 409, 422}


# The centre and its witness, over HTTP


@pytest.fixture
def served(tmp_path, settings):
    """Run a witness that admits this centre; return it."""
    admitted = {"00": custody_keys.public_key().hex()}
    witness = Witness("tỉnh bạn (mẫu)", tmp_path / "book.json", PEER, admitted)
    server = serve(witness, 0, lambda: AT)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    pinned = signed_texts.public_bytes(PEER).hex()
    settings.CUSTODY_WITNESS_URLS = [f"http://127.0.0.1:{server.server_port}/#{pinned}"]
    yield witness
    server.shutdown()
    thread.join()
    server.server_close()


def checkpoint_after(rows: int) -> Checkpoint:
    write(rows)
    custody.chain()
    return checkpoints.make_checkpoint(at=AT)


def test_each_checkpoint_is_sent_once_and_the_receipt_is_kept(served):
    for rows in (3, 4, 5):
        made = checkpoint_after(rows)
        [answer] = witnessing.send_newest(at=AT)
        assert (answer.accepted, answer.checkpoint) == (True, made)
        assert witnessing.send_newest(at=AT) == []
    assert served.last("00")["size"] == 12
    assert "#" not in answer.witness


def test_a_centre_that_forgot_what_the_witness_saw_asks_again_from_there(served):
    checkpoint_after(3)
    witnessing.send_newest(at=AT)
    served.consider(request_of(checkpoint_after(4), 3), at=AT)
    checkpoint_after(2)
    [answer] = witnessing.send_newest(at=AT)
    assert answer.accepted
    assert served.last("00")["size"] == 9


def request_of(checkpoint: Checkpoint, first: int) -> dict:
    return {
        "checkpoint": checkpoint.body,
        "signature": bytes(checkpoint.signature).hex(),
        "from_size": first,
        "consistency": [step.hex() for step in checkpoints.consistency(first, checkpoint)],
    }


def test_a_witness_that_is_down_is_asked_again_next_time(settings, served):
    address = settings.CUSTODY_WITNESS_URLS
    settings.CUSTODY_WITNESS_URLS = [f"http://127.0.0.1:{free_port(0)}/"]
    checkpoint_after(3)
    assert witnessing.send_newest(at=AT) == []
    settings.CUSTODY_WITNESS_URLS = address
    assert len(witnessing.send_newest(at=AT)) == 1


def test_a_refusal_is_kept_as_such(served):
    served.path.write_text(
        json.dumps({"00": {"public_key": custody_keys.public_key().hex(), "size": 3,
                           "root": "ab" * 32}})
    )  # fmt: skip
    checkpoint_after(5)
    [answer] = witnessing.send_newest(at=AT)
    assert not answer.accepted
    assert json.loads(answer.answer)["code"] == "inconsistent"


def test_a_receipt_under_another_key_than_agreed_is_no_receipt(served, settings):
    settings.CUSTODY_WITNESS_URLS = [
        settings.CUSTODY_WITNESS_URLS[0].partition("#")[0] + "#" + "00" * 32
    ]
    checkpoint_after(2)
    [answer] = witnessing.send_newest(at=AT)
    assert not answer.accepted


def test_a_pack_shows_what_the_witness_has_seen(served):
    checkpoint_after(5)
    witnessing.send_newest(at=AT)
    contents = made_pack(detected(camera(), hikvision()))
    lines = check_pack(contents)
    assert not [line for line in lines if line.state == FAULT]
    assert any("has seen the first rows: 5" in line.en for line in lines)

    def forge(manifest):
        manifest["checkpoint"]["witnesses"][0]["consistency_proof"][0] = "00" * 32

    wrong = [line.en for line in check_pack(with_manifest(contents, forge)) if line.state == FAULT]
    assert "has seen another log" in wrong


def test_the_command_serves_and_remembers_over_a_restart(tmp_path, settings):
    book, port = tmp_path / "book.json", free_port(0)
    command = [
        sys.executable, "manage.py", "witness", "--port", str(port), "--file", str(book),
        "--admit", f"00={custody_keys.public_key().hex()}",
    ]  # fmt: skip
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}

    def started() -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(
            command,
            cwd=portal_settings.BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        return process, process.stdout.readline().split()[1]

    process, address = started()
    try:
        settings.CUSTODY_WITNESS_URLS = [address]
        checkpoint_after(3)
        assert [answer.accepted for answer in witnessing.send_newest(at=AT)] == [True]
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=10)
        process, _address = started()
        assert httpx.get(f"http://127.0.0.1:{port}/00").json()["size"] == 3
        answer = httpx.post(f"http://127.0.0.1:{port}/", json=request(2))
        assert answer.status_code == 422
        assert httpx.post(f"http://127.0.0.1:{port}/", content=b"[[").status_code == 400
        checkpoint_after(1)
        assert [answer.accepted for answer in witnessing.send_newest(at=AT)] == [True]
    finally:
        process.kill()
        process.communicate(timeout=10)
