"""The sum before a search by plate: what it proves, what proves nothing, and that it counts once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from citizens import effort, proofs
from citizens.proofs import ProofFault, check_proof, make_challenge, solve
from tests.citizens.conftest import english
from tests.citizens.visits import PLATE_SHOWN, challenge_on, proof_on, text

pytestmark = pytest.mark.gate

KEY, NOW = b"a key of the test", datetime(2026, 10, 17, 8, 0, tzinfo=UTC)


def challenge(**changes):
    asked = {"scope": "plate", "cost": 50, "until": NOW + timedelta(minutes=10)}
    return make_challenge(KEY, **(asked | {"salt": "5a17", "number": 37} | changes))


def changed(payload: str, **fields: object) -> str:
    proof = json.loads(base64.b64decode(payload)) | fields
    return base64.b64encode(json.dumps(proof).encode()).decode()


def test_a_challenge_is_that_of_the_protocol():
    """ALTCHA 1: hash of salt and number, HMAC of that hash, both hexadecimal; expiry in the salt."""
    made = json.loads(challenge().as_json())
    assert set(made) == {"algorithm", "challenge", "maxnumber", "salt", "signature"}
    assert made["algorithm"] == "SHA-256"
    assert made["salt"].startswith(f"5a17?expires={int(NOW.timestamp()) + 600}&")
    assert made["salt"].endswith("&")  # no figure of the number reads as part of the salt
    whole = (made["salt"] + "37").encode()
    assert made["challenge"] == hashlib.sha256(whole).hexdigest()
    signed = hmac.new(KEY, made["challenge"].encode(), hashlib.sha256).hexdigest()
    assert made["signature"] == signed


def test_who_works_it_out_is_believed():
    found = check_proof(KEY, solve(challenge().as_json()), scope="plate", at=NOW)
    assert found.cost == 50


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"number": 36}, "forged"),
        ({"number": -1}, "malformed"),
        ({"number": "37"}, "malformed"),
        ({"number": True}, "malformed"),
        ({"signature": "0" * 64}, "forged"),
        ({"challenge": "0" * 64}, "forged"),
        ({"salt": "5a17?expires=99999999999&scope=plate&cost=50&"}, "forged"),
        ({"salt": "5a17"}, "forged"),
        ({"algorithm": "SHA-1"}, "malformed"),
        ({"salt": None}, "malformed"),
    ],
)
def test_a_proof_that_was_touched_proves_nothing(fields, reason):
    payload = changed(solve(challenge().as_json()), **fields)
    with pytest.raises(ProofFault) as refused:
        check_proof(KEY, payload, scope="plate", at=NOW)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "payload", ["x", "####", "e30=", "W10=", "bnVsbA==", "A" * 3000, "[" * 999]
)
def test_what_is_no_proof_at_all_is_refused(payload):
    with pytest.raises(ProofFault) as refused:
        check_proof(KEY, payload, scope="plate", at=NOW)
    assert refused.value.reason == "malformed"


def test_an_empty_proof_is_a_missing_one():
    with pytest.raises(ProofFault) as refused:
        check_proof(KEY, "", scope="plate", at=NOW)
    assert refused.value.reason == "missing"


def test_a_proof_is_good_for_its_purpose_and_its_time_alone():
    payload = solve(challenge().as_json())
    with pytest.raises(ProofFault, match="other"):
        check_proof(KEY, payload, scope="code", at=NOW)
    with pytest.raises(ProofFault, match="expired"):
        check_proof(KEY, payload, scope="plate", at=NOW + timedelta(minutes=10))
    with pytest.raises(ProofFault, match="forged"):
        check_proof(b"another key", payload, scope="plate", at=NOW)


def test_what_lies_between_salt_and_number_cannot_be_moved():
    """A longer expiry by lending it the first figures of the number: the salt ends with “&”."""
    made = challenge(number=45)
    proof = json.loads(base64.b64decode(solve(made.as_json())))
    moved = changed(
        base64.b64encode(json.dumps(proof).encode()).decode(), salt=made.salt + "4", number=5
    )
    found = check_proof(KEY, moved, scope="plate", at=NOW)  # the same sum, and worth no more
    assert found.challenge == made.challenge
    with pytest.raises(ProofFault, match="expired"):
        check_proof(KEY, moved, scope="plate", at=NOW + timedelta(minutes=10))


@pytest.mark.parametrize("number", [0, 9, 10, 99, 100, 12_345])
@pytest.mark.parametrize("salt", ["5a17", "5a" * 12, "5a" * 40])
def test_the_script_of_the_browser_finds_the_same_number(number, salt):
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here; the browser tests run the script too")
    made = challenge(cost=12_345, number=number, salt=salt)
    script = (Path(settings.BASE_DIR) / "static/js/proof_worker.js").read_text()
    asked = json.dumps({"salt": made.salt, "sought": made.challenge, "most": made.maxnumber})
    run = (
        "let hear; globalThis.self = {addEventListener: (_, act) => { hear = act; }, "
        f"postMessage: (found) => console.log(found)}};{script}\nhear({{data: {asked}}});"
    )
    done = subprocess.run([node, "-e", run], capture_output=True, text=True, check=True, timeout=30)
    assert int(done.stdout) == number


# On the pages ------------------------------------------------------------------------------------


def ask(browser: Client, **fields: str):
    return browser.post("/tra-cuu/bien-so/", {"plate": PLATE_SHOWN, "vehicle_type": "car"} | fields)


@pytest.mark.django_db
def test_a_plate_is_not_looked_up_without_the_sum(browser, clock):
    refused = ask(browser)
    assert refused.status_code == 200
    assert "has to work out a sum first" in text(refused)
    assert browser.get("/tra-cuu/bien-so/ket-qua/").status_code == 302
    assert ask(browser, proof=proof_on(refused)).status_code == 303


@pytest.mark.django_db
def test_a_sum_counts_once_in_any_browser(browser, clock):
    proof = proof_on(browser.get("/tra-cuu/bien-so/"))
    assert ask(browser, proof=proof).status_code == 303
    for other in (browser, english()):
        again = ask(other, proof=proof)
        assert again.status_code == 200
        assert "was used already or is too old" in text(again)


@pytest.mark.django_db
def test_a_plate_that_is_mistyped_costs_no_sum(browser, clock):
    proof = proof_on(browser.get("/tra-cuu/bien-so/"))
    assert ask(browser, plate="51K", proof=proof).status_code == 200
    assert ask(browser, proof=proof).status_code == 303


@pytest.mark.django_db
def test_a_sum_that_is_far_too_cheap_by_now_is_worked_out_again(clock):
    cheap = solve(effort.offer("plate", 0, at=NOW).as_json())
    effort.accept(cheap, "plate", 1, at=NOW)  # one share ago: others may have asked meanwhile
    cheap = solve(effort.offer("plate", 0, at=NOW).as_json())
    with pytest.raises(ProofFault, match="cheap"):
        effort.accept(cheap, "plate", 2, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_bring_the_same_proof_one_is_answered():
    payload = solve(effort.offer("plate", 0, at=NOW).as_json())
    outcomes: list[str] = []

    def bring() -> None:
        try:
            effort.accept(payload, "plate", 0, at=NOW)
            outcomes.append("taken")
        except ProofFault as fault:
            outcomes.append(fault.reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["taken", *["used"] * 5]


@pytest.mark.django_db
def test_without_javascript_the_page_says_what_to_do(browser):
    page = text(browser.get("/tra-cuu/bien-so/"))
    told = page[page.index("without-script") : page.index('<details class="explain"')]
    assert "use the look-up code on the paper" in told
    assert "1900 0000" in told


@pytest.mark.django_db
def test_the_script_is_loaded_where_the_sum_is_and_nowhere_else(browser):
    assert "js/proof_of_work.js" in text(browser.get("/tra-cuu/bien-so/"))
    for path in ("/", "/tra-cuu/", "/tra-cuu/quyet-dinh/", "/xac-minh/"):
        assert "proof_of_work.js" not in text(browser.get(path)), path


@pytest.mark.django_db
def test_nothing_of_the_sum_is_a_secret_of_the_server(browser):
    shown = json.loads(challenge_on(browser.get("/tra-cuu/bien-so/")))
    assert set(shown) == {"algorithm", "challenge", "maxnumber", "salt", "signature"}
    assert 2 * len(json.dumps(shown)) < proofs.LONGEST_PAYLOAD
