"""Content-addressed stores: a file is named by the SHA-256 of its bytes, so it cannot be replaced.

The apps reach a store through ``django.core.files.storage.storages["evidence"]`` and ``["papers"]``
and know only the methods of ``ContentStore``.
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

SHA256 = re.compile(r"\A[0-9a-f]{64}\Z")


class ContentStore(Protocol):
    """Keep bytes under their own hash."""

    def put(self, data: bytes) -> str:
        """Store bytes durably and return their SHA-256 in hexadecimal; again is harmless."""
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

    def put(self, data: bytes) -> str:
        """Write, flush to the disk and put in place; a crash leaves the whole file or none."""
        sha256 = hashlib.sha256(data).hexdigest()
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
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
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
