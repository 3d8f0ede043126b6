"""Content-addressed stores: a file is named by the SHA-256 of its bytes, so it cannot be replaced.

The apps reach a store through ``django.core.files.storage.storages["evidence"]`` and ``["papers"]``
and know only the methods of ``ContentStore``.
"""

import hashlib
import os
import re
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

SHA256 = re.compile(r"\A[0-9a-f]{64}\Z")
ABANDONED_SECONDS = 24 * 3600


class ContentStore(Protocol):
    """Keep bytes under their own hash."""

    def put(self, data: bytes, sha256: str = "") -> str:
        """Store bytes durably and return their SHA-256 in hexadecimal; again is harmless.

        ``sha256`` spares hashing bytes the caller has just hashed himself.
        """
        ...

    def draft(self) -> Path:
        """Make an empty file to write something large into, for ``adopt`` afterwards."""
        ...

    def adopt(self, draft: Path) -> str:
        """Store a written draft durably, without reading it into memory; return its SHA-256.

        The draft is gone afterwards, whatever happens; storing the same bytes again is harmless.
        """
        ...

    def read(self, sha256: str, offset: int = 0, size: int | None = None) -> bytes:
        """Return a range of the stored bytes; the whole by default. Raises FileNotFoundError."""
        ...

    def exists(self, sha256: str) -> bool:
        """Tell whether bytes with this hash are stored."""
        ...

    def remove(self, sha256: str) -> None:
        """Take the bytes away for good; harmless when they are not there."""
        ...


class ContentFolder:
    """A content store in a folder: ``aa/bb/<hash>``, written once, read-only afterwards."""

    def __init__(self, location: str) -> None:
        self.location = Path(location)

    def put(self, data: bytes, sha256: str = "") -> str:
        """Write, flush to the disk and put in place; a crash leaves the whole file or none."""
        sha256 = sha256 or hashlib.sha256(data).hexdigest()
        target = self._path(sha256)
        if target.exists():
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=target.parent, prefix=".draft-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(draft, 0o440)
            os.replace(draft, target)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        _flush_folder(target.parent)
        return sha256

    def draft(self) -> Path:
        """Make an empty file on the store's own disk, so that adopting it is only a renaming.

        What a killed process left half written a day ago is removed on the way.
        """
        folder = self.location / ".drafts"
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(".draft-*"):
            with suppress(FileNotFoundError):
                if time.time() - old.stat().st_mtime > ABANDONED_SECONDS:
                    old.unlink()
        return empty_file(folder)

    def adopt(self, draft: Path) -> str:
        """Hash the draft, flush it to the disk and put it in place under its hash."""
        try:
            with draft.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                os.fsync(file.fileno())
            target = self._path(sha256)
            if target.exists():
                return sha256
            target.parent.mkdir(parents=True, exist_ok=True)
            os.chmod(draft, 0o440)
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)
        _flush_folder(target.parent)
        return sha256

    def read(self, sha256: str, offset: int = 0, size: int | None = None) -> bytes:
        """Return a range of a stored file. Raises FileNotFoundError."""
        with self._path(sha256).open("rb") as file:
            file.seek(offset)
            return file.read() if size is None else file.read(size)

    def exists(self, sha256: str) -> bool:
        """Tell whether the file is there."""
        return self._path(sha256).exists()

    def remove(self, sha256: str) -> None:
        """Unlink the file and flush its folder, so that a crash does not bring it back."""
        path = self._path(sha256)
        try:
            path.unlink()
        except FileNotFoundError:
            return
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _path(self, sha256: str) -> Path:
        if not SHA256.match(sha256):
            raise FileNotFoundError("not a SHA-256")
        return self.location / sha256[:2] / sha256[2:4] / sha256


def empty_file(folder: Path) -> Path:
    """Return a new empty file in a folder, readable by nobody else."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".draft-")
    os.close(descriptor)
    return Path(name)


def _flush_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def store_settings(url: str) -> dict[str, object]:
    """Turn ``EVIDENCE_URL`` or ``PAPERS_URL`` into an entry of Django's STORAGES.

    ``file:///folder`` or ``s3://key:secret@host[:port]/bucket`` (``s3+http://`` without TLS).
    Raises ValueError for any other scheme.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "BACKEND": "config.storage.ContentFolder",
            "OPTIONS": {"location": unquote(parts.path)},
        }
    if parts.scheme in ("s3", "s3+http"):
        return {"BACKEND": "config.storage_s3.ContentBucket", "OPTIONS": {"url": url}}
    raise ValueError(f"Unknown store: {parts.scheme}://. Use file:// or s3://.")
