"""Read Vietnamese number plates (biển số xe) without ever repairing one in silence.

The grammar follows Circular 79/2024/TT-BCA art. 37 and Annex 04, the codes Annex 02 of Circular
51/2025/TT-BCA (``plate_codes.csv``). A plate identifies a vehicle only together with its class
and the colour of the plate: the same string may hang on a white car and on a yellow one, and
``29H12345`` is a five-digit car as well as an old four-digit motorcycle ``29-H1 2345``.

Since 15 August 2023 a five-digit plate follows its owner, so the code no longer tells where the
owner lives; ``province_new`` is the province that runs the code today and nothing more.

Everything here is pure: no database, no clock, no settings.
"""

import itertools
import re
from dataclasses import dataclass, replace

from cameras.plate_grammar import (
    BORDER_ZONE_SERIES,
    CONFUSED_TAIL,
    FOREIGN_GROUPS,
    FOUR_WHEEL_CLASSES,
    HUMAN_KINDS,
    LIKELY_DIGITS,
    NOT_READ,
    SEPARATORS,
    SPECIAL_SERIES,
    STATE_LETTERS,
    TEMPORARY,
    TWO_WHEEL_CLASSES,
    PlateMatch,
    allowed_cuts,
    comparison_key,
    find_matches,
    near_plates,
    plate_codes,
    print_plate,
    shaped_like_a_plate,
    strip_separators,
    upper_case,
)


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translation; Django's own marker would need settings to exist."""
    return sentence


REASON_OK = ""
REASON_NOT_READ = gettext_noop("No plate was read. Read it from the picture or reject the case.")
REASON_INCOMPLETE = gettext_noop("A character is missing. Read the plate from the picture.")
REASON_SYMBOL = gettext_noop("The plate holds a character that no Vietnamese plate has.")
REASON_CODE = gettext_noop("No province uses this plate code. Check the first two digits.")
REASON_ORDER = gettext_noop(
    "This is not the form of a Vietnamese plate. Check it character by character."
)
REASON_ZERO = gettext_noop("A plate number never consists of zeros alone. Check the digits.")
REASON_CONFUSED = gettext_noop(
    "A letter stands where a digit belongs. Compare it with the picture."
)
REASON_SEPARATOR = gettext_noop(
    "The dots or dashes stand in an unusual place. Check the number of digits."
)
REASON_CLASS_DECIDES = gettext_noop(
    "The same characters are a car plate and a motorcycle plate. State the class of the vehicle."
)
REASON_CLASS_DIFFERS = gettext_noop(
    "The form of the plate and the class of the vehicle do not agree."
)
REASON_COLOUR = gettext_noop("This series does not exist on a plate of this colour.")
REASON_FOREIGN = gettext_noop(
    "Foreign mission or foreign owner: an officer decides how to handle it."
)
REASON_ARMY = gettext_noop("Military plate: an officer hands the case to the military authority.")
REASON_BORDER_ZONE = gettext_noop(
    "Plate of a border economic zone: an officer looks up the owner by hand."
)
REASON_TEMPORARY = gettext_noop("Temporary plate: an officer looks up the owner by hand.")


@dataclass(frozen=True)
class PlateReading:
    """What a plate text means, and how far it may be trusted.

    ``confidence`` is ``sure``, ``ambiguous`` (car or motorcycle: the class decides), ``human`` (a
    person must look; never notify on it) or ``invalid``. ``reason`` is an English sentence to be
    translated when shown, empty when nothing is wrong. ``candidates`` are proposals only.
    """

    normalised: str
    display: str
    kind: str
    confidence: str
    candidates: tuple[str, ...] = ()
    code: str = ""
    province_old: str = ""
    province_new: str = ""
    reason: str = REASON_OK

    @property
    def comparison(self) -> str:
        """Return the string to compare with a register: Đ and D are the same letter there."""
        return comparison_key(self.normalised)


def read_plate(
    text: str, *, vehicle_class: str | None = None, plate_colour: str | None = None
) -> PlateReading:
    """Read a plate as a camera or a person wrote it. TT 79/2024 art. 37, Annex 04

    ``vehicle_class`` and ``plate_colour`` use the words of the adapters (``unknown`` counts as
    not given). Never raises and never changes a character.
    """
    upper = upper_case(text)
    compact = strip_separators(upper)
    if compact in NOT_READ:
        return PlateReading("", "", "unknown", "invalid", reason=REASON_NOT_READ)
    if re.search(r"[?*_#□]", compact):
        return _unread(compact, "human", REASON_INCOMPLETE)
    if not re.fullmatch(r"[0-9A-ZĐ]+", compact):
        return _unread(compact, "invalid", REASON_SYMBOL)
    folded = compact.replace("Đ", "D")
    matches = find_matches(folded)
    if not matches:
        return _explain_failure(compact, folded)
    return _judge(upper, compact, matches, _given(vehicle_class), _given(plate_colour))


def format_plate(normalised: str, vehicle_class: str | None = None) -> str:
    """Return the plate as it is printed on paper: ``30F-256.58``, ``29-B1 123.45``.

    A string that is no plate comes back unchanged; without a class the car form wins.
    """
    compact = strip_separators(upper_case(normalised))
    chosen = _choose(find_matches(compact.replace("Đ", "D")), _given(vehicle_class))
    return print_plate(compact, chosen) if chosen else normalised


