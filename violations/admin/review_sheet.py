"""A case as the review page shows it: frames and cut-outs, plate, register, law, warnings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from cameras.cross_reading import SecondReading, second_reading
from cameras.models import EvidenceFile
from cameras.plates import format_plate
from violations import registry_preview
from violations.actors import Actor
from violations.admin import evidence_sheet, words
from violations.admin.evidence_sheet import Claim
from violations.admin.evidence_view import NOT_SHOWN
from violations.catalogue import candidates, why_no_rule
from violations.guards import day_in_viet_nam, evidence
from violations.intake import searchable_facts
from violations.models import PenaltyRule, ReviewRole, Violation
from violations.plate_doubts import Character, characters, confidences_of
from violations.registry_preview import Preview
from violations.review_flags import Flag, blocking, flags_of
from violations.workflow import STEPS

DETAIL_SHAPE = 2.6  # width to height of the place a cut-out is shown in


@dataclass(frozen=True)
class Area:
    """A rectangle in the picture's own pixels."""

    kind: str
    x: int
    y: int
    width: int
    height: int

    @property
    def view_box(self) -> str:
        """Return it as an SVG viewBox."""
        return f"{self.x} {self.y} {self.width} {self.height}"

    @property
    def right(self) -> int:
        """Return the right edge."""
        return self.x + self.width

    @property
    def middle(self) -> int:
        """Return the height of the middle."""
        return self.y + self.height // 2

    def around(self, share: float, shape: float) -> Area:
        """Return a larger area around this one, ``shape`` times as wide as high."""
        height = max(self.height * (1 + share), self.width * (1 + share) / shape)
        width = height * shape
        return Area(
            self.kind,
            round(self.x + self.width / 2 - width / 2),
            round(self.y + self.height / 2 - height / 2),
            round(width),
            round(height),
        )


@dataclass(frozen=True)
class Picture:
    """One evidence picture: where it is, what it shows, and the boxes the device drew."""

    url: str
    sha256: str
    width: int
    height: int
    number: int
    caption: str
    areas: tuple[Area, ...] = ()

    def area(self, kind: str) -> Area | None:
        """Return the first box of a kind."""
        return next((area for area in self.areas if area.kind == kind), None)

    @property
    def details(self) -> list[tuple[str, str, Area]]:
        """Return the cut-outs beside the picture: key, label, and the part to show."""
        found = []
        signal, vehicle = self.area("signal"), self.area("vehicle")
        if signal is not None:
            found.append(("signal", gettext("Light"), signal.around(0.5, DETAIL_SHAPE)))
        if vehicle is not None:
            found.append(("vehicle", gettext("Vehicle"), vehicle.around(0.25, DETAIL_SHAPE)))
        plate = self.area("plate")
        if plate is not None and len(found) < 2:
            found.append(("plate", gettext("Plate"), plate.around(1.6, DETAIL_SHAPE)))
        return found


@dataclass(frozen=True)
class Match:
    """One line of the comparison with the register; ``agrees`` None when either side is silent."""

    label: str
    seen: str
    registered: str
    agrees: bool | None


@dataclass(frozen=True)
class Sheet:
    """Everything the page shows of one case."""

    case: Violation
    frames: list[Picture]
    others: list[Picture]
    plate_picture: Picture | None
    plate_area: Area | None
    plate: str
    plate_colour: str
    plate_display: str
    is_corrected: bool
    is_confirmed: bool
    letters: list[Character]
    rule: PenaltyRule | None
    choices: list[PenaltyRule]
    against: list[str]
    warnings: list[Flag]
    seals: list[tuple[str, str]]
    notice_due: Any
    days_left: int | None
    second: SecondReading | None = None
    files: list[str] = field(default_factory=list)
    films: list[EvidenceFile] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    @property
    def counted_tenths(self) -> int | None:
        """Return the speed held against the driver: the limit and the excess, tenths of km/h."""
        limit, excess = self.case.detection.limit_tenths, self.case.excess_tenths
        return None if limit is None or excess is None else limit + excess


def sheet_of(
    case: Violation,
    by: Actor,
    at: datetime,
    *,
    plate: str = "",
    plate_colour: str = "",
    plate_confirmed: bool = False,
    rule_code: str = "",
) -> Sheet:
    """Read a case for the review page; ``plate`` and colour are what the officer put instead.

    Where several acts fit, ``choices`` holds them and ``rule`` is the one of ``rule_code``, the
    officer's choice, or None. ``against`` holds a sentence for everything that forbids verifying
    now; a choice still to be made on the page is not among them.
    """
    every = list(case.detection.evidence.exclude(role=NOT_SHOWN).order_by("position"))
    files = [file for file in every if file.role != EvidenceFile.FILM]
    claims = evidence_sheet.claims(case, files)
    overviews = [file for file in files if file.role.startswith("overview")]
    frames = [_picture(file, n, case) for n, file in enumerate(overviews, start=1)]
    others = [
        _picture(file, len(frames) + n, case)
        for n, file in enumerate([f for f in files if f not in overviews], start=1)
    ]
    plate_picture, plate_area = _plate_cut(files, frames, others)
    shown = plate or case.plate
    colour = plate_colour or case.plate_colour
    is_corrected = (shown, colour) != (case.plate, case.plate_colour)
    display = format_plate(shown, case.vehicle_class) if plate else case.plate_display
    case.plate, case.plate_colour = shown, colour  # in memory only: the guards judge what is shown
    fitting = candidates(case)
    choices = fitting if len(fitting) > 1 else []
    rule = next((rule for rule in fitting if not choices or rule.code == rule_code), None)
    due = case.deadlines.filter(name="notice_due").first()
    judged = {guard: guard(case, by, at) for guard in STEPS["verify"].guards}
    against = [sentence for sentence in judged.values() if sentence is not None]
    if not fitting:
        against.append(why_no_rule(case))
    flags = flags_of(
        case,
        at=at,
        plate_confirmed=plate_confirmed or is_corrected,
        register=registry_preview.known(shown, colour, case.vehicle_class),
    )
    against += blocking(flags)
    letters = characters(display, [] if plate else confidences_of(case))
    return Sheet(
        case=case,
        frames=frames,
        others=others,
        plate_picture=plate_picture,
        plate_area=plate_area,
        plate=shown,
        plate_colour=colour,
        plate_display=display,
        is_corrected=is_corrected,
        is_confirmed=plate_confirmed or is_corrected,
        letters=letters,
        rule=rule,
        choices=choices,
        against=against,
        warnings=flags,
        seals=_seals(case, is_whole=judged[evidence.evidence_is_whole] is None),
        notice_due=due,
        days_left=(due.due_on - day_in_viet_nam(at)).days if due else None,
        second=second_reading(case.detection),
        files=[picture.sha256 for picture in frames + others],
        films=evidence_sheet.films(every),
        claims=[claim for claim in claims if claim.says_something],
    )


