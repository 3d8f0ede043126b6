"""From an FTP folder into the inbox: nothing lost, nothing doubled, nothing followed outside."""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cameras import folder_import, inbox, parsing
from cameras.folder_import import DoorClosed, FolderBusy, FolderImport, Round
from cameras.models import Delivery, Detection, Device
from tests.cameras import factories
from tests.cameras.factories import AT, PLATE, camera, picture
from tests.cameras.its_files import EVENT, STAMP, message, put, red_light

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

SETTLE = 30.0


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "ftp"
    made.mkdir()
    return made


@pytest.fixture
def device() -> Device:
    return camera("ITS-01", adapter="hikvision-its-folder")


def importing(folder: Path, device: Device) -> FolderImport:
    return FolderImport(folder, device, settle_seconds=SETTLE)


def looks(work: FolderImport, *moments: float) -> Round:
    """Look at the folder at each of these moments (seconds); return what the last look did."""
    done = Round()
    for moment in moments:
        done = work.round(at=AT, now=moment)
    return done


def take_in(folder: Path, device: Device) -> Round:
    """Import everything that lies there unchanged, as a new process would."""
    with importing(folder, device).at_work() as work:
        return looks(work, 0, SETTLE, SETTLE * 4)


def read_all() -> list[Delivery]:
    """Bring everything into the database and let the workers read it; oldest first."""
    factories.bring_in()
    for waiting in Delivery.objects.filter(state="received").order_by("pk"):
        parsing.parse(waiting.pk, at=AT + timedelta(seconds=1))
    return list(Delivery.objects.order_by("pk"))


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_a_red_light_put_by_ftp_becomes_one_ready_detection(folder, device):
    put(folder, red_light())
    with importing(folder, device).at_work() as work:
        assert looks(work, 0) == Round(waiting=4)
        assert looks(work, SETTLE) == Round(kept=1)
        assert looks(work, SETTLE * 2) == Round()
    [delivery] = read_all()
    assert (delivery.state, delivery.method, delivery.authenticity) == ("parsed", "FOLDER", "D")
    detection = Detection.objects.get()
    assert (detection.state, detection.plate_normalised) == ("ready", PLATE)
    assert detection.evidence.count() == 3


def test_kept_files_lie_in_the_folder_unchanged_under_the_day(folder, device):
    files = red_light()
    put(folder / "cam1", files)
    take_in(folder, device)
    kept = folder / ".kept" / "2026-10-12" / "cam1"
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == files
    assert names_in(folder / "cam1") == set()
    assert list((folder / ".kept" / ".moving").iterdir()) == []


