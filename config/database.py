"""How the portal connects to its database."""

from __future__ import annotations

import os
from typing import Any

import dj_database_url

#: A page of rows is found sooner than the planner's helpers or its compiler are started, and it
#: chooses them wrongly for the first fifty rows of millions.
PLANNER = "-c max_parallel_workers_per_gather=0 -c jit=off"
# A server that does not answer must not hold a device at the door for minutes.
CONNECT_SECONDS = 5


def connection_settings(url: str) -> dict[str, Any]:
    """Return Django's settings of a connection; what the address says of an option holds."""
    found: dict[str, Any] = dict(
        dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
    )
    options = {"connect_timeout": CONNECT_SECONDS, "options": PLANNER}
    found["OPTIONS"] = options | found.get("OPTIONS", {})
    return found | {"TEST": {"NAME": os.environ.get("TEST_DATABASE_NAME", "test_portal")}}
