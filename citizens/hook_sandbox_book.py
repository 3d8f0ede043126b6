"""What the receiver of webhooks got, and how it was told to behave. Kept in one JSON file."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MOST_KEPT, MOST_ATTEMPTS = 500, 20
#: What it can be told to do with the next messages, in words for the page.
SCENARIOS = {
    "": "nhận bình thường (204)",
    "error": "lỗi máy chủ (500)",
    "gone": "không còn nhận nữa (410)",
    "timeout": "không trả lời",
    "lost": "nhận rồi đứt kết nối",
}


class Book:
    """The messages by their id: the same id again is the same message, counted and kept once."""

    def __init__(self, data: Path | None) -> None:
        self._data = data
        self._lock = threading.Lock()
        self.scenario, self.unsigned = "", 0
        self.messages: dict[str, dict[str, Any]] = {}
        if data is not None and data.exists():
            self.messages = json.loads(data.read_text("utf-8"))["messages"]

    def note(self, message_id: str, told: dict[str, Any], scenario: str) -> None:
        """Keep a message whose signature is right before it is answered, with how it will be."""
        with self._lock:
            at = datetime.now(UTC).isoformat(timespec="seconds")
            known = self.messages.setdefault(
                message_id, {"told": told, "at": at, "times": 0, "taken": 0, "attempts": []}
            )
            known["times"] += 1
            known["taken"] += scenario == ""
            known["attempts"] = [*known["attempts"], {"at": at, "answer": scenario or "204"}]
            known["attempts"] = known["attempts"][-MOST_ATTEMPTS:]
            while len(self.messages) > MOST_KEPT:
                del self.messages[next(iter(self.messages))]
            self._write()

    def refuse(self) -> None:
        """Count a message without a right signature; nothing of it is kept."""
        with self._lock:
            self.unsigned += 1

    def latest(self) -> list[dict[str, Any]]:
        """Return what came, the newest first, each with its id."""
        with self._lock:
            return [{"id": key, **kept} for key, kept in reversed(self.messages.items())]

    def _write(self) -> None:
        if self._data is None:
            return
        unfinished = self._data.with_suffix(".part")
        unfinished.write_text(json.dumps({"messages": self.messages}, ensure_ascii=False), "utf-8")
        unfinished.replace(self._data)
