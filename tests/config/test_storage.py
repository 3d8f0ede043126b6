"""Both content stores keep the same promises; each is then tried where it could break them."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.files.storage import InvalidStorageError
from django.core.files.storage.handler import StorageHandler

from config.storage import ContentFolder, ContentStore, store_settings
from config.storage_s3 import BucketError, ContentBucket
from tests.config.s3_server import BUCKET, KEY, REGION, SECRET

pytestmark = pytest.mark.gate

ROOT = Path(__file__).resolve().parents[2]
MISSING = hashlib.sha256(b"never stored").hexdigest()


class S3:
    """A running S3 server and the ways to speak of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.config.s3_server", str(folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.host = self.process.stdout.readline().split("//")[1].strip()

    def url(self, *, key: str = KEY, secret: str = SECRET, bucket: str = BUCKET) -> str:
        credentials = f"{quote(key, safe='')}:{quote(secret, safe='')}"
        return f"s3+http://{credentials}@{self.host}/{bucket}?region={REGION}"

    def meet(self, fault: str) -> None:
        (self.folder / "fault").write_text(fault)

    def kept(self) -> list[Path]:
        return [path for path in (self.folder / "objects").rglob("*") if path.is_file()]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    running = S3(tmp_path_factory.mktemp("s3"))
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ContentStore:
    if request.param == "folder":
        return ContentFolder(str(tmp_path / "store"))
    kept: ContentBucket = request.getfixturevalue("bucket")
    return kept


@pytest.fixture(scope="module")
def bucket(server: S3) -> ContentBucket:
    return ContentBucket(server.url())


def some_bytes(size: int = 1000) -> bytes:
    return os.urandom(size)


def test_what_is_put_is_read_back_under_its_hash(store: ContentStore) -> None:
    data = some_bytes()
    sha256 = store.put(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert store.read(sha256) == data
    assert store.exists(sha256)


def test_putting_again_is_harmless(store: ContentStore) -> None:
    data = some_bytes()
    assert store.put(data) == store.put(data)
    assert store.read(store.put(data)) == data


def test_no_bytes_at_all_can_be_kept(store: ContentStore) -> None:
    assert store.read(store.put(b"")) == b""


@pytest.mark.parametrize(
    ("offset", "size"),
    [(0, 10), (10, 10), (990, 10), (990, 500), (1000, 5), (5000, None), (3, None), (0, 0), (7, 0)],
)
def test_a_range_is_read_like_a_slice(store: ContentStore, offset: int, size: int | None) -> None:
    data = some_bytes(1000)
    end = None if size is None else offset + size
    assert store.read(store.put(data), offset, size) == data[offset:end]


@pytest.mark.parametrize("size", [None, 5, 0])
def test_what_was_never_put_is_not_found(store: ContentStore, size: int | None) -> None:
    assert not store.exists(MISSING)
    with pytest.raises(FileNotFoundError):
        store.read(MISSING, 0, size)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, f"{'0' * 64}\n", "/"])
