"""How the tests are shared among the workers of ``pytest -n``: by module, the slowest first."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

BROWSER = "tests/browser/"
# Portals, servers and browsers of their own take minutes: begun last, they would end alone.
SLOWEST_FIRST = (BROWSER, "tests/test_kill.py", "tests/config/test_celery.py")
# Every worker has a database of its own and up to ten sessions; the server grants a hundred.
MOST_WORKERS = 4


class ByModule(LoadScopeScheduling):
    """Give a module to one worker, so that its fixtures are made once; the browser's all to one.

    A portal of a module has a scratch database under the module's name: two workers with one
    module would drop it from under each other.
    """

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False  # by the number of tests, which says nothing here
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else nodeid.partition("::")[0]


def turn(nodeid: str) -> int:
    """Return the place of a test in the queue; equal ones keep their order."""
    places = (place for place, start in enumerate(SLOWEST_FIRST) if nodeid.startswith(start))
    return next(places, len(SLOWEST_FIRST))
