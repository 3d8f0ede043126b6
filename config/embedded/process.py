"""Start, watch and stop the server process of one place.

A killed server leaves its lock file behind, and the process id in it may since belong to another
program, or to a zombie where nothing reaps orphans (a container without an init). PostgreSQL
trusts that id and would refuse to start, so the judgement whether a server is alive is made here.
"""

import os
import signal
import time
from pathlib import Path

from config.embedded.place import SOCKET_NAME, EmbeddedDatabaseError, Place

START_SECONDS, STOP_SECONDS = 60, 30
LAUNCHES = 15  # right after a kill the old server's children may need seconds to let go
NO_SUCH_PROCESS = 2**31 - 1  # above every kernel's highest process id

# Durability (fsync, synchronous_commit, full_page_writes) keeps PostgreSQL's safe defaults.
# The log carries neither statements nor DETAIL lines: both would hold plates and names.
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


def is_ready(place: Place) -> bool:
    """Whether the server runs, accepts sessions and can be reached through its socket."""
    running = _postmaster(place)
    return bool(running and running[1] and (place.socket_dir / SOCKET_NAME).exists())


def start(place: Place, bin_dir: Path) -> None:
    """Start the server and wait until it answers; after a crash that includes its recovery.

    Raises EmbeddedDatabaseError with the last lines of the server's log.
    """
    if (running := _postmaster(place)) and running[1]:
        stop(place)  # it runs but its socket is gone, as when /tmp was swept
    deadline, launches = time.monotonic() + START_SECONDS, 0
    while not is_ready(place):
        if _postmaster(place) is None and launches < LAUNCHES:
            _release_stale_locks(place)
            launches += 1
            if _launch(place, bin_dir):
                continue
            time.sleep(0.2)
        if launches == LAUNCHES or time.monotonic() > deadline:
            log = place.log.read_text(errors="replace") if place.log.exists() else ""
            tail = "\n".join(log.splitlines()[-15:])
            raise EmbeddedDatabaseError(
                f"PostgreSQL không khởi động được; xem {place.log}. / PostgreSQL did not start; "
                f"see {place.log}.\n{tail}"
            )
        time.sleep(0.01)


def stop(place: Place) -> None:
    """Shut down, fast first; a server that hangs is ended at once and recovers at next start."""
    for order in (signal.SIGINT, signal.SIGQUIT):
        if (running := _postmaster(place)) is None:
            return
        os.kill(running[0], order)
        patience = time.monotonic() + STOP_SECONDS
        while _is_alive(running[0]) and time.monotonic() < patience:
            time.sleep(0.01)


def _postmaster(place: Place) -> tuple[int, bool] | None:
    """Return process id and readiness of this very folder's server, None when it is dead."""
    try:
        lines = place.pid_file.read_text().splitlines()
        pid = int(lines[0])
    except (OSError, IndexError, ValueError):
        return None
    if not _is_alive(pid) or not _serves(pid, place.data):
        return None
    return pid, len(lines) > 7 and lines[7].strip() == "ready"


def _is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:  # it ended just now, or there is no /proc (macOS)
        return not Path("/proc/self/stat").exists()
    except OSError:  # no such process, or another user's: not ours
        return False
    return state not in "ZX"


def _serves(pid: int, data: Path) -> bool:
    """Whether the process is the server of this folder, by its command line or where it works.

    The second is true of a server whose project was moved; reading it may be forbidden even to
    root in a container, the command line never is.
    """
    process = Path(f"/proc/{pid}")
    try:
        if os.fsencode(data) in (process / "cmdline").read_bytes().split(b"\0"):
            return True
        return (process / "cwd").samefile(data)
    except OSError:
        return not Path("/proc/self/stat").exists()


def _launch(place: Place, bin_dir: Path) -> bool:
    """Launch the server in the background until it holds its lock file; False when it ended.

    The shell hands it to init, so that it is nobody's child: not ours to reap, and not ended with
    us.
    """
    _prepare_socket_dir(place)
    folders = str(place.socket_dir).replace('"', '""')
    options = OPTIONS | {"unix_socket_directories": f'"{folders}"'}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    script = 'umask 077; log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'
    program = (bin_dir / "postgres", "-D", place.data)
    done = place.run("/bin/sh", "-c", script, "sh", place.log, *program, *settings)
    if done.returncode:
        raise EmbeddedDatabaseError.from_command(
            "Không chạy được PostgreSQL", "Cannot run PostgreSQL", done
        )
    pid, patience = int(done.stdout), time.monotonic() + START_SECONDS
    while _is_alive(pid) and time.monotonic() < patience:
        if (running := _postmaster(place)) and running[0] == pid:
            return True
        time.sleep(0.01)
    return False


def _prepare_socket_dir(place: Place) -> None:
    """Make the short socket folder, refusing one that somebody else put in its place."""
    folder = place.socket_dir
    if folder == place.home:
        return
    place.run("mkdir", "-m", "700", folder)
    found = os.lstat(folder)
    if found.st_uid != place.account.pw_uid or found.st_mode & 0o170777 != 0o040700:
        raise EmbeddedDatabaseError(
            f"{folder} không phải thư mục riêng của chúng tôi: hãy xóa nó. / {folder} is not our "
            "private folder: delete it."
        )


def _release_stale_locks(place: Place) -> None:
    """Let PostgreSQL see that a dead server's locks are stale.

    The lock file stays, with a process id that cannot exist: its other lines let PostgreSQL refuse
    to start while children of the dead server still use the shared memory.
    """
    (place.socket_dir / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)
    if place.pid_file.exists():
        rest = place.pid_file.read_text().split("\n")[1:]
        place.write(place.pid_file, "\n".join([str(NO_SUCH_PROCESS), *rest]))
