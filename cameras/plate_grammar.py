"""The grammar of Vietnamese plates: which strings exist, and how each is printed.

Circular 79/2024/TT-BCA art. 37 and Annex 04; codes from Annex 02 of Circular 51/2025/TT-BCA.
Pure; ``cameras.plates`` judges what a reading is worth.
"""

import csv
import itertools
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

LETTERS = "ABCDEFGHKLMNPSTUVXYZ"
#: Series of state bodies, whose plates are blue with white characters.
STATE_LETTERS = "ABCDEFGHKLM"
SPECIAL_SERIES = {
    "CD": "special",
    "HC": "restricted",
    "RM": "trailer",
    "R": "trailer",
    "KT": "military_enterprise",
    "LD": "car",
    "DA": "car",
    "MK": "car",
    "TD": "car",
    "MD": "car",
    "CT": "car",
    "LB": "car",
}
FOREIGN_GROUPS = {
    "NG": "diplomatic",
    "QT": "international",
    "CV": "foreign_staff",
    "NN": "foreign",
}
#: Kinds that a person must always look at: immunities, other jurisdictions, paper plates.
HUMAN_KINDS = frozenset({*FOREIGN_GROUPS.values(), "army", "temporary", "border_zone"})
#: Old series that border economic zones (Lao Bảo, Cầu Treo) put on a yellow ground in red. No
#: device tells the colour of the characters, so the yellow ground alone sends them to a person.
BORDER_ZONE_SERIES = frozenset({"LB", "CT"})

FOUR_WHEEL_CLASSES = frozenset({"car", "bus", "truck", "tractor", "special"})
TWO_WHEEL_CLASSES = frozenset({"motorcycle", "moped", "e_bike"})

#: What a camera mistakes for what. Used for proposals to an officer, never for a correction.
LIKELY_DIGITS = dict(zip("OQDILZASGTB", "00011245678", strict=True))
LIKELY_LETTERS = dict(zip("OQIJWR0124568", "DDTUVKDTZASGB", strict=True))
MAX_CANDIDATES = 8
LONGEST_PLATE = 10

NOT_READ = frozenset({"", "-", "UNKNOWN", "NOPLATE", "NONE", "NULL", "无车牌"})

_SERIES = f"[{LETTERS}]|CD|RM|HC|KT|LD|DA|MK|TD|MD|R|CT|LB"
# ASCII: a digit of another script is no digit of a plate.
_CAR = re.compile(rf"(\d\d)({_SERIES})(\d{{5}}|\d{{4}})", re.ASCII)
_MOTORCYCLE = re.compile(
    rf"(\d\d)([{LETTERS}]{{2}}|[{LETTERS}][1-9]|MD\d?)(\d{{5}}|\d{{4}})", re.ASCII
)
_FOREIGN = re.compile(r"(\d\d)(\d{3})(NG|QT|CV|NN)(\d{2,3})", re.ASCII)
_ARMY = re.compile(r"([A-Z]{2})(\d{4})", re.ASCII)
TEMPORARY = re.compile(r"T(\d\d)[A-Z0-9]{4,7}", re.ASCII)
CONFUSED_TAIL = re.compile(rf"(\d\d)(?:{_SERIES}|[{LETTERS}][1-9A-Z])([0-9A-Z]{{4,5}})", re.ASCII)
SEPARATORS = " .-–·"
_CAPITALS = str.maketrans("abcdefghijklmnopqrstuvwxyzđ", "ABCDEFGHIJKLMNOPQRSTUVWXYZĐ")


@dataclass(frozen=True)
class PlateMatch:
    """One grammatical reading, cut into its parts; ``series`` has no Đ."""

    kind: str
    code: str
    series: str
    number: str

    @property
    def two_wheeled(self) -> bool:
        return self.kind == "motorcycle"


