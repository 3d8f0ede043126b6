"""Create the database cluster, its two roles and its database, before the server ever runs."""

import os
import shutil
from pathlib import Path

from config.embedded.binaries import MAJOR
from config.embedded.place import (
    DATABASE,
    OWNER_ROLE,
    RUNTIME_ROLE,
    EmbeddedDatabaseError,
    Place,
)

INITDB = (
    *("--username=postgres", "--encoding=UTF8", "--data-checksums"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
    *("--auth-local=reject", "--auth-host=reject"),
)


def initialise(place: Place, bin_dir: Path) -> None:
    """Create the cluster off-line; it appears under its name only when it is complete.

    The roles are made in single-user mode, which needs no login, so the superuser never gets a
    password nor a line in ``pg_hba.conf``.

    Raises EmbeddedDatabaseError with the last lines of what the failed program said.
    """
    place.home.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(place.home, place.account.pw_uid, place.account.pw_gid)
    draft = place.home / "data.new"
    shutil.rmtree(draft, ignore_errors=True)  # left by an initialisation that was killed
    done = place.run(bin_dir / "initdb", *INITDB, "-D", draft)
    if done.returncode:
        raise EmbeddedDatabaseError.from_command(
            f"Không tạo được cơ sở dữ liệu trong {place.home}",
            f"Creating the database in {place.home} failed",
            done,
        )
    # One statement a line; the passwords are URL-safe, so they need no quoting.
    owner, runtime = place.passwords[OWNER_ROLE], place.passwords[RUNTIME_ROLE]
    statements = (
        f"CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB PASSWORD '{owner}'\n"
        f"CREATE ROLE {RUNTIME_ROLE} LOGIN PASSWORD '{runtime}'\n"
        f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}\n"
    )
    single = (bin_dir / "postgres", "--single", "-D", draft, "-c", "exit_on_error=on", "postgres")
    done = place.run(*single, text=statements)
    if done.returncode:
        raise EmbeddedDatabaseError.from_command(
            f"Không tạo được vai trò trong {place.home}",
            f"Creating the roles in {place.home} failed",
            done,
        )
    rules = "".join(f"local all {role} scram-sha-256\n" for role in (OWNER_ROLE, RUNTIME_ROLE))
    place.write(draft / "pg_hba.conf", rules)
    draft.rename(place.data)


def check_version(place: Place) -> None:
    """Refuse data written by another major version, which PostgreSQL cannot open.

    Raises EmbeddedDatabaseError.
    """
    found = (place.data / "PG_VERSION").read_text().strip()
    if found != MAJOR:
        raise EmbeddedDatabaseError(
            f"Dữ liệu trong {place.data} thuộc PostgreSQL {found}, chương trình là {MAJOR}: hãy "
            f"xuất và nạp lại bằng pg_dump. / The data in {place.data} belongs to PostgreSQL "
            f"{found}, the programs are {MAJOR}: dump and load it with pg_dump."
        )
