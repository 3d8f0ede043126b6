"""A PostgreSQL server of its own for a test that ends it as a power cut would."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config import embedded
from tests.kill_support import children
from tests.scratch import ScratchPortal


class OwnServer:
    """The server of one folder, started from the wheel; nobody else's data is in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.server = embedded.ensure_running(folder)

    def kill(self) -> None:
        """End postmaster and children with SIGKILL, and wait until the kernel has buried them."""
        postmaster = int((self.server.data_dir / "postmaster.pid").read_text().splitlines()[0])
        processes = [postmaster, *children(postmaster)]
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(_lives(process) for process in processes):
            time.sleep(0.01)

    def start(self) -> None:
        """Start it again; it recovers from its log and answers under the same address."""
        embedded.ensure_running(self._folder)

    def remove(self) -> None:
        """Stop it and delete its data."""
        embedded.remove(self._folder)


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


@contextmanager
def portal_on_its_own_server(name: str, folder: Path) -> Iterator[tuple[ScratchPortal, OwnServer]]:
    """Make a portal whose database server may be killed under it."""
    own = OwnServer(folder)
    try:
        portal = ScratchPortal(
            name,
            folder / "portal",
            owner_url=own.server.owner_url,
            runtime_url=own.server.runtime_url,
        )
        try:
            portal.create()
            yield portal, own
        finally:
            own.start()  # a test that failed may have left it dead
            portal.remove()
    finally:
        own.remove()
