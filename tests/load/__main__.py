"""Run benchmarks by name, all without one, each in a process and a database of its own."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

from config import embedded
from tests.scratch import ROOT, ScratchPortal

NAMES = (
    "intake",
    "endurance",
    "lookup",
    "papers",
    "print_run",
    "judging",
    "sweep",
    "leases",
    "custody",
    "cross_reading",
    "lists",
    "swap",
    "lookup_at_scale",
    "payments",
)
FIGURES = Path(__file__).with_name("figures.jsonl")


def main(arguments: list[str]) -> int:
    """Measure, print one line for each, and add it to the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    parser.add_argument("--dry", action="store_true", help="print only, keep no figures")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(NAMES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    names = options.names or list(NAMES)
    if len(names) > 1:
        command = [sys.executable, "-m", "tests.load", *(["--dry"] if options.dry else [])]
        return max(subprocess.run([*command, name], check=False).returncode for name in names)
    line = json.dumps(run(names[0]), ensure_ascii=False)
    print(line, flush=True)
    if not options.dry:
        with FIGURES.open("a") as figures:
            figures.write(line + "\n")
    return 0


def run(name: str) -> dict[str, Any]:
    """Make a scratch portal, step into it as its runtime role, measure, remove it."""
    runtime_url, owner_url = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
    if not (runtime_url and owner_url):
        server = embedded.ensure_running(ROOT)
        runtime_url, owner_url = server.runtime_url, server.owner_url
    facts = _facts(name)
    data = ROOT / ".data"  # a disk that keeps what is flushed, which /tmp need not be
    data.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data, prefix=f"load-{name}-") as folder:
        portal = ScratchPortal(
            f"bench_portal_{name}", Path(folder), owner_url=owner_url, runtime_url=runtime_url
        )
        try:
            portal.create()
            os.environ.update(portal.environment | {"LOG_LEVEL": "ERROR"})
            django.setup()
            measured = importlib.import_module(f"tests.load.{name}").measure(portal)
            return facts | {"load_after": round(os.getloadavg()[0], 1)} | measured
        finally:
            portal.remove()


def _facts(name: str) -> dict[str, Any]:
    """Say what, when, where and of which commit."""
    commit = _git("rev-parse", "--short", "HEAD") + ("+" if _git("status", "--porcelain") else "")
    return {
        "benchmark": name,
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit,
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