def test_a_file_that_grows_is_left_until_it_has_stopped(folder, device):
    files = red_light()
    put(folder, files)
    growing = folder / f"{EVENT}_detectionPicture_3.jpg"
    growing.write_bytes(b"")
    with importing(folder, device).at_work() as work:
        for moment in (0, 20, 40, 60):
            whole = files[growing.name]
            growing.write_bytes(whole[: len(whole) * (moment + 20) // 80])
            assert looks(work, moment) == Round(waiting=4)
        assert looks(work, 61, 89).waiting == 4
        assert looks(work, 90) == Round(kept=1)
    assert read_all()[0].state == "parsed"
    assert Detection.objects.get().evidence.count() == 3


def test_a_file_cut_off_by_a_broken_line_is_waited_for_longer_and_then_kept_as_it_is(
    folder, device
):
    files = red_light()
    last = f"{EVENT}_detectionPicture_3.jpg"
    put(folder, files | {last: files[last][:2000]})
    with importing(folder, device).at_work() as work:
        assert looks(work, 0, SETTLE, SETTLE * 3) == Round(waiting=4)
        assert looks(work, SETTLE * 4) == Round(kept=1)
    assert read_all()[0].state == "parsed"
    assert {"code": "picture_damaged"} in Detection.objects.get().held_for


def test_pictures_wait_for_the_message_that_comes_after_them(folder, device):
    files = red_light()
    late = f"{EVENT}.xml"
    put(folder, {name: data for name, data in files.items() if name != late})
    with importing(folder, device).at_work() as work:
        assert looks(work, 0, SETTLE, SETTLE * 2) == Round(waiting=3)
        put(folder, {late: files[late]})
        assert looks(work, SETTLE * 2 + 1, SETTLE * 3 + 1) == Round(kept=1)
    assert read_all()[0].state == "parsed"
    assert Detection.objects.count() == 1


def test_the_same_files_again_are_a_repetition(folder, device):
    for _time in range(2):
        put(folder, red_light())
        assert take_in(folder, device).kept == 0  # kept by the look before the last
    assert [delivery.state for delivery in read_all()] == ["parsed", "duplicate"]
    assert Detection.objects.count() == 1
    kept = names_in(folder / ".kept")
    assert {f"{EVENT}.xml", f"{EVENT}.xml.2"} <= kept


class Killed(BaseException):
    """The process is gone at this line."""


def die(*args, **kwargs):
    raise Killed


def test_killed_after_the_answer_and_before_the_note_nothing_is_doubled(
    folder, device, monkeypatch
):
    put(folder, red_light())
    with monkeypatch.context() as patch:
        patch.setattr(FolderImport, "_move_noted", die)
        with pytest.raises(Killed):
            take_in(folder, device)
    assert names_in(folder) == set(red_light())
    take_in(folder, device)
    assert [delivery.state for delivery in read_all()] == ["parsed", "duplicate"]
    assert Detection.objects.count() == 1
    assert names_in(folder / ".kept") == set(red_light())


@pytest.mark.parametrize("moved", [0, 1, 2, 3])
def test_killed_between_two_moves_the_next_process_ends_them(folder, device, monkeypatch, moved):
    put(folder, red_light())
    real, calls = folder_import.move, []

    def move_until_killed(*arguments):
        if len(calls) == moved:
            raise Killed
        calls.append(real(*arguments))

    with monkeypatch.context() as patch:
        patch.setattr(folder_import, "move", move_until_killed)
        with pytest.raises(Killed):
            take_in(folder, device)
    take_in(folder, device)
    assert [delivery.state for delivery in read_all()] == ["parsed"]
    assert Detection.objects.count() == 1
    assert names_in(folder / ".kept") == set(red_light())


def test_killed_while_the_inbox_works_the_event_comes_again(folder, device, monkeypatch):
    put(folder, red_light())
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "receive", die)
        with pytest.raises(Killed):
            take_in(folder, device)
    take_in(folder, device)
    assert [delivery.state for delivery in read_all()] == ["parsed"]


def test_a_note_somebody_tampered_with_moves_nothing_out_of_the_folder(folder, device, tmp_path):
    secret = tmp_path / "secret.xml"
    secret.write_bytes(b"<x/>")
    found = secret.stat()
    notes = folder / ".kept" / ".moving"
    notes.mkdir(parents=True)
    numbers = f'"size": {found.st_size}, "mtime_ns": {found.st_mtime_ns}, "inode": {found.st_ino}'
    for number, (place, name) in enumerate([("", "../secret.xml"), ("..", "secret.xml")]):
        described = f'{{"folder": "{place}", "name": "{name}", {numbers}, "is_regular": true}}'
        note = f'{{"into": ".kept/x", "files": [{described}]}}'
        (notes / f"{number}.json").write_text(note)
    (notes / "broken.json").write_text("{")
    take_in(folder, device)
    assert secret.read_bytes() == b"<x/>"


def test_links_are_refused_and_never_followed(folder, device, tmp_path, caplog):
    outside = tmp_path / "outside"
    put(outside, {f"{EVENT}.xml": message(), f"{EVENT}.jpg": picture("outside")})
    (folder / f"{EVENT}.xml").symlink_to(outside / f"{EVENT}.xml")
    (folder / "elsewhere").symlink_to(outside)
    with caplog.at_level(logging.WARNING):
        take_in(folder, device)
    assert read_all() == []
    refused = folder / ".refused" / "2026-10-12"
    assert {path.name for path in refused.iterdir()} == {f"{EVENT}.xml", "elsewhere"}
    assert names_in(outside) == {f"{EVENT}.xml", f"{EVENT}.jpg"}
    assert len(caplog.records) == 2


def test_a_file_over_the_limit_is_refused_with_a_line_that_names_no_plate(
    folder, device, caplog, settings
):
    settings.INTAKE_MAX_BODY = 300_000
    files = red_light()
    put(folder, files | {f"{EVENT}_detectionPicture_4.jpg": b"\xff\xd8" + bytes(400_000)})
    with caplog.at_level(logging.WARNING):
        take_in(folder, device)
    assert names_in(folder / ".refused") == {f"{EVENT}_detectionPicture_4.jpg"}
    assert [delivery.state for delivery in read_all()] == ["parsed"]
    [line] = [record.getMessage() for record in caplog.records]
    assert "too_large" in line
    assert PLATE not in line


def test_strange_files_are_refused_and_unfinished_ones_left_alone(folder, device):
    put(folder, {"notes.txt": b"x", f"{EVENT}.jpg.part": b"x", ".hidden.xml": b"x"})
    take_in(folder, device)
    assert names_in(folder / ".refused") == {"notes.txt"}
    assert (folder / f"{EVENT}.jpg.part").exists()
    assert (folder / ".hidden.xml").exists()
    assert read_all() == []


def test_two_events_in_one_folder_are_two_deliveries(folder, device):
    second = EVENT.replace(STAMP, "20261012080001900")
    put(folder, red_light() | red_light(second, words="second"))
    take_in(folder, device)
    assert [delivery.state for delivery in read_all()] == ["parsed", "parsed"]
    assert Detection.objects.count() == 2


def test_more_pictures_of_an_event_already_kept_are_put_beside_it_not_into_a_second(folder, device):
    put(folder, red_light())
    take_in(folder, device)
    put(folder, {f"{EVENT}_detectionPicture_4.jpg": picture("late")})
    take_in(folder, device)
    assert [delivery.state for delivery in read_all()] == ["parsed", "quarantined"]
    assert Detection.objects.count() == 1


def test_a_picture_written_over_while_its_event_is_kept_is_left_for_its_own(
    folder, device, monkeypatch
):
    files = red_light()
    put(folder, files)
    shared = folder / f"{EVENT}_detectionPicture_3.jpg"
    real = inbox.receive

    def written_over_meanwhile(*arguments, **named):
        answer = real(*arguments, **named)
        shared.write_bytes(picture("the next event"))
        return answer

    with monkeypatch.context() as patch, importing(folder, device).at_work() as work:
        patch.setattr(inbox, "receive", written_over_meanwhile)
        assert looks(work, 0, SETTLE) == Round(kept=1)
    assert shared.read_bytes() == picture("the next event")
    assert names_in(folder / ".kept") == set(files) - {shared.name}
    assert read_all()[0].state == "parsed"


@pytest.mark.parametrize("moment", [-(10**9), 0, 10**11], ids=["1938", "1970", "5138"])
def test_a_time_no_file_can_have_does_no_harm(folder, device, moment):
    put(folder, red_light())
    for path in folder.iterdir():
        os.utime(path, (moment, moment))
    take_in(folder, device)
    assert [delivery.state for delivery in read_all()] == ["parsed"]
    assert Detection.objects.get().occurred_at == AT - timedelta(seconds=1, milliseconds=750)


def test_a_backlog_is_taken_in_rounds_oldest_first(folder, device, monkeypatch):
    monkeypatch.setattr(folder_import, "MOST_A_ROUND", 2)
    events = [EVENT.replace(STAMP, f"2026101208000{number}250") for number in range(3)]
    for number, event in enumerate(reversed(events)):
        put(folder, red_light(event, event), at=AT - timedelta(minutes=number))
    with importing(folder, device).at_work() as work:
        assert looks(work, 0, SETTLE) == Round(kept=2, waiting=4)
        assert names_in(folder) - names_in(folder / ".kept") == set(red_light(events[2]))
        assert looks(work, SETTLE) == Round(kept=1)


def test_a_closed_door_leaves_every_file_where_it_is(folder, device):
    device.state = Device.State.REVOKED
    device.save()
    put(folder, red_light())
    with pytest.raises(DoorClosed, match="403"):
        take_in(folder, device)
    assert names_in(folder) == set(red_light())


def test_one_importer_works_at_a_time_and_only_for_its_own_kind_of_device(folder, device):
    with importing(folder, device).at_work(), pytest.raises(FolderBusy):
        take_in(folder, device)
    with pytest.raises(ValueError, match="hikvision-isapi"):
        importing(folder, camera("CAM-09"))


def test_the_command_takes_in_what_lies_there_and_ends(folder, device, capsys):
    put(folder, red_light())
    call_command("import_folder", "ITS-01", str(folder), "--once", "--settle-seconds", "0")
    assert "kept 1 events" in capsys.readouterr().out
    assert read_all()[0].state == "parsed"
    with pytest.raises(CommandError, match="No device"):
        call_command("import_folder", "ITS-99", str(folder), "--once")
    with pytest.raises(CommandError, match="cannot be used"):
        call_command("import_folder", "ITS-01", str(folder / "nowhere"), "--once")


def test_a_fifo_does_not_make_the_importer_wait(folder, device):
    os.mkfifo(folder / f"{EVENT}.xml")
    take_in(folder, device)
    assert read_all() == []
