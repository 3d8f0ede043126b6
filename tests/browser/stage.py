"""Run one whole portal, and play cameras, colleagues and passing time for the browser tests.

    python -m tests.browser.stage

A process of its own: the tests' process holds a running event loop (Playwright), in which Django
refuses database work. It speaks JSON, one message a line: first the portal's addresses and people,
then an answer to every request. It ends when its input ends.
"""

from __future__ import annotations

import json
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django


def main() -> None:
    """Serve until the input ends."""
    django.setup()
    from config.demo.running import portal
    from tests.browser.acts import Acts

    lock = threading.Lock()

    def send(message: dict[str, Any]) -> None:
        with lock:
            sys.stdout.write(json.dumps(message) + "\n")
            sys.stdout.flush()

    def note(words: str) -> None:
        sys.stderr.write(f"{words}\n")

    with portal(port=0, traffic_every_seconds=None, say=note) as running:
        _draw_no_second_looks()
        acts = Acts(running)

        def answer(request: dict[str, Any]) -> None:
            number = request.pop("id")
            try:
                found = getattr(acts, request.pop("act"))(**request)
            except Exception:
                send({"id": number, "fault": traceback.format_exc()})
            else:
                send({"id": number, "found": found})

        send(acts.place())
        with ThreadPoolExecutor(max_workers=3) as crew:
            for line in sys.stdin:
                crew.submit(answer, json.loads(line))
        acts.close()


def _draw_no_second_looks() -> None:
    """Set every rate of every unit to nothing, as a supervisor could: one officer plays a case."""
    from django.conf import settings
    from django.utils import timezone

    from cameras.models import Unit
    from violations.models import SamplingChange

    SamplingChange.objects.bulk_create(
        SamplingChange(
            unit=unit,
            stratum=stratum,
            per_mille=0,
            reason="thử bằng trình duyệt",
            changed_at=timezone.now(),
        )
        for unit in Unit.objects.all()
        for stratum in settings.REVIEW_SAMPLING
    )


if __name__ == "__main__":
    main()