def test_a_name_that_is_no_hash_reaches_no_file(store: ContentStore, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        store.read(name)
    with pytest.raises(FileNotFoundError):
        store.exists(name)
    with pytest.raises(FileNotFoundError):
        store.remove(name)


def test_what_is_removed_is_gone_and_can_come_again(store: ContentStore) -> None:
    kept, removed = some_bytes(), some_bytes()
    store.put(kept)
    sha256 = store.put(removed)
    store.remove(sha256)
    assert not store.exists(sha256)
    with pytest.raises(FileNotFoundError):
        store.read(sha256)
    store.remove(sha256)
    assert store.read(hashlib.sha256(kept).hexdigest()) == kept
    assert store.read(store.put(removed)) == removed


def test_removing_what_was_never_there_is_harmless(store: ContentStore) -> None:
    store.remove(MISSING)
    assert not store.exists(MISSING)


def test_many_writers_of_the_same_bytes_keep_them_once(store: ContentStore) -> None:
    data, begin = some_bytes(300_000), threading.Barrier(8)

    def put() -> str:
        begin.wait()
        return store.put(data)

    with ThreadPoolExecutor(8) as writers:
        names = {work.result() for work in [writers.submit(put) for _ in range(8)]}
    assert names == {hashlib.sha256(data).hexdigest()}
    assert store.read(names.pop()) == data


def drafted(store: ContentStore, data: bytes) -> Path:
    draft = store.draft()
    draft.write_bytes(data)
    return draft


def test_a_draft_is_adopted_under_the_hash_of_its_bytes(store: ContentStore) -> None:
    data = some_bytes(3_000_000)
    draft = drafted(store, data)
    sha256 = store.adopt(draft)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert store.read(sha256) == data
    assert not draft.exists()


def test_adopting_what_is_stored_already_is_harmless(store: ContentStore) -> None:
    data = some_bytes()
    sha256 = store.put(data)
    draft = drafted(store, data)
    assert store.adopt(draft) == sha256
    assert store.read(sha256) == data
    assert not draft.exists()


def test_an_adopted_file_is_read_only_and_no_draft_stays(tmp_path: Path) -> None:
    folder = ContentFolder(str(tmp_path))
    sha256 = folder.adopt(drafted(folder, b"a film"))
    path = tmp_path / sha256[:2] / sha256[2:4] / sha256
    assert path.stat().st_mode & 0o777 == 0o440
    assert drafts(tmp_path) == []


def test_a_draft_left_by_a_killed_process_is_removed_after_a_day(tmp_path: Path) -> None:
    folder = ContentFolder(str(tmp_path))
    old, young = drafted(folder, b"old"), drafted(folder, b"young")
    os.utime(old, (time.time() - 86_500, time.time() - 86_500))
    folder.draft()
    assert not old.exists()
    assert young.exists()


def test_a_draft_that_cannot_be_stored_is_gone_too(server: S3) -> None:
    closed = ContentBucket(server.url(secret="wrong"))
    draft = drafted(closed, b"a film")
    with pytest.raises(BucketError):
        closed.adopt(draft)
    assert not draft.exists()


def test_a_busy_bucket_is_asked_again_with_the_whole_draft(
    server: S3, bucket: ContentBucket
) -> None:
    data = some_bytes(200_000)
    server.meet("be busy")
    assert bucket.read(bucket.adopt(drafted(bucket, data))) == data


def test_a_kept_file_is_read_only_and_lies_under_its_hash(tmp_path: Path) -> None:
    sha256 = ContentFolder(str(tmp_path)).put(b"evidence")
    path = tmp_path / sha256[:2] / sha256[2:4] / sha256
    assert path.read_bytes() == b"evidence"
    assert path.stat().st_mode & 0o777 == 0o440


WRITER = """
import os, sys
from config.storage import ContentFolder
folder = ContentFolder(sys.argv[1])
while True:
    print(folder.put(os.urandom(4_000_000)), flush=True)
"""


def drafts(folder: Path) -> list[Path]:
    return list(folder.rglob(".draft-*"))


def test_a_killed_writer_leaves_whole_files_or_none(tmp_path: Path) -> None:
    chance, acknowledged = random.Random(1), []
    while not drafts(tmp_path) or len(acknowledged) < 8:  # until a kill has struck mid-write
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        acknowledged.append(writer.stdout.readline().strip())
        time.sleep(chance.random() * 0.06)
        writer.send_signal(signal.SIGKILL)
        writer.wait(10)
        acknowledged += [line for line in writer.stdout.read().split() if len(line) == 64]
        writer.stdout.close()
        assert len(acknowledged) < 1000
    store = ContentFolder(str(tmp_path))
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.name[0] != "."]
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in kept)
    assert all(store.exists(sha256) for sha256 in acknowledged)


FULL_DISK = """
import resource, signal, sys
from config.storage import ContentFolder
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
try:
    ContentFolder(sys.argv[1]).put(b"x" * 1_000_000)
except OSError:
    sys.exit(7)
"""


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == 7
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_bucket_lays_objects_out_like_the_folder(
    server: S3, bucket: ContentBucket, tmp_path: Path
) -> None:
    sha256 = bucket.put(data := some_bytes())
    folder = ContentFolder(str(server.folder / "objects"))
    assert folder.read(sha256) == data


def test_an_object_whose_answer_was_lost_counts_as_kept(server: S3, bucket: ContentBucket) -> None:
    server.meet("drop the answer")
    before = len(server.kept())
    sha256 = bucket.put(some_bytes())
    assert bucket.exists(sha256)
    assert len(server.kept()) == before + 1


