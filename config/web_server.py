"""How gunicorn serves people behind a proxy: ``gunicorn -c python:config.web_server config.wsgi``.

One process a core, one request at a time: threads of one process wait for each other's turn at the
interpreter, which costs a look-up a fifth of its throughput. The proxy in front takes in a request
whole before it hands it on and buffers the answer, or a slow line would hold a process. Devices,
whose pushes take their time, go to a service of their own with threads (README, "In service").
"""

from __future__ import annotations

import gc
import os
from typing import Any

workers = int(os.environ.get("WEB_PROCESSES", str(len(os.sched_getaffinity(0)))))
worker_class = "sync"
timeout = 60
graceful_timeout = 10
control_socket_disable = True
#: Young objects of a request die with it; looking for rings among them may wait.
COLLECT_AFTER = (10_000, 20, 50)


def post_worker_init(worker: Any) -> None:
    """Keep the collector away from what was loaded for good: it would walk all of it in vain."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
