"""Where one project's server lives, which user runs it, and the note that remembers both."""

import hashlib
import json
import os
import pwd
import secrets
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

SHARED_HOME = Path("/var/lib/traffic-violation-portal")  # used when root starts the server
OWNER_ROLE, RUNTIME_ROLE, DATABASE = "portal_owner", "portal_app", "portal"
NOTE = "postgres.json"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 100  # bytes; the kernel's own limit is 107 (Linux) or 103 (macOS)


class EmbeddedDatabaseError(RuntimeError):
    """The embedded database cannot run; the message says what to do, in both languages."""

    @classmethod
    def from_command(
        cls, vietnamese: str, english: str, done: subprocess.CompletedProcess[str]
    ) -> "EmbeddedDatabaseError":
        """Add the last lines a failed command printed to the sentence that explains it."""
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-15:])
        return cls(f"{vietnamese}. / {english}.\n{tail}")


@dataclass(frozen=True)
class Place:
    """Where one project's server lives and which operating-system user runs it."""

    home: Path
    account: pwd.struct_passwd
    passwords: dict[str, str] = field(repr=False)

    @property
    def data(self) -> Path:
        """The cluster itself (PGDATA)."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The server's log: warnings and errors, without statements or row contents."""
        return self.home / "log"

    @property
    def pid_file(self) -> Path:
        """PostgreSQL's lock file: process id, folder, start, port, socket, state."""
        return self.data / "postmaster.pid"

    @property
    def socket_dir(self) -> Path:
        """The home itself, or a short private folder where its path does not suit a socket."""
        path = self.home / SOCKET_NAME
        if len(bytes(path)) <= SOCKET_PATH_LIMIT and "," not in str(path):  # "," lists hosts
            return self.home
        digest = hashlib.sha256(bytes(self.home)).hexdigest()[:16]
        name = f"traffic-violation-portal-{self.account.pw_uid}-{digest}"
        return Path("/tmp") / name  # noqa: S108 - process.py checks that the folder is ours

    def url(self, role: str) -> str:
        """Return the address a role connects to, for dj_database_url and for libpq."""
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql://{role}:{self.passwords[role]}@{host}/{DATABASE}"

    def run(self, *command: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command as the server's user, with no secret of ours in its environment."""
        as_root = os.geteuid() == 0
        return subprocess.run(  # noqa: S603 - our own programs, no shell text from outside
            [str(part) for part in command],
            input=text,
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            user=self.account.pw_uid if as_root else None,
            group=self.account.pw_gid if as_root else None,
            extra_groups=[] if as_root else None,
            start_new_session=True,  # Ctrl-C in the command that started us must not stop it
            check=False,
        )

    def write(self, path: Path, text: str) -> None:
        """Write a file as the server's user: root must not follow links that user could plant.

        Raises EmbeddedDatabaseError.
        """
        done = self.run("/bin/sh", "-c", 'umask 077 && cat >"$0"', path, text=text)
        if done.returncode:
            raise EmbeddedDatabaseError.from_command(
                "Không ghi được thư mục dữ liệu", "Cannot write the data folder", done
            )


def find_place(data_folder: Path) -> Place | None:
    """Read from the note in ``.data`` where the server lives; None when there is none yet.

    A moved project keeps its server; a copied one (``cp -r``) does not share its original's.
    """
    note = data_folder / NOTE
    if not note.exists():
        return None
    kept = json.loads(note.read_text())
    home = Path(kept["data_folder"]) if kept["data_folder"] else data_folder / "postgres"
    if kept["data_folder"] and kept["project"] != str(data_folder.parent):
        original = Path(kept["project"]) / ".data" / NOTE
        if original.exists() and json.loads(original.read_text())["data_folder"] == str(home):
            return None
        _keep(note, kept | {"project": str(data_folder.parent)})
    # Root may serve a project that an ordinary user began: the files keep their user.
    user_id = home.stat().st_uid if home.exists() else 0
    return Place(home, pwd.getpwuid(user_id) if user_id else _account(), kept["passwords"])


def choose_place(data_folder: Path) -> Place:
    """Choose a new server's place and passwords, and note them before anything is created there.

    Raises EmbeddedDatabaseError when there already is a database without its note.
    """
    home, account, project = data_folder / "postgres", _account(), str(data_folder.parent)
    if (home / "data").exists():
        raise EmbeddedDatabaseError(
            f"Có dữ liệu trong {home} nhưng thiếu {NOTE} chứa mật khẩu: hãy phục hồi tệp đó, hoặc "
            f"chuyển {home} đi nơi khác để bắt đầu mới. / There is data in {home} but no {NOTE} "
            f"with its passwords: restore that file, or move {home} away to start anew."
        )
    as_root = os.geteuid() == 0
    if as_root:
        digest = hashlib.sha256(project.encode()).hexdigest()[:12]
        home = SHARED_HOME / f"{digest}-{secrets.token_hex(4)}"
    passwords = {role: secrets.token_urlsafe(32) for role in (OWNER_ROLE, RUNTIME_ROLE)}
    note: dict[str, object] = {
        "about": "The embedded PostgreSQL (config/embedded); no data_folder: .data/postgres",
        "data_folder": str(home) if as_root else "",
        "project": project,
        "passwords": passwords,
    }
    _keep(data_folder / NOTE, note)
    return Place(home, account, passwords)


def _keep(note: Path, content: dict[str, object]) -> None:
    with tempfile.NamedTemporaryFile("w", dir=note.parent, delete=False) as draft:  # made 0600
        json.dump(content, draft, indent=1)
    os.replace(draft.name, note)


def _account() -> pwd.struct_passwd:
    """Return the user the server runs as: ourselves, or when root an unprivileged one."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedDatabaseError(
        "PostgreSQL không chạy được bằng root và máy không có người dùng postgres hay nobody: hãy "
        "chạy bằng người dùng thường. / PostgreSQL refuses to run as root and there is no user "
        "postgres or nobody: run as an ordinary user."
    )
