"""Look into a folder that strangers fill by FTP: which files are there, and move them aside.

Nothing is ever followed out of the folder: every name is opened below an open directory, step by
step, and a symbolic link is refused. Nothing is ever deleted or written over.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

DEEPEST = 6
#: Bytes of a name that leave room for a number behind it (255 is the most a disk takes).
LONGEST_NAME = 240
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
#: A fifo put into the folder must not make the importer wait.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class FileChanged(Exception):
    """The file is no longer the one that was seen: it is still being written."""


@dataclass(frozen=True)
class SeenFile:
    """A file as it was at one look. ``folder`` is relative to the watched one, "" for itself."""

    folder: str
    name: str
    size: int
    mtime_ns: int
    inode: int
    is_regular: bool

    @property
    def place(self) -> tuple[str, str]:
        """Return where it lies, whatever its state."""
        return self.folder, self.name


def look(root: int) -> Iterator[SeenFile]:
    """Yield every entry below an open folder that is no directory; hidden names are left out."""
    waiting = [("", 1)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with opened(root, folder) as here:
                names = sorted(os.listdir(here))
                for name in names:
                    if name.startswith("."):
                        continue
                    try:
                        found = os.stat(name, dir_fd=here, follow_symlinks=False)
                    except FileNotFoundError:
                        continue
                    if stat.S_ISDIR(found.st_mode):
                        if depth < DEEPEST:
                            waiting.append((f"{folder}/{name}" if folder else name, depth + 1))
                        continue
                    yield _seen(folder, name, found)
        except OSError:
            continue  # the sender tidied up between two looks, or put a link there


def read_file(root: int, seen: SeenFile) -> bytes:
    """Return the bytes of a file that is still exactly as it was seen. Raises FileChanged."""
    try:
        with opened(root, seen.folder) as here:
            handle = os.open(seen.name, _FILE, dir_fd=here)
    except OSError as error:
        raise FileChanged from error
    with os.fdopen(handle, "rb") as file:
        before = _seen(seen.folder, seen.name, os.fstat(handle))
        data = file.read(seen.size + 1) if before == seen else b""
        after = _seen(seen.folder, seen.name, os.fstat(handle))
    if before != seen or after != seen or len(data) != seen.size:
        raise FileChanged
    return data


def is_still(root: int, seen: SeenFile) -> bool:
    """Tell whether the very file that was seen still lies where it lay, unchanged."""
    try:
        with opened(root, seen.folder) as here:
            found = os.stat(seen.name, dir_fd=here, follow_symlinks=False)
    except OSError:
        return False
    return _seen(seen.folder, seen.name, found) == seen


def move(root: int, seen: SeenFile, into: str) -> None:
    """Move a file below ``into``, keeping its folder and name; a name in use gets a number.

    A file that is gone needs no moving. Raises ValueError for a name that is a path, and OSError.
    """
    if "/" in seen.name or seen.name in {"", ".", ".."}:
        raise ValueError("a file's name cannot be a path")
    target = f"{into}/{seen.folder}" if seen.folder else into
    make_folder(root, target)
    with opened(root, seen.folder) as source, opened(root, target) as aim:
        name, number = seen.name, 1
        while _exists(aim, name):
            number += 1
            name = f"{os.fsdecode(os.fsencode(seen.name)[:LONGEST_NAME])}.{number}"
        with suppress(FileNotFoundError):
            os.rename(seen.name, name, src_dir_fd=source, dst_dir_fd=aim)
        os.fsync(aim)


def make_folder(root: int, path: str) -> None:
    """Make a folder below an open one, with those above it."""
    done = ""
    for step in path.split("/"):
        with opened(root, done) as here:
            if not _exists(here, step):
                os.mkdir(step, 0o700, dir_fd=here)
        done = f"{done}/{step}" if done else step


@contextmanager
def opened(root: int, path: str) -> Iterator[int]:
    """Open a folder below an open one, step by step. Raises OSError where a step is a link."""
    handle = os.open(".", _DIRECTORY, dir_fd=root)
    try:
        for step in path.split("/") if path else ():
            if step in {"", ".", ".."}:
                raise NotADirectoryError(path)
            below = os.open(step, _DIRECTORY, dir_fd=handle)
            os.close(handle)
            handle = below
        yield handle
    finally:
        os.close(handle)


def open_root(folder: Path) -> int:
    """Open the folder to be watched. Raises OSError; a link given by its owner is followed."""
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _exists(handle: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=handle, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _seen(folder: str, name: str, found: os.stat_result) -> SeenFile:
    is_regular = stat.S_ISREG(found.st_mode)
    return SeenFile(folder, name, found.st_size, found.st_mtime_ns, found.st_ino, is_regular)
