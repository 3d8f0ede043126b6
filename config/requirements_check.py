"""Check, before anything is rendered, that the system libraries of the PDF maker are there.

WeasyPrint draws with Pango, which no Python package brings along. Importing it without them ends
in a stack trace; here the person gets the names of the packages to install.
"""

import ctypes

# Debian package → the names WeasyPrint itself tries, for Debian first, then macOS.
REQUIRED = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "libharfbuzz0b": ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    "libglib2.0-0": ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib"),
    "libfontconfig1": ("libfontconfig.so.1", "libfontconfig.1.dylib"),
}
# Without it a letter takes 250 ms instead of 70 (fonts are cut down in Python).
OPTIONAL = {"libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib")}


def missing_system_packages() -> list[str]:
    """Return the Debian packages to install before a PDF can be made; empty when all are there."""
    return _missing(REQUIRED)


def missing_optional_packages() -> list[str]:
    """Return the Debian packages that would make PDFs faster; nothing fails without them."""
    return _missing(OPTIONAL)


def require_system_packages() -> None:
    """Stop the program with a sentence naming what to install, if anything is missing.

    Raises SystemExit.
    """
    if missing := missing_system_packages():
        packages = " ".join(missing + missing_optional_packages())
        raise SystemExit(
            "Thiếu thư viện hệ thống để tạo PDF. Hãy cài rồi chạy lại: "
            f"apt-get install -y {packages}\n"
            "System libraries for making PDFs are missing. Install them and run again: "
            f"apt-get install -y {packages}"
        )


def _missing(packages: dict[str, tuple[str, ...]]) -> list[str]:
    return [package for package, names in packages.items() if not any(map(_loads, names))]


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
