"""What a worker of the print works does before its first task."""

from __future__ import annotations

import gc
import logging
from typing import Any

from celery.signals import worker_init, worker_process_init

from notices.library_versions import library_versions

ABSENT = (
    "libharfbuzz-subset is not installed. Papers are made without it as fast, but later versions"
    " of WeasyPrint require it: install libharfbuzz-subset0."
)
logger = logging.getLogger(__name__)


@worker_init.connect
def report_libraries(**_: Any) -> None:
    """Say with which libraries papers are made here, and when harfbuzz-subset is absent."""
    found = library_versions()
    told = (f"{name} {version}" for name, version in found.items() if version)
    logger.info("Papers are made with %s.", ", ".join(told))
    if not found["harfbuzz-subset"]:
        logger.warning(ABSENT)


@worker_process_init.connect
def load_typefaces(**_: Any) -> None:
    """Load fonts and styles in each process after the fork, so that no paper waits for them."""
    from notices import rendering  # imported here: the parent never needs the library

    rendering.load()
    gc.collect()
    gc.freeze()  # what is loaded now stays: looking for garbage passes over it