@cache
def plate_codes() -> dict[str, tuple[str, str]]:
    """Return code → (province before July 2025, unit that runs the code today)."""
    text = resources.files("cameras").joinpath("plate_codes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["code"]: (row["province_old"], row["province_2025"]) for row in rows}


def upper_case(text: str) -> str:
    """Return the text trimmed, with the letters of plates in capitals and nothing else changed.

    Unicode's own rules would repair in silence: they make S of ſ, SS of ß, K of the kelvin sign.
    """
    return text.strip().translate(_CAPITALS)


def strip_separators(upper: str) -> str:
    """Return the characters of the plate alone; a text of separators only stays as it is."""
    kept = "".join(char for char in upper if char not in SEPARATORS and not char.isspace())
    return kept or upper.strip()


def comparison_key(text: str) -> str:
    """Return the upper-case characters without separators and with Đ written as D."""
    return strip_separators(upper_case(text)).replace("Đ", "D")


def find_matches(folded: str) -> list[PlateMatch]:
    """Return every grammatical reading of the folded string whose code and numbers exist."""
    found = []
    if match := _FOREIGN.fullmatch(folded):
        code, country, group, number = match.groups()
        found.append(PlateMatch(FOREIGN_GROUPS[group], code, f"{country}{group}", number))
    if match := _CAR.fullmatch(folded):
        code, series, number = match.groups()
        found.append(PlateMatch(SPECIAL_SERIES.get(series, "car"), code, series, number))
    if match := _MOTORCYCLE.fullmatch(folded):
        found.append(PlateMatch("motorcycle", *match.groups()))
    if match := _ARMY.fullmatch(folded):
        found.append(PlateMatch("army", "", match.group(1), match.group(2)))
    return [match for match in found if _exists(match)]


def shaped_like_a_plate(folded: str) -> bool:
    """Say whether the form is right, whatever the code and the numbers are."""
    return any(form.fullmatch(folded) for form in (_CAR, _MOTORCYCLE, _FOREIGN))


def _exists(match: PlateMatch) -> bool:
    if match.code and match.code not in plate_codes():
        return False
    if match.kind in FOREIGN_GROUPS.values() and int(match.series[:3]) == 0:
        return False
    return int(match.number) > 0


def allowed_cuts(match: PlateMatch) -> set[int]:
    """Return the positions where a separator may stand: 30|F|256|58."""
    head = len(match.code) + len(match.series)
    cuts = {len(match.code), head}
    return cuts | {head + 3} if len(match.number) == 5 else cuts


def print_plate(compact: str, match: PlateMatch) -> str:
    """Return the text as it stands on the metal, taken from the characters as written."""
    number = match.number
    if match.kind == "army":
        return f"{match.series} {number[:2]}-{number[2:]}"
    if match.kind in FOREIGN_GROUPS.values():
        return f"{match.code}-{match.series[:3]}-{match.series[3:]}-{number}"
    series = compact[len(match.code) : len(match.code) + len(match.series)]
    shown = f"{number[:3]}.{number[3:]}" if len(number) == 5 else number
    if match.two_wheeled:
        return f"{match.code}-{series} {shown}"
    return f"{match.code}{series}-{shown}"


def near_plates(folded: str) -> tuple[str, ...]:
    """Return plates one or two confusions away, nearest first; for display beside the picture."""
    places = [
        [char, *filter(None, (LIKELY_DIGITS.get(char), LIKELY_LETTERS.get(char)))]
        for char in folded
    ]
    found: list[str] = []
    if len(folded) > LONGEST_PLATE:
        return ()
    for changes in (1, 2):
        for positions in itertools.combinations(range(len(folded)), changes):
            for chosen in itertools.product(*(places[place][1:] for place in positions)):
                swaps = dict(zip(positions, chosen, strict=True))
                text = "".join(swaps.get(place, char) for place, char in enumerate(folded))
                if text not in found and find_matches(text):
                    found.append(text)
        if found:
            break
    return tuple(found[:MAX_CANDIDATES])
