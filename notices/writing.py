"""Write the objects of a PDF once: the library would make the bytes of each three times.

``pydyf`` asks every object for its bytes to write it, again to hash the file, and packs streams
each time it asks. Before it writes, the objects of a finished paper are replaced by their bytes.
"""

from __future__ import annotations

from typing import Any

import pydyf


class _Written(pydyf.Object):
    """An object whose bytes are made."""

    data: bytes = b""
    compressible: bool = False

    def __init__(self, made: pydyf.Object) -> None:
        self.number, self.generation, self.free = made.number, made.generation, made.free
        self.offset = made.offset
        if made.free != "f":
            self.data, self.compressible = made.data, made.compressible


def write_once(pdf: Any) -> None:
    """Replace the objects of a ``pydyf.PDF`` that is about to be written by their bytes.

    Nothing may be changed in them afterwards. The information dictionary is put in by the library
    itself and stays as it is.
    """
    pdf.objects[:] = map(_Written, pdf.objects)
