"""How much an address may leave at the closed door in a day; past that nothing of it is kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import date, datetime

from django.conf import settings

MOST_ADDRESSES = 20_000


class Strangers:
    """Counts by address and day, in this process only: the database may be down, and an attacker
    must not be able to make it work. Addresses seen longest ago are forgotten first."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, tuple[date, int]] = OrderedDict()
        self._lock = threading.Lock()

    def may_leave_more(self, address: str, at: datetime) -> bool:
        """Count one more delivery of an address and tell whether to keep its beginning."""
        with self._lock:
            day, count = self._counts.pop(address, (at.date(), 0))
            count = count + 1 if day == at.date() else 1
            self._counts[address] = (at.date(), count)
            while len(self._counts) > MOST_ADDRESSES:
                self._counts.popitem(last=False)
            return count <= int(settings.INTAKE_STRANGERS_PER_ADDRESS_PER_DAY)

    def forget(self) -> None:
        """Begin anew; for tests."""
        self._counts.clear()


strangers = Strangers()