def as_first_seen(case: Violation, role: str) -> None:
    """Show a case that was decided before as it stood when it came, in memory only.

    Who looks a second time, or at a known case, sees what the camera sent: neither the plate that
    another officer corrected nor anything else that tells of an earlier look.
    """
    if role == ReviewRole.FIRST:
        return
    for name, value in searchable_facts(case.detection).items():
        setattr(case, name, value)


def matches(case: Violation, answer: Preview | None) -> list[Match]:
    """Compare what the device saw with what the register answered, line by line."""
    detection = case.detection
    found = answer if answer is not None and answer.state == "found" else None
    return [
        _match(
            gettext("Class"),
            case.vehicle_class,
            found.vehicle_class if found else "",
            words.vehicle_class,
        ),
        _match(
            gettext("Colour"),
            detection.vehicle_colour,
            found.vehicle_colour if found else "",
            words.colour,
        ),
        _match(gettext("Make"), detection.vehicle_make, found.make if found else "", str),
    ]


def known_answer(sheet: Sheet) -> Preview | None:
    """Return the register's answer of the last ten minutes for the plate on the sheet."""
    return registry_preview.known(sheet.plate, sheet.plate_colour, sheet.case.vehicle_class)


def _match(label: str, seen: str, registered: str, word: Any) -> Match:
    claimed = seen if seen not in ("", "unknown") else ""
    agrees = claimed.casefold() == registered.casefold() if claimed and registered else None
    return Match(label, word(seen) if seen else "", word(registered) if registered else "", agrees)


def _picture(file: EvidenceFile, number: int, case: Violation) -> Picture:
    return Picture(
        url=reverse("violations:evidence", args=[file.pk]),
        sha256=file.sha256,
        width=file.width,
        height=file.height,
        number=number,
        caption=_caption(file, case),
        areas=tuple(
            Area(
                box["kind"],
                round(box["x"] * file.width),
                round(box["y"] * file.height),
                max(1, round(box["w"] * file.width)),
                max(1, round(box["h"] * file.height)),
            )
            for box in file.boxes
        ),
    )


def _caption(file: EvidenceFile, case: Violation) -> str:
    """Say what a picture is, and no more than its place in a full sequence tells."""
    if not file.role.startswith("overview"):
        return {
            "plate_crop": gettext("Plate"),
            "vehicle_crop": gettext("Vehicle"),
            "signal_view": gettext("Light"),
        }.get(file.role, gettext("More"))
    if case.violation_type == "red_light":
        places = {
            "overview_1": gettext("before the line"),
            "overview_2": gettext("on the line"),
            "overview_3": gettext("past the line"),
        }
        if case.detection.evidence.filter(role="overview_3").exists():
            return places[file.role]
    return gettext("overview")


def _plate_cut(
    files: list[EvidenceFile], frames: list[Picture], others: list[Picture]
) -> tuple[Picture | None, Area | None]:
    """Choose what shows the plate best: the device's own crop, else a plate box in a frame."""
    crops = [file.sha256 for file in files if file.role == "plate_crop"]
    for picture in others:
        if picture.sha256 in crops:
            return picture, Area("plate", 0, 0, picture.width, picture.height)
    boxed = [(picture, area) for picture in frames if (area := picture.area("plate"))]
    if not boxed:
        return None, None
    picture, area = max(boxed, key=lambda pair: pair[1].width)
    return picture, area.around(0.3, max(1.0, area.width / area.height))


def _seals(case: Violation, *, is_whole: bool) -> list[tuple[str, str]]:
    """Say who vouches for the evidence, no more than is true: (tone, words)."""
    seals = [("ok", gettext("Files whole")) if is_whole else ("bad", gettext("Files damaged"))]
    if case.detection.delivery.authenticity == "A":
        seals.append(("ok", gettext("Signature of the gateway is right")))
    else:
        seals.append(("none", gettext("Whole since receipt; the sender does not sign")))
    certificate = case.detection.device.certificates.filter(
        kind="verification", valid_from__lte=case.occurred_on, valid_until__gte=case.occurred_on
    ).first()
    seals.append(
        ("ok", gettext("Verified until %(day)s") % {"day": f"{certificate.valid_until:%d/%m/%Y}"})
        if certificate
        else ("bad", gettext("No valid verification"))
    )
    return seals
