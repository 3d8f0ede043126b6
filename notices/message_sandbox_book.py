"""What the sandbox for messages caught, and how it was told to behave. Kept in one JSON file."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MOST_KEPT = 500
ROUTES = ("email", "sms")
#: What each way can be told to do with the next messages, in words for the page.
SCENARIOS = {
    "": "nhận bình thường",
    "refuse": "từ chối địa chỉ",
    "unavailable": "lỗi máy chủ, gửi lại sau",
    "slow": "trả lời chậm 2 giây",
    "timeout": "không trả lời",
    "lost": "nhận rồi đứt kết nối",
    "bounce": "nhận rồi báo trả lại",
}


class Book:
    """The messages by their key: the same key again is the same message, counted and kept once."""

    def __init__(self, data: Path | None, bounced: Callable[[str, str], None]) -> None:
        self._data, self._bounced = data, bounced
        self._lock = threading.Lock()
        self.scenarios: dict[str, str] = dict.fromkeys(ROUTES, "")
        self.messages: dict[str, dict[str, Any]] = {}
        if data is not None and data.exists():
            self.messages = json.loads(data.read_text("utf-8"))["messages"]

    def take(self, route: str, key: str, destination: str, text: str, subject: str = "") -> bool:
        """Keep a message before it is answered; True when it is new."""
        with self._lock:
            known = self.messages.get(key)
            if known is not None:
                known["times"] += 1
            else:
                self.messages[key] = {
                    "route": route,
                    "to": destination,
                    "subject": subject,
                    "text": text,
                    "at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "times": 1,
                }
                while len(self.messages) > MOST_KEPT:
                    del self.messages[next(iter(self.messages))]
            self._write()
        if known is None and self.scenarios[route] == "bounce":
            threading.Timer(0.2, self._bounced, (route, key)).start()
        return known is None

    def latest(self) -> list[dict[str, Any]]:
        """Return what was caught, the newest first, each with its key."""
        with self._lock:
            return [{"key": key, **kept} for key, kept in reversed(self.messages.items())]

    def counts(self) -> Counter[str]:
        """Return how many messages came by each way."""
        return Counter(kept["route"] for kept in self.latest())

    def _write(self) -> None:
        if self._data is None:
            return
        unfinished = self._data.with_suffix(".part")
        unfinished.write_text(json.dumps({"messages": self.messages}, ensure_ascii=False), "utf-8")
        unfinished.replace(self._data)
