"""What speaks against verifying a case, computed before anybody decides: flags, worst first.

A flag that blocks must be resolved before the case can be verified. A flag that asks for a second
look lets it pass on no one person's word: whoever verifies, another officer must look again. What
the law itself forbids (the time bar, damaged files, a device without certificates, an impossible
clock) is said by the guards of the step, not here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext

from cameras.cross_reading import second_reading
from cameras.models import Detection, DeviceAlarm
from cameras.plate_grammar import comparison_key
from violations.guards import VIET_NAM, day_in_viet_nam
from violations.models import PlateReport, Violation
from violations.plate_doubts import doubted_places
from violations.plate_journeys import WITHIN, Sighting, impossible_journey
from violations.registry_match import differences

if TYPE_CHECKING:
    from violations.registry_preview import Preview

MOST_SHOWN = 3
#: One act of one vehicle at one camera is not done twice so soon.
TWIN_WITHIN = timedelta(seconds=60)
MOST_SIGHTINGS = 50
#: Alarms that say something about the pictures, the clock or the aim; the rest concern the line.
WEIGHING_ALARMS = ("clock_drifted", "picture", "configuration", "certificate")
DOUBTFUL_PICTURES = ("exif_edited", "time_mismatch")
TONES = ("bad", "warn", "info")


@dataclass(frozen=True)
class Flag:
    """One flag: ``tone`` is ``bad``, ``warn`` or ``info``; ``code`` is kept with the verdict."""

    code: str
    title: str
    text: str = ""
    tone: str = "warn"
    blocks: bool = False
    asks_second_look: bool = False


def flags_of(
    case: Violation,
    *,
    at: datetime,
    plate_confirmed: bool = False,
    register: Preview | None = None,
) -> list[Flag]:
    """Return every flag of a case as it stands in memory, worst first.

    ``case.plate`` is the plate on the screen, also a corrected one; ``plate_confirmed`` says that
    the officer compared it with the cut-out by hand; ``register`` is what the register said of it,
    None when it was not asked.
    """
    found = [
        *_of_the_second_reading(case, plate_confirmed),
        *_of_a_duplicate(case),
        *_of_reports(case),
        *_of_the_journey(case),
        *_of_the_register(case, register),
        *_of_the_pictures(case),
        *_of_the_device(case),
        *_of_the_plate(case, plate_confirmed),
        *_of_the_clock(case),
        *_of_the_deadline(case, at),
    ]
    return sorted(found, key=lambda flag: (not flag.blocks, TONES.index(flag.tone)))


def blocking(flags: list[Flag]) -> list[str]:
    """Return, as sentences, what must be resolved before the case can be verified."""
    return [f"{flag.title} {flag.text}".strip() for flag in flags if flag.blocks]


def codes_asking_for_a_second_look(flags: list[Flag]) -> list[str]:
    """Return the codes of the flags under which no one person's word is enough."""
    return [flag.code for flag in flags if flag.asks_second_look]


def _of_the_second_reading(case: Violation, plate_confirmed: bool) -> Iterator[Flag]:
    """Two readers that differ in a character settle nothing: a person must look at the cut-out."""
    reading = second_reading(case.detection)
    if plate_confirmed or reading is None or not reading.is_plate:
        return
    if comparison_key(reading.shown) == comparison_key(case.plate):
        return
    yield Flag(
        "second_reading_differs",
        gettext("The second reading of the plate differs: %(shown)s.") % {"shown": reading.shown},
        gettext("Compare the cut-out and confirm or correct the plate (P)."),
        tone="bad",
        blocks=True,
    )


def _of_a_duplicate(case: Violation) -> Iterator[Flag]:
    """The later of two cases of one act cannot be verified; the earlier can, so none is lost."""
    twins = (
        Violation.objects.filter(
            plate=case.plate,
            vehicle_class=case.vehicle_class,
            violation_type=case.violation_type,
            occurred_at__range=(case.occurred_at - TWIN_WITHIN, case.occurred_at + TWIN_WITHIN),
        )
        .exclude(pk=case.pk)
        .exclude(status=Violation.Status.REJECTED)
        .order_by("occurred_at", "pk")
        .select_related("detection")
    )
    for twin in twins[:1]:
        same_camera = twin.detection.device_id == case.detection.device_id
        is_later = (twin.occurred_at, str(twin.pk)) < (case.occurred_at, str(case.pk))
        blocks = same_camera and is_later
        yield Flag(
            "duplicate",
            gettext("Perhaps a duplicate of %(number)s.") % {"number": twin.number},
            gettext("The same act was recorded within a minute; reject this one as a duplicate.")
            if blocks
            else gettext("The same plate within a minute."),
            tone="bad" if blocks else "warn",
            blocks=blocks,
            asks_second_look=not same_camera,
        )


def _of_reports(case: Violation) -> Iterator[Flag]:
    """What the owner reported of the plate: copied, stolen, lost; or that it is revoked."""
    reports = PlateReport.objects.filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=case.occurred_on),
        plate=case.plate,
        plate_colour__in=(case.plate_colour, ""),
        from_on__lte=case.occurred_on,
    )
    for report in reports.order_by("-id")[:1]:
        yield Flag(
            f"plate_{report.kind}",
            gettext("Reported: %(what)s (%(reference)s).")
            % {"what": report.get_kind_display(), "reference": report.reference},
            gettext("Another officer must look too, whatever is decided."),
            tone="bad",
            asks_second_look=True,
        )


