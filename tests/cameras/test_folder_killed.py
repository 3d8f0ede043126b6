"""The importer of an FTP folder as a real process, killed with SIGKILL again and again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cameras.factories import PLATE
from tests.cameras.hikvision_bodies import jpeg
from tests.cameras.its_files import STAMP, message, put
from tests.scratch import ROOT, ScratchPortal, scratch_portal

pytestmark = pytest.mark.long

EVENTS = 300
KILLS = 20


def prepare() -> str:
    """Register the device, inside the scratch portal."""
    from tests.cameras.factories import camera

    return camera("ITS-KILL", adapter="hikvision-its-folder").code


def read_all() -> int:
    """Bring everything in and read it, inside the scratch portal; return how many were read."""
    from django.utils import timezone

    from cameras import parsing
    from cameras.models import Delivery
    from tests.cameras.factories import bring_in

    bring_in()
    waiting = list(Delivery.objects.filter(state="received").values_list("pk", flat=True))
    for delivery in waiting:
        parsing.parse(delivery, at=timezone.now())
    return len(waiting)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchPortal]:
    with scratch_portal("folder", tmp_path_factory.mktemp("folder")) as made:
        yield made


def fill(folder: Path) -> set[str]:
    """Put the files of many events there; return their names."""
    names = set()
    for number in range(EVENTS):
        event = f"NUT1_{STAMP[:10]}{number // 60:02d}{number % 60:02d}{number:03d}_{PLATE}"
        files = {f"{event}.xml": message(date_time="", pictures=())}
        for one in (1, 2):
            files[f"{event}_detectionPicture_{one}.jpg"] = jpeg("red", (64 + number, 40 + one))
        put(folder, files)
        names |= set(files)
    return names


def kept(folder: Path) -> int:
    return sum(1 for path in (folder / ".kept").rglob("*.*") if path.suffix in {".xml", ".jpg"})


def start(portal: ScratchPortal, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "manage.py", "import_folder", "ITS-KILL", str(folder)),
            *("--once", "--settle-seconds", "0"),
        ],
        cwd=ROOT,
        env=dict(os.environ) | portal.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_killed_at_twenty_moments_nothing_is_lost_and_no_detection_is_doubled(
    portal: ScratchPortal, tmp_path: Path
) -> None:
    portal.call("tests.cameras.test_folder_killed", "prepare")
    folder = tmp_path / "ftp"
    names = fill(folder)
    chance = random.Random(4)
    for _kill in range(KILLS):
        before, process = kept(folder), start(portal, folder)
        after = chance.randrange(1, 3 * EVENTS // KILLS)
        while process.poll() is None and kept(folder) < before + after:
            time.sleep(0.005)
        assert process.poll() is None, "it was to be killed at work"
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert start(portal, folder).wait(120) == 0

    assert {path.name for path in folder.iterdir()} == {".kept"}
    assert kept(folder) == len(names) == 3 * EVENTS
    read = portal.call("tests.cameras.test_folder_killed", "read_all")
    assert EVENTS <= read <= EVENTS + KILLS
    assert portal.count("cameras_detection") == EVENTS
    assert portal.count("cameras_delivery WHERE state = 'parsed'") == EVENTS
    assert portal.count("cameras_delivery WHERE state NOT IN ('parsed', 'duplicate')") == 0
