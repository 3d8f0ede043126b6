"""Run our own PostgreSQL 18 from a wheel when nobody has set one up (``DATABASE_URL`` absent).

The wheel's own helper opens every parent folder of the data to everybody when it runs as root, so
it is never imported: this package starts the wheel's binaries itself and touches no folder but its
own. The server listens on a Unix socket alone, inside a folder only its user (and root) can enter,
and still asks for a password (SCRAM); the superuser has no way to log in at all.

Where things are:

* ordinary user: the data in ``<project>/.data/postgres``, the binaries used where they lie;
* root: PostgreSQL refuses to run as root, so it runs as ``postgres`` (else ``nobody``) from
  ``/var/lib/traffic-violation-portal/<hash of the project>-<random>``, with a copy of the binaries
  beside it, so that a closed home (700) stays closed;
* always: ``<project>/.data/postgres.json`` (0600) names the data folder and holds the passwords.

The server outlives the command that started it, like any database; ``stop()`` ends it, and a
server that was killed recovers at the next ``ensure_running()``.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import process
from config.embedded.binaries import find_binaries
from config.embedded.cluster import check_version, initialise
from config.embedded.place import (
    OWNER_ROLE,
    RUNTIME_ROLE,
    EmbeddedDatabaseError,
    choose_place,
    find_place,
)

__all__ = ["EmbeddedDatabaseError", "Server", "ensure_running", "remove", "stop"]


@dataclass(frozen=True)
class Server:
    """A running server: how to reach it, and where it keeps its files.

    The addresses hold passwords, so they are left out of ``repr()``. The owner creates databases
    and owns tables; the runtime role (web and worker) owns nothing.
    """

    owner_url: str = field(repr=False)
    runtime_url: str = field(repr=False)
    data_dir: Path
    log_path: Path
    bin_dir: Path
    started_now: bool  # by this call; who starts a server may stop it, nobody else


def ensure_running(project_dir: Path) -> Server:
    """Return the project's server, creating and starting it when needed.

    Idempotent, and safe when several processes call it at once: they wait for one file lock. It
    takes a few milliseconds when the server already runs.

    Raises EmbeddedDatabaseError.
    """
    with _locked(project_dir) as data_folder:
        try:
            return _ensure_running(data_folder)
        except OSError as error:  # a full disk, a read-only /var/lib, a container without setuid
            raise EmbeddedDatabaseError(
                f"Không tự chạy được PostgreSQL ({error}): hãy sửa lỗi đó, chạy bằng người dùng "
                f"thường, hoặc đặt DATABASE_URL. / Cannot run PostgreSQL by ourselves ({error}): "
                "mend that, run as an ordinary user, or set DATABASE_URL."
            ) from error


def _ensure_running(data_folder: Path) -> Server:
    place = find_place(data_folder) or choose_place(data_folder)
    bin_dir = find_binaries()
    if not place.data.exists():
        initialise(place, bin_dir)
    check_version(place)
    starting = not process.is_ready(place)
    if starting:
        process.start(place, bin_dir)
    return Server(
        owner_url=place.url(OWNER_ROLE),
        runtime_url=place.url(RUNTIME_ROLE),
        data_dir=place.data,
        log_path=place.log,
        bin_dir=bin_dir,
        started_now=starting,
    )


def stop(project_dir: Path) -> None:
    """Stop the project's server if it runs; connected sessions are closed, nothing is lost."""
    with _locked(project_dir) as data_folder:
        if place := find_place(data_folder):
            process.stop(place)


def remove(project_dir: Path) -> None:
    """Stop the project's server and delete its data and passwords: the demo's fresh start."""
    with _locked(project_dir) as data_folder:
        if place := find_place(data_folder):
            process.stop(place)
            shutil.rmtree(place.home, ignore_errors=True)
            if place.socket_dir != place.home:
                shutil.rmtree(place.socket_dir, ignore_errors=True)
            (data_folder / "postgres.json").unlink()


@contextmanager
def _locked(project_dir: Path) -> Iterator[Path]:
    """Hold the project's lock; yield its ``.data`` folder, made private when it is new."""
    data_folder = Path(project_dir).resolve() / ".data"
    lock_path = data_folder / "postgres.lock"
    try:
        data_folder.mkdir(mode=0o700, exist_ok=True)
        lock_path.touch()
    except OSError as error:
        raise EmbeddedDatabaseError(
            f"Không ghi được thư mục {data_folder} ({error.strerror}): hãy chạy bằng người dùng đã "
            f"chạy lần đầu, hoặc đặt DATABASE_URL. / Cannot write {data_folder} "
            f"({error.strerror}): run as the user who ran it first, or set DATABASE_URL."
        ) from error
    with lock_path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield data_folder
