"""Static files, sent compressed to browsers that take it: sheets and scripts shrink to a fifth.

WhiteNoise sends a ``.gz`` that lies beside a file. There is no build step that would lay it there,
so each process finds or makes it in the data folder when it starts, once for each content.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

#: Fonts and pictures are compressed already.
SHRINK = (".css", ".js", ".svg", ".txt", ".geojson", ".json")
LEAST_BYTES = 512


class CompressingMiddleware(WhiteNoiseMiddleware):
    """Serve static files as WhiteNoise does, with the compressed copy of each text."""

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        """Return the file with its headers and, where that is shorter, its compressed copy."""
        plain = super().get_static_file(path, url, stat_cache=stat_cache)
        if len(plain.alternatives) > 1 or not path.endswith(SHRINK):
            return plain
        copy = compressed(path, os.stat(path).st_mtime_ns)
        if copy is None:
            return plain
        _encoding, _path, headers = plain.alternatives[0]
        kept = [(name, value) for name, value in headers if name != "Content-Length"]
        return StaticFile(path, kept, encodings={"gzip": str(copy)})


@lru_cache(maxsize=1024)
def compressed(path: str, changed_ns: int) -> Path | None:
    """Return where the compressed copy of a file lies, None when it would be no shorter.

    ``changed_ns`` is when the file was changed last: a change makes another copy.
    """
    content = Path(path).read_bytes()
    if len(content) < LEAST_BYTES:
        return None
    folder = Path(settings.DATA_DIR) / "compressed"
    copy = folder / f"{hashlib.sha256(content).hexdigest()}.gz"
    if not copy.exists():
        shrunk = gzip.compress(content, 9, mtime=0)
        if len(shrunk) >= len(content):
            return None
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{copy.name}.{os.getpid()}"
        draft.write_bytes(shrunk)
        draft.replace(copy)
    return copy
