"""The content store on an S3-compatible server, for more than one machine or for object lock.

Objects lie as in ``ContentFolder`` (``aa/bb/<hash>``), so a folder can be copied into a bucket by
any tool. Nothing is overwritten: every write says ``If-None-Match: *`` and carries the SHA-256,
which the server checks before it keeps the bytes (Amazon S3 API, PutObject). The key needs
GetObject, PutObject and ListBucket; without the last, S3 calls a missing object forbidden. The end
of retention needs DeleteObject too, and no versioning or lock that outlasts it.
"""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from config.storage import SHA256, empty_file

CONFLICT_TRIES = 6
CONFLICT_PAUSE_SECONDS = 0.02
_NOT_THERE = frozenset({"404", "NoSuchKey", "NotFound"})
_PAST_THE_END = "InvalidRange"
_ALREADY_THERE = frozenset({"412", "PreconditionFailed"})
_IN_FLIGHT = frozenset({"409", "ConditionalRequestConflict"})


class BucketError(OSError):
    """The bucket did not answer as it should; says what was asked and the server's code alone."""


class ContentBucket:
    """A content store in a bucket; the client is made at first use, one for each process."""

    def __init__(self, url: str) -> None:
        """Take ``s3://key:secret@host[:port]/bucket[?region=…]``; ``s3+http://`` is without TLS.

        Key and secret are percent-encoded. Raises ValueError when a part is missing.
        """
        parts = urlsplit(url)
        self._bucket = unquote(parts.path.strip("/"))
        if not (parts.username and parts.password and parts.hostname and self._bucket):
            raise ValueError("The address of a bucket is s3://key:secret@host/bucket.")
        self._key, self._secret = unquote(parts.username), unquote(parts.password)
        host = parts.netloc.rpartition("@")[2]
        self._endpoint = f"{'http' if parts.scheme == 's3+http' else 'https'}://{host}"
        self._region = parse_qs(parts.query).get("region", ["us-east-1"])[0]
        self._lock = threading.Lock()
        self._clients: dict[int, Any] = {}

    def put(self, data: bytes, sha256: str = "") -> str:
        """Store bytes under their hash; the server's yes means kept. Raises BucketError.

        The hash is computed here whatever the caller says: the server checks it against the bytes.

        412 says that they are stored already. 409 says that another writer is at it, which may
        still fail, so we ask again until one of the two has stored them.
        """
        return self._put(data, hashlib.sha256(data).digest())

    def draft(self) -> Path:
        """Make an empty file on this machine's own disk."""
        return empty_file(Path(tempfile.gettempdir()))

    def adopt(self, draft: Path) -> str:
        """Store a file under its hash, read from the disk as it is sent. Raises BucketError."""
        try:
            with draft.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").digest()
                return self._put(file, digest)
        finally:
            draft.unlink(missing_ok=True)

    def _put(self, data: bytes | BinaryIO, digest: bytes) -> str:
        sha256 = digest.hex()
        for attempt in range(1, CONFLICT_TRIES + 1):
            with _plain_faults("PutObject"):
                try:
                    if not isinstance(data, bytes):
                        data.seek(0)
                    self._client().put_object(
                        Bucket=self._bucket,
                        Key=_object_key(sha256),
                        Body=data,
                        ChecksumSHA256=base64.b64encode(digest).decode(),
                        IfNoneMatch="*",
                    )
                except ClientError as fault:
                    if _code(fault) in _ALREADY_THERE:
                        return sha256
                    if _code(fault) not in _IN_FLIGHT or attempt == CONFLICT_TRIES:
                        raise
                    time.sleep(CONFLICT_PAUSE_SECONDS * 2**attempt)
                    continue
                return sha256
        raise AssertionError("every attempt returns or raises")

    def read(self, sha256: str, offset: int = 0, size: int | None = None) -> bytes:
        """Return a range of a stored object. Raises FileNotFoundError, BucketError."""
        if size == 0:
            if not self.exists(sha256):
                raise FileNotFoundError(sha256)
            return b""
        wanted: dict[str, str] = {}
        if offset or size is not None:
            last = "" if size is None else offset + size - 1
            wanted = {"Range": f"bytes={offset}-{last}"}
        with _plain_faults("GetObject"):
            try:
                answer = self._client().get_object(
                    Bucket=self._bucket, Key=_object_key(sha256), **wanted
                )
                data: bytes = answer["Body"].read()
            except ClientError as fault:
                if _code(fault) in _NOT_THERE:
                    raise FileNotFoundError(sha256) from None
                if _code(fault) == _PAST_THE_END:
                    return b""
                raise
        return data

    def exists(self, sha256: str) -> bool:
        """Tell whether the object is there. Raises BucketError."""
        with _plain_faults("HeadObject"):
            try:
                self._client().head_object(Bucket=self._bucket, Key=_object_key(sha256))
            except ClientError as fault:
                if _code(fault) in _NOT_THERE:
                    return False
                raise
        return True

    def remove(self, sha256: str) -> None:
        """Delete the object; a server answers the same when it was not there. Raises BucketError.

        A bucket that keeps versions would only hide it, and that is an error.
        """
        with _plain_faults("DeleteObject"):
            try:
                answer = self._client().delete_object(Bucket=self._bucket, Key=_object_key(sha256))
            except ClientError as fault:
                if _code(fault) in _NOT_THERE:
                    return
                raise
        if answer.get("DeleteMarker"):
            raise BucketError("DeleteObject: the bucket keeps versions, the bytes are still there")

    def _client(self) -> Any:
        """Return this process's client: threads may share one, forked processes may not."""
        process = os.getpid()
        with self._lock:
            if process not in self._clients:
                self._clients = {process: self._make_client()}
            return self._clients[process]

    def _make_client(self) -> Any:
        session = boto3.session.Session(
            aws_access_key_id=self._key,
            aws_secret_access_key=self._secret,
            region_name=self._region,
        )
        return session.client(
            "s3",
            endpoint_url=self._endpoint,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path", "payload_signing_enabled": True},
                retries={"mode": "standard", "total_max_attempts": 3},
                connect_timeout=5,
                read_timeout=20,
                # Ours is the SHA-256 alone; other checksums are unknown to many servers.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )


def _object_key(sha256: str) -> str:
    if not SHA256.match(sha256):
        raise FileNotFoundError("not a SHA-256")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _code(fault: ClientError) -> str:
    return str(fault.response.get("Error", {}).get("Code", ""))


@contextmanager
def _plain_faults(operation: str) -> Iterator[None]:
    """Turn boto's faults into one that carries neither address nor key nor what was signed."""
    try:
        yield
    except ClientError as fault:
        raise BucketError(f"{operation}: the bucket answered {_code(fault)[:60]}") from None
    except BotoCoreError as fault:
        raise BucketError(f"{operation}: no answer ({type(fault).__name__})") from None
