"""Which files of an FTP folder make one event, when they are all there, and their one body. Pure.

The body is multipart with the bytes of each file untouched (part name = file name, RFC 7578). It is
the same for the same files, so that what is imported twice is seen to be a repetition.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cameras.adapters.hikvision_file_names import read_file_name
from cameras.adapters.multipart import MAX_PARTS
from cameras.folder_files import SeenFile

MESSAGES = (".xml", ".json")
PICTURES = (".jpg", ".jpeg")
FILMS = (".mp4",)
#: What FTP servers call a file they are still receiving.
UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp")
#: An event without a message or without a picture, or with a file that looks cut off, is waited
#: for this many times longer: the rest may be on its way.
PATIENCE = 4
MOST_FILES = MAX_PARTS
_MEDIA = {
    ".xml": "application/xml",
    ".json": "application/json",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".mp4": "video/mp4",
}
_END_OF_MESSAGE = re.compile(rb"(?:</[\w:.-]+>|/>|[}\]])[\s\x00]*\Z")


@dataclass(frozen=True)
class FolderEvent:
    """The files of one event, in the order of their names."""

    folder: str
    name: str
    files: tuple[SeenFile, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def newest_ns(self) -> int:
        """Return when its newest file was written, nanoseconds since 1970."""
        return max(file.mtime_ns for file in self.files)

    @property
    def looks_complete(self) -> bool:
        """Tell whether it has a message and at least one picture."""
        has_message = any(_ending(file.name) in MESSAGES for file in self.files)
        return has_message and any(_ending(file.name) in PICTURES for file in self.files)


@dataclass
class Watch:
    """What was seen before, to know which files have stopped growing.

    ``now`` is a monotonic clock in seconds, given by the caller.
    """

    settle_seconds: float
    _since: dict[tuple[str, str], tuple[SeenFile, float]] = field(default_factory=dict)

    def see(self, files: Iterable[SeenFile], *, now: float) -> None:
        """Note one look; a file that changed, or is new, starts waiting again."""
        seen: dict[tuple[str, str], tuple[SeenFile, float]] = {}
        for file in files:
            earlier = self._since.get(file.place)
            seen[file.place] = earlier if earlier and earlier[0] == file else (file, now)
        self._since = seen

    def still_for(self, file: SeenFile, *, now: float) -> float:
        """Return for how many seconds a file has not changed."""
        return now - self._since[file.place][1]

    def has_settled(self, event: FolderEvent, *, now: float, patience: int = 1) -> bool:
        """Tell whether none of an event's files has changed long enough."""
        wait = self.settle_seconds * patience
        return all(self.still_for(file, now=now) >= wait for file in event.files)


def is_wanted(file: SeenFile) -> bool:
    """Tell whether a file can belong to an event."""
    return file.is_regular and _ending(file.name) in _MEDIA


def is_unfinished(file: SeenFile) -> bool:
    """Tell whether the FTP server's name for a file says that it is still being received."""
    return file.name.lower().endswith(UNFINISHED)


def group(files: Iterable[SeenFile]) -> list[FolderEvent]:
    """Return the events the files belong to, oldest first.

    Files of one name up to the plate belong together. What is called the same in every event
    (``detectionPicture.jpg``) belongs to the only event of its folder, else to none that we know.
    """
    named: dict[tuple[str, str], list[SeenFile]] = {}
    nameless: dict[str, list[SeenFile]] = {}
    for file in files:
        event = read_file_name(file.name).event
        if event:
            named.setdefault((file.folder, event), []).append(file)
        else:
            nameless.setdefault(file.folder, []).append(file)
    for folder, waiting in nameless.items():
        here = [key for key in named if key[0] == folder]
        named.setdefault(here[0] if len(here) == 1 else (folder, ""), []).extend(waiting)
    events = [
        FolderEvent(folder, name, tuple(sorted(found, key=lambda file: os.fsencode(file.name))))
        for (folder, name), found in named.items()
    ]
    return sorted(events, key=lambda event: (event.newest_ns, event.folder, event.name))


def looks_cut_off(file: SeenFile, data: bytes) -> bool:
    """Tell whether a file ends in the middle: a connection that broke leaves such ones."""
    if not data:
        return True
    if _ending(file.name) in MESSAGES:
        return not _END_OF_MESSAGE.search(data[-200:])
    return _ending(file.name) in PICTURES and b"\xff\xd9" not in data[-4096:]


def bundle(files: Iterable[tuple[SeenFile, bytes]]) -> tuple[str, bytes]:
    """Return content type and body of one event; the same for the same files, always."""
    parts = [(os.fsencode(file.name), _MEDIA[_ending(file.name)], data) for file, data in files]
    boundary = _boundary([data for _name, _media, data in parts])
    body = bytearray()
    for name, media, data in parts:
        quoted = _quoted(name)
        body += b"--" + boundary + b"\r\nContent-Disposition: form-data; "
        body += b'name="' + quoted + b'"; filename="' + quoted + b'"\r\n'
        body += b"Content-Type: " + media.encode() + b"\r\n\r\n" + data + b"\r\n"
    body += b"--" + boundary + b"--\r\n"
    return f"multipart/form-data; boundary={boundary.decode()}", bytes(body)


def _boundary(contents: list[bytes]) -> bytes:
    """Return a boundary made from the contents that stands in none of them."""
    digest = hashlib.sha256(b"".join(hashlib.sha256(data).digest() for data in contents))
    while any(digest.hexdigest().encode() in data for data in contents):
        digest.update(b"again")
    return digest.hexdigest().encode()


def _quoted(name: bytes) -> bytes:
    """Write a file name into a header as browsers do: only what would end it is escaped."""
    for sign in b'%"\\\r\n':
        name = name.replace(bytes([sign]), b"%%%02X" % sign)
    return name


def _ending(name: str) -> str:
    """Return the ending with its dot; ``splitext`` finds none in ``..xml``, which may come."""
    _before, dot, after = name.rpartition(".")
    return (dot + after).lower()
