"""Start the portal's processes, wait until each is ready, and stop them together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, linux/prctl.h


class NotStarted(Exception):
    """A process ended before it was ready; carries its name and the last lines of its log."""


@dataclass
class Process:
    """One child: its name for people, its command, and how to tell that it is ready."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool] = field(default=lambda: True)
    environment: Mapping[str, str] = field(default_factory=dict)
    popen: subprocess.Popen[bytes] | None = None

    def log_path(self, folder: Path) -> Path:
        """Return where its output goes."""
        return folder / f"{self.name}.log"


class Family:
    """The processes of one demonstration: started in order, stopped in the other order."""

    def __init__(self, processes: Sequence[Process], environment: Mapping[str, str], logs: Path):
        self.processes = list(processes)
        self.environment = dict(os.environ) | dict(environment)
        self.logs = logs
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, say: Callable[[str], None]) -> None:
        """Start every process, saying which; raises NotStarted when one ends or is not ready."""
        for process in self.processes:
            self.start_one(process)
        for process in self.processes:
            self._wait(process)
            say(process.name)

    def start_one(self, process: Process) -> None:
        """Start one process with its output in its log file."""
        with process.log_path(self.logs).open("ab") as log:
            process.popen = subprocess.Popen(  # noqa: S603  # our own commands, no shell
                list(process.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment | dict(process.environment),
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    def named(self, name: str) -> Process:
        """Return a process by its name."""
        return next(process for process in self.processes if process.name == name)

    def fallen(self) -> list[str]:
        """Return the names of processes that have ended."""
        return [p.name for p in self.processes if p.popen and p.popen.poll() is not None]

    def stop(self, patience_seconds: float = 12.0) -> None:
        """Ask every process to end, last started first, and insist after some patience."""
        for process in reversed(self.processes):
            if process.popen and process.popen.poll() is None:
                process.popen.send_signal(signal.SIGTERM)
        until = time.monotonic() + patience_seconds
        for process in reversed(self.processes):
            if process.popen is None:
                continue
            try:
                process.popen.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.popen.pid, signal.SIGKILL)
                process.popen.wait()

    def _wait(self, process: Process, patience_seconds: float = 45.0) -> None:
        until = time.monotonic() + patience_seconds
        while time.monotonic() < until:
            if process.popen is not None and process.popen.poll() is not None:
                break
            if process.ready():
                return
            time.sleep(0.1)
        tail = process.log_path(self.logs).read_text(errors="replace").splitlines()[-15:]
        raise NotStarted(f"{process.name}:\n" + "\n".join(tail))


def answers(url: str) -> Callable[[], bool]:
    """Return a readiness test: the address answers anything at all."""

    def ready() -> bool:
        try:
            httpx.get(url, timeout=2.0, follow_redirects=False)
        except httpx.TransportError:
            return False
        return True

    return ready


def log_says(path: Path, words: str) -> Callable[[], bool]:
    """Return a readiness test: what was written to the log since now contains some words."""
    begins_at = path.stat().st_size if path.exists() else 0

    def ready() -> bool:
        if not path.exists():
            return False
        with path.open("rb") as log:
            log.seek(begins_at)
            return words.encode() in log.read()

    return ready


def free_port(preferred: int) -> int:
    """Return the preferred loopback port, or any free one when somebody has it."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on the loopback address")


@contextlib.contextmanager
def stopping_on_signals() -> Iterator[Callable[[], bool]]:
    """Turn SIGINT and SIGTERM into a question that can be asked: has somebody said stop?"""
    asked: list[int] = []

    def note(number: int, _frame: object) -> None:
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _die_with_parent() -> None:
    """Ask Linux to end this child when the demonstration dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