def plate_lines(normalised: str, vehicle_class: str | None = None) -> tuple[str, str]:
    """Return the two lines of the short plate, the only form on motorcycles."""
    shown = format_plate(normalised, vehicle_class)
    if " " in shown:
        first, second = shown.split(" ", 1)
    else:
        first, _, second = shown.partition("-")
    return first, second


def _given(value: str | None) -> str | None:
    return None if value in {None, "", "unknown"} else value


def _judge(
    upper: str,
    compact: str,
    matches: list[PlateMatch],
    vehicle_class: str | None,
    plate_colour: str | None,
) -> PlateReading:
    chosen = _choose(matches, vehicle_class) or matches[0]
    reading = _reading(compact, chosen)
    if chosen.kind in HUMAN_KINDS:
        reason = REASON_ARMY if chosen.kind == "army" else REASON_FOREIGN
        return replace(reading, confidence="human", reason=reason)
    if plate_colour == "yellow" and chosen.series in BORDER_ZONE_SERIES:
        return replace(reading, kind="border_zone", confidence="human", reason=REASON_BORDER_ZONE)
    if not _well_separated(upper, matches):
        return replace(reading, confidence="human", reason=REASON_SEPARATOR)
    if not _colour_fits(chosen, plate_colour):
        return replace(reading, confidence="human", reason=REASON_COLOUR)
    if vehicle_class and not _class_fits(chosen, vehicle_class):
        return replace(reading, confidence="human", reason=REASON_CLASS_DIFFERS)
    if chosen.two_wheeled and chosen.series in FOREIGN_GROUPS:
        return replace(reading, confidence="human", reason=REASON_FOREIGN)
    both = {match.two_wheeled for match in matches} == {True, False}
    if both and vehicle_class is None and not _dot_decides(upper, chosen, matches):
        shown = tuple(dict.fromkeys(print_plate(compact, match) for match in matches))
        return replace(
            reading, confidence="ambiguous", reason=REASON_CLASS_DECIDES, candidates=shown
        )
    return reading


def _choose(matches: list[PlateMatch], vehicle_class: str | None) -> PlateMatch | None:
    fitting = [match for match in matches if vehicle_class and _class_fits(match, vehicle_class)]
    return next(iter(fitting or matches), None)


def _class_fits(match: PlateMatch, vehicle_class: str) -> bool:
    if match.two_wheeled:
        return vehicle_class in TWO_WHEEL_CLASSES
    return vehicle_class in FOUR_WHEEL_CLASSES


def _colour_fits(match: PlateMatch, colour: str | None) -> bool:
    """Say whether the series exists on a plate of this colour. TT 79/2024 art. 37"""
    if colour in {None, "white"}:
        return True
    if match.kind not in {"car", "motorcycle"} or match.series in SPECIAL_SERIES:
        return colour in {"blue", "yellow"}
    if colour == "blue":
        state = match.series[0] in STATE_LETTERS
        return state and (len(match.series) == 1 or match.series[1].isdigit())
    return colour == "yellow" and not match.two_wheeled


def _well_separated(upper: str, matches: list[PlateMatch]) -> bool:
    """Say whether the separators, if any, stand where one of the readings has them."""
    groups = [group for group in re.split(rf"[{re.escape(SEPARATORS)}\s]+", upper) if group]
    if len(groups) == 1:
        return True
    cuts = set(itertools.accumulate(len(group) for group in groups[:-1]))
    return any(cuts <= allowed_cuts(match) for match in matches)


def _dot_decides(upper: str, chosen: PlateMatch, matches: list[PlateMatch]) -> bool:
    """Say whether a dot such as in 256.58 rules out every reading of the other kind.

    A dash alone does not: cameras print it where they please.
    """
    _, dot, tail = upper.rpartition(".")
    if not dot or len(tail) != 2 or len(chosen.number) != 5:
        return False
    return all(len(match.number) == 4 for match in matches if match.kind != chosen.kind)


def _reading(compact: str, match: PlateMatch) -> PlateReading:
    old, new = plate_codes().get(match.code, ("", ""))
    return PlateReading(
        normalised=compact,
        display=print_plate(compact, match),
        kind=match.kind,
        confidence="sure",
        code=match.code,
        province_old=old,
        province_new=new,
    )


def _unread(
    compact: str,
    confidence: str,
    reason: str,
    kind: str = "unknown",
    near: bool = False,
) -> PlateReading:
    proposals = near_plates(compact.replace("Đ", "D")) if near else ()
    return PlateReading(compact, compact, kind, confidence, proposals, reason=reason)


def _explain_failure(compact: str, folded: str) -> PlateReading:
    """Return why no grammar fits, and what a person might see in the picture instead."""
    temporary = TEMPORARY.fullmatch(folded)
    if temporary and temporary.group(1) in plate_codes():
        return _unread(compact, "human", REASON_TEMPORARY, kind="temporary")
    confused = CONFUSED_TAIL.fullmatch(folded)
    if confused and confused.group(1) in plate_codes():
        tail = confused.group(2)
        digits = sum(char.isdigit() for char in tail)
        if (
            digits < len(tail)
            and digits >= 3
            and all(char.isdigit() or char in LIKELY_DIGITS for char in tail)
        ):
            return _unread(compact, "human", REASON_CONFUSED, near=True)
    code = folded[:2]
    shaped = shaped_like_a_plate(folded)
    if code.isdigit() and code not in plate_codes():
        reason = REASON_CODE
    elif shaped and code in plate_codes():
        reason = REASON_ZERO
    else:
        reason = REASON_ORDER
    return _unread(compact, "invalid", reason, near=True)
