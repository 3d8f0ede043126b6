"""A device proves itself by its password: Digest, Basic, and Dahua's Digest with nothing in it."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cameras import inbox
from cameras.adapters import http_credentials
from cameras.adapters.contract import RawEnvelope, Rejected, Reply, Secrets
from cameras.adapters.http_credentials import (
    asking,
    challenge,
    challenge_headers,
    digest_ha1,
    nonce_secret,
    prove_by_password,
    verify_basic,
    verify_digest,
)
from cameras.models import Delivery
from cameras.wording import FAULTS
from tests.cameras import factories
from tests.cameras.dahua_bodies import ADAPTER

pytestmark = pytest.mark.gate

NOW = datetime(2026, 11, 18, 14, 7, 0, tzinfo=UTC)
REALM, NAME, PASSWORD = "itsapi", "camera", 'mật "khẩu": 1'
PATH = "/intake/dahua/SecretToken/NotificationInfo/KeepAlive"
CREDENTIAL = f"{NAME}:{digest_ha1(NAME, REALM, PASSWORD)}"
SECRETS = Secrets(credential=CREDENTIAL)
SECRET = nonce_secret(SECRETS)


def request(authorization: str, *, path: str = PATH, method: str = "POST") -> RawEnvelope:
    headers = (("Authorization", authorization),) if authorization else ()
    return RawEnvelope(headers, b"{}", NOW, path, method)


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def nonce_of(offer: str) -> str:
    return offer.rpartition('nonce="')[2].rstrip('"')


def answer(
    *,
    realm: str = REALM,
    name: str = NAME,
    password: str = PASSWORD,
    nonce: str | None = None,
    uri: str = PATH,
    qop: str = "auth",
    counted: bool = True,
    method: str = "POST",
    algorithm: str = "MD5",
) -> str:
    """Compute a Digest as a client does, from the RFC and not from our code."""
    hashed = {"MD5": md5, "SHA-256": sha256}[algorithm]
    nonce = nonce_of(challenge(REALM, NOW, SECRET)) if nonce is None else nonce
    ha1, ha2 = hashed(f"{name}:{realm}:{password}"), hashed(f"{method}:{uri}")
    middle = f"{nonce}:00000001:0a4f113b:{qop}" if counted else nonce
    more = f', qop={qop or chr(34) * 2}, nc=00000001, cnonce="0a4f113b"' if counted else ""
    return (
        f'Digest username="{name}", realm="{realm}", nonce="{nonce}", uri="{uri}", '
        f'algorithm={algorithm}, response="{hashed(f"{ha1}:{middle}:{ha2}")}"{more}'
    )


def proof(authorization: str, *, now: datetime = NOW, realm: str = REALM, secrets=SECRETS, **where):
    found = prove_by_password(request(authorization, **where), secrets, realm, now)
    return found.code if isinstance(found, Rejected) else found


def test_the_example_of_the_rfc():
    """RFC 7616 §3.9.1: the same request under MD5 and SHA-256."""
    assert digest_ha1("Mufasa", "http-auth@example.org", "Circle of Life") == (
        "3d78807defe7de2157e2b0b6573a855f"
    )
    assert digest_ha1("Mufasa", "http-auth@example.org", "Circle of Life", "SHA-256") == (
        "7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232"
    )


def test_without_a_registered_password_only_the_path_proves_the_sender():
    assert proof("", secrets=Secrets()) == "D"
    assert proof(answer(), secrets=Secrets()) == "D"


def test_with_one_the_device_must_show_it():
    assert proof("") == "credential_missing"
    assert proof("   ") == "credential_missing"


@pytest.mark.parametrize(
    "changes",
    [{}, {"counted": False}],
    ids=["qop auth", "no qop"],
)
def test_a_right_digest_is_level_c(changes):
    assert proof(answer(**changes)) == "C"


def test_sha256_is_taken_where_the_register_has_it():
    secrets = Secrets(credential=f"{NAME}:{digest_ha1(NAME, REALM, PASSWORD, 'SHA-256')}")
    [(header, offer)] = challenge_headers(secrets, REALM, NOW)
    assert (header, "algorithm=SHA-256" in offer) == ("WWW-Authenticate", True)
    right = answer(nonce=nonce_of(offer), algorithm="SHA-256")
    assert proof(right, secrets=secrets) == "C"
    assert proof(answer(nonce=nonce_of(offer)), secrets=secrets) == "credential_wrong"


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "another"},
        {"name": "admin"},
        {"realm": "elsewhere"},
        {"uri": "/intake/dahua/Other/NotificationInfo/KeepAlive"},
        {"method": "GET"},
        {"qop": "auth-int"},
        {"nonce": "made-up"},
        {"nonce": ""},
        {"nonce": "", "qop": ""},
        {"algorithm": "SHA-256"},
    ],
    ids=lambda changes: " ".join(changes),
)
def test_a_digest_wrong_in_one_thing_is_refused(changes):
    assert proof(answer(**changes)) == "credential_wrong"


def test_a_right_digest_for_another_request_is_refused():
    assert proof(answer(), method="PUT") == "credential_wrong"
    assert proof(answer(), path=PATH + "?more=1") == "credential_wrong"


def test_a_proxy_may_write_the_address_whole():
    assert proof(answer(), path=f"https://portal.test{PATH}") == "C"
    assert proof(answer(uri=f"https://portal.test{PATH}")) == "C"


@pytest.mark.parametrize(
    ("seconds", "accepted"),
    [(0, True), (300, True), (301, False), (-5, True), (-6, False), (86400, False)],
)
def test_a_nonce_is_good_for_five_minutes(seconds, accepted):
    now = NOW + timedelta(seconds=seconds)
    assert proof(answer(), now=now) == ("C" if accepted else "credential_wrong")


def test_a_nonce_of_another_device_realm_or_moment_is_none():
    other = nonce_secret(Secrets(credential="other:" + "0" * 32))
    assert proof(answer(nonce=nonce_of(challenge(REALM, NOW, other)))) == "credential_wrong"
    assert proof(answer(nonce=nonce_of(challenge("x", NOW, SECRET)))) == "credential_wrong"
    ours = nonce_of(challenge(REALM, NOW, SECRET))
    moved = f"{int(NOW.timestamp()) + 60:08x}" + ours[8:]
    assert proof(answer(nonce=moved), now=NOW + timedelta(seconds=60)) == "credential_wrong"


def test_the_same_moment_gives_the_same_nonce_on_every_server():
    assert challenge(REALM, NOW, SECRET) == challenge(REALM, NOW, SECRET)
    assert challenge_headers(SECRETS, REALM, NOW)[0][1] == challenge(REALM, NOW, SECRET)
    assert challenge_headers(Secrets(), REALM, NOW) == ()


def test_a_realm_with_quotes_is_quoted():
    assert challenge('a"b\\c', NOW, SECRET).startswith('Digest realm="a\\"b\\\\c", ')


EMPTY_REALM = Secrets(credential=f"{NAME}:{digest_ha1(NAME, '', PASSWORD)}")
UNASKED = {"realm": "", "nonce": "", "qop": ""}


@pytest.mark.parametrize("counted", [True, False], ids=["with an empty qop", "without"])
def test_dahuas_empty_digest_is_taken_by_the_adapter_with_the_empty_realm(counted):
    header = answer(**UNASKED, counted=counted)
    assert proof(header, realm="", secrets=EMPTY_REALM) == "C"
    assert ADAPTER.authenticate(request(header), EMPTY_REALM, NOW) == "C"


def test_dahuas_empty_digest_must_be_right_and_is_no_door_elsewhere():
    wrong = answer(**UNASKED, password="another")
    assert proof(wrong, realm="", secrets=EMPTY_REALM) == "credential_wrong"
    made_with_a_realm = answer(**UNASKED)
    assert proof(made_with_a_realm, realm="", secrets=SECRETS) == "credential_wrong"
    assert proof(answer(**UNASKED), secrets=EMPTY_REALM) == "credential_wrong"


def test_dahua_without_a_registered_password_is_level_d_and_with_one_must_prove():
    assert ADAPTER.authenticate(request(""), Secrets(), NOW) == "D"
    refused = ADAPTER.authenticate(request(""), EMPTY_REALM, NOW)
    assert isinstance(refused, Rejected)
    assert refused.code == "credential_missing"


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("authorization", "found"),
    [
        (basic(NAME, PASSWORD), "C"),
        (basic(NAME, PASSWORD).replace("Basic", "basic"), "C"),
        (basic(NAME, "another"), "credential_wrong"),
        (basic("admin", PASSWORD), "credential_wrong"),
        (basic("Camera", PASSWORD), "credential_wrong"),
        ("Basic", "credential_wrong"),
        ("Basic %%%", "credential_wrong"),
        ("Basic " + base64.b64encode(b"\xff\xfe").decode(), "credential_wrong"),
        ("Basic " + base64.b64encode(NAME.encode()).decode(), "credential_wrong"),
        ("Basic " + "QUFB" * 2000, "credential_wrong"),
        ("Bearer token", "credential_wrong"),
    ],
)
def test_basic(authorization, found):
    assert proof(authorization) == found


@pytest.mark.parametrize(
    "header",
    [
        "Digest",
        "Digest ,,,",
        answer() + ', username="camera"',
        answer().replace('response="', 'response="é'),
        answer().replace("Digest", "Token"),
        answer() + ", x=" + "y" * 5000,
    ],
    ids=["nothing", "commas", "a name twice", "no hexadecimal", "another scheme", "too long"],
)
def test_a_header_that_is_no_digest_is_refused(header):
    assert proof(header) == "credential_wrong"


def test_two_authorization_headers_are_one_too_many():
    headers = (("Authorization", answer()), ("authorization", answer()))
    envelope = RawEnvelope(headers, b"", NOW, PATH, "POST")
    assert not verify_digest(envelope, CREDENTIAL, REALM, NOW, SECRET)


@pytest.mark.parametrize("registered", ["camera", "camera:", ":" + "0" * 32, "camera:" + "g" * 32])
def test_a_registered_password_that_cannot_be_used_says_so(registered):
    assert proof(answer(), secrets=Secrets(credential=registered)) == "credential_unusable"
    assert not verify_digest(request(answer()), registered, REALM, NOW, SECRET)
    assert not verify_basic(request(basic(NAME, PASSWORD)), registered, REALM)


def test_every_refusal_has_words_and_none_names_the_secret():
    for refused in (http_credentials.MISSING, http_credentials.WRONG, http_credentials.UNUSABLE):
        assert refused.code in FAULTS
        assert NAME not in refused.reason.replace("name", "")


def test_an_unknown_algorithm_is_a_slip_of_ours():
    with pytest.raises(ValueError, match="unknown algorithm"):
        digest_ha1(NAME, REALM, PASSWORD, "SHA-1")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.text(max_size=40))
def test_no_header_and_no_path_raises(header, path):
    for scheme in ("", "Digest ", "Basic ", 'Digest username="camera", '):
        assert proof(scheme + header, path=path) in {"credential_wrong", "credential_missing"}


def test_a_refusal_asks_for_the_password_and_only_where_one_is_registered():
    refusal = Reply(403, b"{}", "application/json", (("X-More", "1"),))
    asked = asking(refusal, SECRETS, REALM, NOW)
    assert (asked.status, asked.body) == (401, b"{}")
    offer = dict(asked.headers)["WWW-Authenticate"]
    assert proof(answer(nonce=nonce_of(offer))) == "C"
    assert dict(asked.headers)["X-More"] == "1"
    assert asking(refusal, Secrets(), REALM, NOW) == refusal


@pytest.fixture
def door(db):
    """Return a function that sends a sign of life to a device with a password."""
    device = factories.camera("DH-03", adapter="dahua-itsapi", credential=EMPTY_REALM.credential)
    path = inbox.push_path(device) + "NotificationInfo/KeepAlive"

    def send(**changes) -> Reply:
        header = answer(**{**UNASKED, "uri": path, **changes}) if changes else ""
        push = factories.Push(b'{"Active": "keepAlive"}', {"Authorization": header})
        arrival = factories.arrival(push, path)
        answered = inbox.receive(
            arrival, route="dahua", path_token=device.path_token, at=factories.AT
        )
        factories.bring_in()
        return answered.reply

    return send


def test_at_the_door_a_wrong_password_is_turned_away_and_a_right_one_noted_as_level_c(door):
    assert door(password="another").status == 401
    assert (door(counted=False).status, door(counted=False).body) == (200, b'{"Result": true}')
    kept = Delivery.objects.values_list("fault_code", "authenticity").distinct()
    assert sorted(kept) == [("", "C"), ("credential_wrong", "D")]


def test_a_device_that_waits_to_be_asked_is_asked_and_let_in(door):
    refused = door()
    assert refused.status == 401
    nonce = nonce_of(dict(refused.headers)["WWW-Authenticate"])
    assert door(nonce=nonce, qop="auth").status == 200
