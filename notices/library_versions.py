"""Which libraries made a PDF: with the same ones the same contents give the same bytes."""

import ctypes
from functools import cache
from hashlib import sha256
from importlib.metadata import version

from notices.glyphs import FONTS

_PACKAGES = (
    "weasyprint",
    "pydyf",
    "pillow",
    "fonttools",
    "tinycss2",
    "cssselect2",
    "segno",
    "pyphen",
)
_FOUND = {
    "pango": (("libpango-1.0.so.0", "libpango-1.0.dylib"), "pango_version_string"),
    "harfbuzz": (("libharfbuzz.so.0", "libharfbuzz.0.dylib"), "hb_version_string"),
    "harfbuzz-subset": (
        ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
        "hb_version_string",
    ),
}


@cache
def library_versions() -> dict[str, str]:
    """Return the versions of what lays out and writes papers in this process.

    Python packages by their metadata, system libraries by their own word; "" is one that is not
    there: without harfbuzz-subset fonts are cut down by fonttools, to other bytes. The project's
    typefaces stand beside them by a digest.
    """
    found = {name: version(name) for name in _PACKAGES} | {"typefaces": _typefaces()}
    return found | {name: _told(*where) for name, where in _FOUND.items()}


def _typefaces() -> str:
    """Return a short digest of the project's own font files."""
    digest = sha256()
    for path in sorted(each for each in FONTS.rglob("*") if each.is_file()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _told(names: tuple[str, ...], function: str) -> str:
    for name in names:
        try:
            tell = getattr(ctypes.CDLL(name), function)
        except (OSError, AttributeError):
            continue
        tell.restype = ctypes.c_char_p
        return str(tell().decode())
    return ""
