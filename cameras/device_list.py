"""Who may deliver, known to each web process without asking the database for every delivery.

The list is read from the register every few seconds and kept in a signed file on this machine, so
that devices are still known while the database is down, even by a process started meanwhile.
Secret paths stand in it as SHA-256 only. A device that is revoked is turned away within
``INTAKE_DEVICES_FRESH_SECONDS``; one that is unknown is looked up again before it is refused.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import DatabaseError, connection

from cameras.adapters.contract import Secrets
from cameras.models import Device

log = logging.getLogger(__name__)

SALT = "cameras.device_list"
COLUMNS = (
    "id", "code", "serial", "adapter", "profile", "state", "path_token", "public_key", "credential",
)  # fmt: skip
#: An unknown path makes us look again at most this often, whoever knocks and however hard.
LOOK_AGAIN_SECONDS = 1.0
#: How long a sender we do not know waits for the register; a frozen database may hold it for ever.
LONGEST_WAIT_SECONDS = 3.0


@dataclass(frozen=True)
class KnownDevice:
    """What the door has to know of a registered device."""

    pk: int
    code: str
    serial: str
    adapter: str
    profile: dict[str, Any]
    state: str
    secrets: Secrets


class DeviceList:
    """The devices by the digest of their secret path; one list for all threads of a process."""

    def __init__(self) -> None:
        self._devices: dict[str, KnownDevice] = {}
        self._read_at = -1e9
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()

    def find(self, path_token: str) -> KnownDevice | None:
        """Return the device of a secret path, or None.

        A known device never waits for the database, be it down or frozen; an unknown one waits a
        moment for the register to be looked into again.
        """
        digest = _digest(path_token)
        self._refresh(settings.INTAKE_DEVICES_FRESH_SECONDS)
        found = self._devices.get(digest)
        if found is None:
            self._refresh(min(LOOK_AGAIN_SECONDS, settings.INTAKE_DEVICES_FRESH_SECONDS))
            self._idle.wait(LONGEST_WAIT_SECONDS)
            found = self._devices.get(digest)
        return found

    def _refresh(self, older_than: float) -> None:
        """Have the list read again if it is older; meanwhile everybody goes on with the old."""
        if time.monotonic() - self._read_at < older_than or not self._lock.acquire(blocking=False):
            return
        self._idle.clear()
        if not settings.INTAKE_DEVICES_IN_BACKGROUND:
            self._read()
            return
        if not self._devices:
            self._take(_from_file(_file()))
        threading.Thread(target=self._read_and_hang_up, daemon=True).start()

    def _read_and_hang_up(self) -> None:
        try:
            self._read()
        finally:
            connection.close()  # this thread's own

    def _read(self) -> None:
        """Read the list under the lock, and give the lock back."""
        try:
            self._take(_entries())
            self._read_at = time.monotonic()
        finally:
            self._lock.release()
            self._idle.set()

    def _take(self, entries: list[dict[str, Any]] | None) -> None:
        if entries is not None:  # else the list of a moment ago is better than none
            self._devices = {entry["path"]: _known(entry) for entry in entries}


def _entries() -> list[dict[str, Any]] | None:
    """Return the register's rows, from the database or else from the signed file, or None."""
    file = _file()
    try:
        entries = [_entry(row) for row in Device.objects.values(*COLUMNS).order_by("pk")]
    except DatabaseError:
        return _from_file(file)
    with suppress(OSError):  # a full disk must not keep a device out
        _to_file(file, entries)
    return entries


def _file() -> Path:
    return Path(settings.INTAKE_SPOOL_DIR) / "devices.signed"


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    key = row.pop("public_key")
    entry = {name: row[name] for name in COLUMNS if name not in {"path_token", "public_key"}}
    return entry | {
        "path": _digest(row["path_token"]),
        "public_key": bytes(key).hex() if key else "",
    }


def _known(entry: dict[str, Any]) -> KnownDevice:
    key = bytes.fromhex(entry["public_key"]) or None
    return KnownDevice(
        pk=entry["id"],
        code=entry["code"],
        serial=entry["serial"],
        adapter=entry["adapter"],
        profile=entry["profile"],
        state=entry["state"],
        secrets=Secrets(key, entry["credential"]),
    )


def _from_file(file: Path) -> list[dict[str, Any]] | None:
    """Return the last list this machine knew; None when there is none, or it is forged."""
    try:
        entries: list[dict[str, Any]] = signing.loads(file.read_text(), salt=SALT)
    except FileNotFoundError:
        log.warning("the database is down and this machine has no list of devices")
        return None
    except (signing.BadSignature, ValueError):
        log.error("the list of devices on this machine is not the one we wrote")
        return None
    return entries


def _to_file(file: Path, entries: list[dict[str, Any]]) -> None:
    """Write the list unless it says the same already; whole or not at all."""
    if file.exists():
        with suppress(signing.BadSignature, ValueError):
            if signing.loads(file.read_text(), salt=SALT) == entries:
                return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_suffix(f".{os.getpid()}.draft")
    draft.write_text(signing.dumps(entries, salt=SALT, compress=True))
    draft.chmod(0o600)
    os.replace(draft, file)


def _digest(path_token: str) -> str:
    return hashlib.sha256(path_token.encode("utf-8", "replace")).hexdigest()


devices = DeviceList()
