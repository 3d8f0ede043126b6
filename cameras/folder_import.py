"""Bring what a device puts into a folder by FTP into the inbox, event by event.

The files of one event become one delivery, their bytes untouched; only when the inbox has answered
that it is kept are they moved into ``.kept``. Nothing is deleted. Killed before the answer, the
event comes again; killed after it, the same bytes come again and are a repetition; killed while
moving, the note under ``.kept/.moving`` says what is left to do. What can never be kept goes to
``.refused``. Names of files hold plates, so no log line holds one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from io import BytesIO
from pathlib import Path

from django.conf import settings

from cameras import inbox
from cameras.adapters.hikvision_its_folder import ARRIVED_HEADER
from cameras.arrivals import Arrival
from cameras.folder_events import (
    MOST_FILES,
    PATIENCE,
    FolderEvent,
    Watch,
    bundle,
    group,
    is_unfinished,
    is_wanted,
    looks_cut_off,
)
from cameras.folder_files import (
    FileChanged,
    SeenFile,
    is_still,
    look,
    make_folder,
    move,
    open_root,
    opened,
    read_file,
)
from cameras.keeping import Answer
from cameras.models import Device

log = logging.getLogger(__name__)

ADAPTER = "hikvision-its-folder"
ROUTE = "folder"
KEPT, REFUSED, MOVING = ".kept", ".refused", ".kept/.moving"
VIET_NAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
#: The part headers and boundaries of one event, at the most.
OVERHEAD = 64 * 1024
#: A backlog is taken in rounds, so that each delivery bears the time at which it was really kept.
MOST_A_ROUND = 200
_NOTE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class FolderBusy(Exception):
    """Another importer works on this folder."""


class DoorClosed(Exception):
    """The inbox takes nothing from this device, or nothing at all just now."""


@dataclass
class Round:
    """What one round did: events kept, files refused, files still waited for."""

    kept: int = 0
    refused: int = 0
    waiting: int = 0


class FolderImport:
    """The import of one device's folder. Use it as a context: one importer works at a time."""

    def __init__(self, folder: Path, device: Device, *, settle_seconds: float) -> None:
        """Take a folder and its device. Raises ValueError when the device has another adapter."""
        if device.adapter != ADAPTER:
            raise ValueError(f"{device.code} is registered with {device.adapter}, not {ADAPTER}")
        self._folder, self._device = folder, device
        self._watch = Watch(settle_seconds)
        self._root = -1

    @contextmanager
    def at_work(self) -> Iterator[FolderImport]:
        """Hold the folder, and end the moves a killed importer left. Raises FolderBusy, OSError."""
        self._root = open_root(self._folder)
        try:
            make_folder(self._root, MOVING)
            with opened(self._root, KEPT) as kept:
                try:
                    fcntl.flock(kept, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise FolderBusy(str(self._folder)) from error
                self._finish_moves()
                yield self
        finally:
            os.close(self._root)

    def round(self, *, at: datetime, now: float) -> Round:
        """Look once, and keep the events that have settled, oldest first, up to a number.

        ``at`` is our clock (the time of receipt), ``now`` a monotonic one in seconds. Raises
        DoorClosed when the inbox does not take deliveries; what is not kept stays where it is.
        """
        done = Round()
        files = list(look(self._root))
        self._watch.see(files, now=now)
        wanted = [file for file in files if is_wanted(file)]
        for file in files:
            if not is_wanted(file) and not is_unfinished(file) and self._may_judge(file, now):
                self._refuse([file], "link" if not file.is_regular else "kind", at, done)
        for event in group(wanted):
            if done.kept < MOST_A_ROUND:
                self._keep_if_settled(event, done, at=at, now=now)
            else:
                done.waiting += len(event.files)
        return done

    def _may_judge(self, file: SeenFile, now: float) -> bool:
        return not file.is_regular or (
            self._watch.still_for(file, now=now) >= self._watch.settle_seconds
        )

    def _keep_if_settled(
        self, event: FolderEvent, done: Round, *, at: datetime, now: float
    ) -> None:
        patience = 1 if event.looks_complete else PATIENCE
        if not self._watch.has_settled(event, now=now, patience=patience):
            done.waiting += len(event.files)
            return
        most = int(settings.INTAKE_MAX_BODY) - OVERHEAD
        if large := [file for file in event.files if file.size > most]:
            self._refuse(large, "too_large", at, done)
            return
        if len(event.files) > MOST_FILES or event.size > most:
            self._refuse(list(event.files), "too_many", at, done)
            return
        try:
            contents = [(file, read_file(self._root, file)) for file in event.files]
        except FileChanged:
            done.waiting += len(event.files)
            return
        is_cut = any(looks_cut_off(file, data) for file, data in contents)
        if is_cut and not self._watch.has_settled(event, now=now, patience=PATIENCE):
            done.waiting += len(event.files)
            return
        self._keep(event, contents, at, done)

    def _keep(
        self,
        event: FolderEvent,
        contents: list[tuple[SeenFile, bytes]],
        at: datetime,
        done: Round,
    ) -> None:
        answer = self._hand_over(event, contents, at)
        status = answer.reply.status
        if status == 413:
            self._refuse(list(event.files), "too_large", at, done)
        elif status >= 300:
            raise DoorClosed(f"the inbox answered {status} for device {self._device.code}")
        else:
            self._move_noted(answer.receipt_id, event, at)
            done.kept += 1

    def _hand_over(
        self, event: FolderEvent, contents: list[tuple[SeenFile, bytes]], at: datetime
    ) -> Answer:
        content_type, body = bundle(contents)
        # An FTP client may set any time it likes; one that cannot be is now, or long ago.
        seconds = min(max(event.newest_ns // 10**9, 0), int(at.timestamp()))
        arrived = format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)
        arrival = Arrival(
            method="FOLDER",
            path=f"/intake/{ROUTE}/",
            remote_address="127.0.0.1",
            headers=(
                ("Content-Type", content_type),
                (ARRIVED_HEADER, arrived),
            ),
            stream=BytesIO(body),
            announced_size=len(body),
        )
        return inbox.receive(arrival, route=ROUTE, path_token=self._device.path_token, at=at)

    def _move_noted(self, receipt_id: uuid.UUID, event: FolderEvent, at: datetime) -> None:
        """Write down what is to be moved, then move it: a kill in between is made good later."""
        into = f"{KEPT}/{at.astimezone(VIET_NAM):%Y-%m-%d}"
        note = json.dumps({"into": into, "files": [asdict(file) for file in event.files]})
        name = f"{receipt_id}.json"
        with opened(self._root, MOVING) as notes:
            with os.fdopen(os.open(f"{name}.new", _NOTE, 0o600, dir_fd=notes), "w") as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
            os.rename(f"{name}.new", name, src_dir_fd=notes, dst_dir_fd=notes)
            os.fsync(notes)
            self._move_all(event.files, into)
            os.unlink(name, dir_fd=notes)

    def _move_all(self, files: Iterable[SeenFile], into: str) -> None:
        """Move the very files that were handed over; what was written over since is a new one."""
        for seen in files:
            if is_still(self._root, seen):
                move(self._root, seen, into)

    def _finish_moves(self) -> None:
        """Move what a killed importer had handed over."""
        with opened(self._root, MOVING) as notes:
            for name in sorted(os.listdir(notes)):
                if not name.endswith(".json"):
                    os.unlink(name, dir_fd=notes)  # a note never finished: nothing was moved by it
                    continue
                try:
                    self._move_by_note(notes, name)
                except (ValueError, TypeError, KeyError, OSError) as error:
                    # Not the error's own text: it may name a file, and that holds a plate.
                    kind = type(error).__name__
                    log.error("device %s: a note of moves is unusable: %s", self._device.code, kind)
                os.unlink(name, dir_fd=notes)

    def _move_by_note(self, notes: int, name: str) -> None:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=notes)
        with os.fdopen(handle, "rb") as file:
            found = json.loads(file.read())
        files = [SeenFile(**described) for described in found["files"]]
        self._move_all(files, str(found["into"]))

    def _refuse(self, files: list[SeenFile], reason: str, at: datetime, done: Round) -> None:
        """Move what can never be kept aside, with a line in the log that names no file."""
        into = f"{REFUSED}/{at.astimezone(VIET_NAM):%Y-%m-%d}"
        for file in files:
            move(self._root, file, into)
            mark = hashlib.sha256(os.fsencode(file.name)).hexdigest()[:12]
            log.warning(
                "device %s: a file of %d bytes was refused (%s) and lies in %s; SHA-256 of its "
                "name begins %s",
                self._device.code, file.size, reason, into, mark,
            )  # fmt: skip
            done.refused += 1
