"""What the names of files say that Hikvision ITS devices put on an FTP server.

``code_city_address_yyyyMMddHHmmssSSS_plate``; city and address may be missing, and firmware adds a
running number or the kind of picture behind the plate. Pure.
"""

import re
from dataclasses import dataclass

from cameras.adapters.hikvision_codes import PICTURE_ROLES

_TIME = re.compile(r"\d{17}|\d{14}")
#: Names that are the same in every event; which one such a file belongs to, its folder must say.
_EVERYWHERE = frozenset({*PICTURE_ROLES, "anpr", "record"})


@dataclass(frozen=True)
class FileName:
    """The parts of one file's name; what is not in it is empty.

    ``event`` is what all files of one event have in common, ``rest`` what follows it. ``time`` is
    the device's wall time, yyyyMMddHHmmss with or without milliseconds.
    """

    event: str
    code: str
    place: str
    time: str
    plate: str
    rest: str

    @property
    def is_the_same_in_every_event(self) -> bool:
        """Tell whether the name says nothing about which event the file belongs to."""
        return not self.event


def read_file_name(name: str) -> FileName:
    """Return the parts of a file's name, its ending left out. Never raises."""
    stem = name.rpartition(".")[0] or name
    words = stem.split("_")
    places = [number for number, word in enumerate(words) if _TIME.fullmatch(word)]
    if not places:
        kind = re.sub(r"_\d+$", "", stem)
        if kind in _EVERYWHERE:
            return FileName("", "", "", "", "", stem)
        return FileName(stem, "", "", "", "", "")
    at = places[-1]
    return FileName(
        event="_".join(words[: at + 2]),
        code=words[0] if at else "",
        place=" ".join(words[1:at]),
        time=words[at],
        plate=words[at + 1] if at + 1 < len(words) else "",
        rest="_".join(words[at + 2 :]),
    )