def _of_the_journey(case: Violation) -> Iterator[Flag]:
    """The same plate elsewhere sooner than any vehicle can be there: one of the two is a copy."""
    site = case.detection.device.site
    here = Sighting(site.longitude_microdegrees, site.latitude_microdegrees, case.occurred_at)
    seen = (
        Detection.objects.filter(
            plate_normalised=case.plate,
            plate_colour=case.plate_colour,
            vehicle_class=case.vehicle_class,
            occurred_at__range=(case.occurred_at - WITHIN, case.occurred_at + WITHIN),
        )
        .exclude(pk=case.detection_id)
        .exclude(device__site=site)
        .exclude(time_quality="impossible")
        .select_related("device__site")
        .order_by("-occurred_at")[:MOST_SIGHTINGS]
    )
    journey = impossible_journey(
        here,
        (
            Sighting(
                other.device.site.longitude_microdegrees,
                other.device.site.latitude_microdegrees,
                other.occurred_at,
                other.device.site.name,
            )
            for other in seen
        ),
    )
    if journey is None:
        return
    yield Flag(
        "impossible_journey",
        gettext("One vehicle cannot have been at both places."),
        gettext(
            "Seen at %(place)s at %(at)s: %(kilometres)d km away, at least %(speed)d km/h. "
            "One of the two plates may be a copy."
        )
        % {
            "place": journey.other.place,
            "at": journey.other.at.astimezone(VIET_NAM).strftime("%H:%M %d/%m/%Y"),
            "kilometres": journey.kilometres,
            "speed": journey.least_kmh,
        },
        tone="bad",
        asks_second_look=True,
    )


def _of_the_register(case: Violation, register: Preview | None) -> Iterator[Flag]:
    """Another vehicle in the register than in the picture: the plate may be a copy. Đ24 k1a"""
    if register is None:
        return
    if register.state == "not_found":
        yield Flag(
            "not_in_the_register",
            gettext("The register knows no vehicle with this plate."),
            gettext("Compare the plate with the cut-out first."),
            asks_second_look=True,
        )
    if register.state != "found":
        return
    found = differences(case, register.vehicle_class, register.vehicle_colour, register.make)
    if found:
        yield Flag(
            "register_differs",
            gettext("Picture and register show different vehicles."),
            "; ".join(found),
            tone="bad",
            asks_second_look=True,
        )


def _of_the_pictures(case: Violation) -> Iterator[Flag]:
    flags = case.detection.evidence.order_by("position").values_list("position", "flags")
    for position, noticed in flags:
        if any(flag in noticed for flag in DOUBTFUL_PICTURES):
            yield Flag(
                "picture_contradicts_itself",
                gettext("Picture %(number)d speaks against itself.") % {"number": position},
                gettext("What it says of itself stands below."),
                asks_second_look=True,
            )
            return


def _of_the_device(case: Violation) -> Iterator[Flag]:
    alarms = DeviceAlarm.objects.filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=case.occurred_at),
        device=case.detection.device_id,
        code__in=WEIGHING_ALARMS,
        opened_at__lte=case.occurred_at,
    )
    for alarm in alarms.order_by("-opened_at")[:1]:
        yield Flag(
            "device_in_alarm",
            gettext("The camera was in alarm: %(alarm)s.") % {"alarm": alarm.get_code_display()},
            gettext("Weigh it; the technician has been told."),
        )


def _of_the_plate(case: Violation, plate_confirmed: bool) -> Iterator[Flag]:
    if case.plate == case.detection.plate_normalised and not plate_confirmed:
        for place in doubted_places(case):
            yield Flag(
                "plate_doubtful",
                gettext("Character %(place)d is unclear.") % {"place": place},
                gettext("Compare it with the cut-out first."),
            )
    if case.plate_colour == "unknown":
        yield Flag(
            "plate_colour_unknown",
            gettext("The colour of the plate is unknown."),
            gettext("Set it with the plate."),
        )


def _of_the_clock(case: Violation) -> Iterator[Flag]:
    if case.detection.time_quality == "synchronised":
        return
    yield Flag(
        "clock_unchecked",
        gettext("The device's clock was not checked."),
        gettext("Compare it with the time in the picture."),
    )


def _of_the_deadline(case: Violation, at: datetime) -> Iterator[Flag]:
    """A late notice is still a notice, but somebody must answer for the delay. TT 73/2024 Đ24"""
    clock = case.deadlines.filter(name="notice_due", met_on__isnull=True).first()
    if clock is None or clock.due_on >= day_in_viet_nam(at):
        return
    yield Flag(
        "notice_late",
        gettext("The last day for the notice has passed: %(day)s.")
        % {"day": f"{clock.due_on:%d/%m/%Y}"},
        gettext("Decide it first; the supervisor sees it too."),
    )
