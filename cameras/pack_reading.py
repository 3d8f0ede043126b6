"""Open an evidence pack that may come from anybody: every size and name is bounded. Pure."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

MOST_FILES = 200
LARGEST_FILE = 512 * 1024 * 1024
LARGEST_PACK = 2 * 1024 * 1024 * 1024
_NAME = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,79}\Z")
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class PackUnreadable(Exception):
    """The file is no evidence pack, or one that no centre of ours made."""


def read_pack(path: Path) -> dict[str, bytes]:
    """Return the files of a pack by their names. Raises PackUnreadable."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _contents(archive)
    except FileNotFoundError as error:
        raise PackUnreadable("there is no such file") from error
    except (
        OSError,
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        EOFError,
        NotImplementedError,  # what zipfile raises for a compression it does not know
        RuntimeError,
    ) as error:
        raise PackUnreadable("the file is not a readable ZIP archive") from error


def _contents(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise PackUnreadable(f"more than {MOST_FILES} files")
    if sum(entry.file_size for entry in entries) > LARGEST_PACK:
        raise PackUnreadable("the files are larger than a pack can be")
    contents: dict[str, bytes] = {}
    for entry in entries:
        if not _NAME.match(entry.filename):
            raise PackUnreadable("a file has a name no pack has")
        if entry.filename in contents:
            raise PackUnreadable(f"{entry.filename} is in the pack twice")
        if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
            raise PackUnreadable(f"{entry.filename} is encrypted or packed in an unknown way")
        if entry.file_size > LARGEST_FILE:
            raise PackUnreadable(f"{entry.filename} is too large")
        with archive.open(entry) as file:
            data = file.read(entry.file_size + 1)
        if len(data) != entry.file_size:
            raise PackUnreadable(f"{entry.filename} is not as long as it says")
        contents[entry.filename] = data
    return contents
