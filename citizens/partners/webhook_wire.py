"""One message on the wire: signed as Standard Webhooks says, sent to where it may go.

The signature is HMAC-SHA256 over ``id.timestamp.body`` (standard-webhooks v1). An address is looked
up once and the connection goes to what was found, so that a name cannot point elsewhere a moment
later. No redirect is followed, little of the answer is read, and a clock cuts off who is slow.
"""

from __future__ import annotations

import base64
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = (443, 8443)
CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
MOST_READ = 4096


class BadAddress(ValueError):
    """A webhook may not go there; the word says why: ``form``, ``scheme``, ``port``, ``private``,
    ``unknown``.
    """


class NotDelivered(Exception):
    """The receiver did not take a message; a short word or its status says why."""


@dataclass(frozen=True)
class Target:
    """Where a message goes: the parts of its address."""

    scheme: str
    host: str
    port: int
    path: str


def read_address(url: str, *, is_open: bool) -> Target:
    """Read the address of a webhook. Raises BadAddress.

    ``is_open`` lets plain HTTP, any port and private networks pass: on one machine, for trial.
    """
    if len(url) > 400 or not url.isascii() or any(letter <= " " for letter in url):
        raise BadAddress("form")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise BadAddress("form") from fault
    if not parts.hostname or parts.username is not None or parts.fragment:
        raise BadAddress("form")
    if parts.scheme != "https" and not (is_open and parts.scheme == "http"):
        raise BadAddress("scheme")
    port = port or (443 if parts.scheme == "https" else 80)
    if port not in PORTS and not is_open:
        raise BadAddress("port")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port, path)


def find_host(target: Target, *, is_open: bool) -> str:
    """Return one public address of a host. Raises BadAddress when any of them is not public."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise BadAddress("unknown") from fault
    addresses = [str(entry[4][0]).split("%")[0] for entry in found]
    if not addresses:
        raise BadAddress("unknown")
    if not is_open and not all(is_public(address) for address in addresses):
        raise BadAddress("private")
    return addresses[0]


def is_public(address: str) -> bool:
    """Tell whether an address is one of the open Internet, also behind its IPv6 disguises."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if inner is None and parsed in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF)
        if inner is not None:
            parsed = inner
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def derive_secret(key: str, endpoint_id: uuid.UUID, version: int) -> str:
    """Derive the secret of an endpoint, as ``whsec_…``: nothing of it is stored."""
    about = b"webhook-secret/1:" + endpoint_id.bytes + version.to_bytes(4, "big")
    return "whsec_" + base64.b64encode(hmac.digest(key.encode(), about, "sha256")).decode()


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return one signature: ``v1,`` and the HMAC in base 64."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(signed).decode()


def headers_of(
    secrets: Sequence[str], message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """Return the headers of a message; while a secret changes there are two signatures."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "vpgt-webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(
            sign(secret, message_id, timestamp, body) for secret in secrets
        ),
    }


def send(
    url: str,
    headers: dict[str, str],
    body: bytes,
    *,
    is_open: bool,
    seconds: float = TOTAL_SECONDS,
    trusted: ssl.SSLContext | None = None,
) -> None:
    """Deliver one message: any 2xx within the time is a receipt. Raises NotDelivered.

    ``trusted`` decides which certificates are believed; the system's authorities unless given.
    """
    try:
        target = read_address(url, is_open=is_open)
        address = find_host(target, is_open=is_open)
    except BadAddress as fault:
        raise NotDelivered(f"address: {fault}") from fault
    try:
        with _within(seconds, target, address, trusted) as connection:
            connection.request("POST", target.path, body, headers)
            answer = connection.getresponse()
            answer.read(MOST_READ)
            status = answer.status
    except TimeoutError as fault:
        raise NotDelivered("timeout") from fault
    except ssl.SSLError as fault:
        raise NotDelivered("certificate") from fault
    except (OSError, http.client.HTTPException) as fault:
        raise NotDelivered("connection") from fault
    if not 200 <= status < 300:
        raise NotDelivered(f"HTTP {status}")


@contextmanager
def _within(
    seconds: float, target: Target, address: str, trusted: ssl.SSLContext | None
) -> Iterator[http.client.HTTPConnection]:
    """Connect to an address under the name of its host, and cut the line when time is up.

    A limit for each read would let a receiver that sends a byte now and then hold us for ever.
    """
    raw = socket.create_connection((address, target.port), timeout=min(CONNECT_SECONDS, seconds))
    is_up = threading.Event()

    def cut() -> None:
        is_up.set()
        try:
            raw.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    clock = threading.Timer(seconds, cut)
    clock.daemon = True
    clock.start()
    line: socket.socket = raw
    try:
        if target.scheme == "https":
            context = trusted or ssl.create_default_context()
            line = context.wrap_socket(raw, server_hostname=target.host)
        line.settimeout(seconds)
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = line
        yield connection
        if is_up.is_set():  # what was read is what came before the line was cut
            raise TimeoutError
    except (OSError, http.client.HTTPException) as fault:
        if is_up.is_set():
            raise TimeoutError from fault
        raise
    finally:
        clock.cancel()
        line.close()
        raw.close()