def test_a_bucket_that_only_hides_what_is_removed_is_a_fault(
    server: S3, bucket: ContentBucket
) -> None:
    sha256 = bucket.put(some_bytes())
    server.meet("keep versions")
    with pytest.raises(BucketError, match="keeps versions"):
        bucket.remove(sha256)


def test_a_busy_server_is_asked_again(server: S3, bucket: ContentBucket) -> None:
    server.meet("be busy")
    assert bucket.exists(bucket.put(some_bytes()))


def test_a_process_that_forks_makes_a_client_of_its_own(server: S3, tmp_path: Path) -> None:
    script = """
import os, sys
from config.storage_s3 import ContentBucket
bucket = ContentBucket(sys.argv[1])
sha256 = bucket.put(os.urandom(5000))
parent = bucket._client()
child = os.fork()
if child == 0:
    ok = len(bucket.read(sha256)) == 5000 and bucket._client() is not parent
    os._exit(0 if ok else 3)
status = os.waitpid(child, 0)[1]
sys.exit(status >> 8 or (0 if bucket._client() is parent and bucket.exists(sha256) else 4))
"""
    done = subprocess.run([sys.executable, "-c", script, server.url()], cwd=ROOT, check=False)
    assert done.returncode == 0


def faults_of(bucket: ContentBucket) -> list[str]:
    """Return everything that could be printed when each act fails, causes included."""
    told = []
    for act in (
        lambda: bucket.put(b"x" + os.urandom(9)),
        lambda: bucket.read(MISSING),
        lambda: bucket.exists(MISSING),
        lambda: bucket.remove(MISSING),
    ):
        with pytest.raises(BucketError) as caught:
            act()
        assert isinstance(caught.value, OSError)  # what the inbox answers with "try again"
        assert caught.value.__suppress_context__
        told.append(f"{caught.value!r} {caught.value} {bucket!r}")
    return told


def test_a_wrong_secret_is_refused_and_never_repeated(server: S3) -> None:
    wrong = "another secret with / and +"
    told = faults_of(ContentBucket(server.url(secret=wrong)))
    assert "SignatureDoesNotMatch" in told[0]
    assert not any(part in text for text in told for part in (wrong, SECRET, KEY))


def test_a_server_that_is_away_is_a_fault_without_secrets(server: S3) -> None:
    away = f"s3+http://{KEY}:{quote(SECRET, safe='')}@127.0.0.1:9/{BUCKET}"
    told = faults_of(ContentBucket(away))
    assert "no answer" in told[0]
    assert not any(part in text for text in told for part in (quote(SECRET, safe=""), SECRET, KEY))


def test_a_bucket_that_is_not_there_takes_nothing(server: S3) -> None:
    with pytest.raises(BucketError, match="NoSuchBucket"):
        ContentBucket(server.url(bucket="elsewhere")).put(b"x")


@pytest.mark.parametrize("url", ["s3://host/bucket", "s3://key@host/bucket", "s3://key:s@host/"])
def test_half_an_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="s3://key:secret@host/bucket"):
        ContentBucket(url)


def test_addresses_of_stores_become_django_storages(server: S3, tmp_path: Path) -> None:
    folder = tmp_path / "kho ảnh"
    handler = StorageHandler(
        {
            "folder": store_settings(folder.as_uri()),
            "bucket": store_settings(server.url()),
        }
    )
    data = some_bytes()
    assert handler["folder"].put(data) == handler["bucket"].put(data)
    assert ContentFolder(str(folder)).read(hashlib.sha256(data).hexdigest()) == data
    with pytest.raises(InvalidStorageError):
        handler["elsewhere"]
    with pytest.raises(ValueError, match=r"ftp://"):
        store_settings("ftp://host/folder")


def test_tls_is_used_unless_the_address_says_otherwise() -> None:
    assert ContentBucket("s3://k:s@store.example/b")._client().meta.endpoint_url == (
        "https://store.example"
    )
    assert ContentBucket("s3+http://k:s@store.example:9000/b")._client().meta.endpoint_url == (
        "http://store.example:9000"
    )
