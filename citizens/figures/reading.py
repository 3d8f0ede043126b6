"""Read what was published: frozen rows alone, so that a page costs the same at any size."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cameras.models import Unit
from cameras.province_map import provinces
from citizens.figure_models import FigureRelease, OpenFigure

MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
MONTHS_SHOWN = 12

Figures = dict[tuple[str, str], int | None]


@dataclass(frozen=True)
class Place:
    """The country, a province or a unit."""

    level: str = "country"
    province: str = ""
    unit: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """Return how an address names the place."""
        return self.unit or self.province


@dataclass(frozen=True)
class Row:
    """A figure of one place: for tables of places."""

    place: Place
    values: tuple[int | None, ...]


def releases() -> list[FigureRelease]:
    """Return the published months, newest first, each in its last version."""
    rows = FigureRelease.objects.order_by("-month", "-version").distinct("month")
    return list(rows)


def release_of(month: str, version: int | None = None) -> FigureRelease | None:
    """Return a month as published last, or one version of it; None when there is none."""
    parts = MONTH.fullmatch(month)
    if parts is None or int(parts[1]) < 1:
        return None
    rows = FigureRelease.objects.filter(month=date(int(parts[1]), int(parts[2]), 1))
    if version is not None:
        rows = rows.filter(version=version)
    return rows.order_by("-version").first()


def places_of(release: FigureRelease) -> list[Place]:
    """Return the provinces and units that a release holds figures of, by name."""
    rows = (
        release.figures.exclude(level="country")
        .order_by()
        .values_list("level", "province", "unit")
        .distinct()
    )
    units = dict(Unit.objects.values_list("code", "name"))
    found = [
        Place(level, province, unit, units.get(unit, unit) if unit else province_name(province))
        for level, province, unit in rows
    ]
    return sorted(found, key=lambda place: (place.level != "province", place.name, place.key))


def province_name(code: str) -> str:
    """Return the name of a province, or its code where the map does not know it."""
    known = provinces().get(code)
    return known.name if known else code


def figures_at(release: FigureRelease, place: Place) -> Figures:
    """Return the figures of one place: (measure, kind) → number, None where it is withheld."""
    rows = _at(release.figures.all(), place).values_list("measure", "category", "value")
    return {(measure, category): value for measure, category, value in rows}


def trend(
    months: Sequence[FigureRelease], place: Place, wanted: Sequence[tuple[str, str]]
) -> list[tuple[date, list[int | None]]]:
    """Return some figures of a place over months, oldest first; nought where nothing happened."""
    shown = sorted(months, key=lambda release: release.month)[-MONTHS_SHOWN:]
    rows = _at(OpenFigure.objects.filter(release__in=shown), place).filter(
        measure__in={measure for measure, _kind in wanted},
        category__in={kind for _measure, kind in wanted},
    )
    known = {
        (release, measure, kind): value
        for release, measure, kind, value in rows.values_list(
            "release", "measure", "category", "value"
        )
    }
    return [
        (release.month, [known.get((release.pk, *cell), 0) for cell in wanted]) for release in shown
    ]


def by_place(
    release: FigureRelease, places: Iterable[Place], wanted: Sequence[tuple[str, str]]
) -> list[Row]:
    """Return some figures of several places."""
    rows = release.figures.filter(
        measure__in={measure for measure, _kind in wanted},
        category__in={kind for _measure, kind in wanted},
    ).values_list("level", "province", "unit", "measure", "category", "value")
    known = {tuple(row[:5]): row[5] for row in rows}
    return [
        Row(
            place,
            tuple(known.get((place.level, place.province, place.unit, *one), 0) for one in wanted),
        )
        for place in places
    ]


def cameras_of(release: FigureRelease, place: Place) -> list[tuple[str, int | None]]:
    """Return the rejections of the cameras of a unit, most first, withheld ones last."""
    if place.level != "unit":
        return []
    rows = _at(release.figures.all(), place).filter(measure="camera_rejections")
    found = rows.values_list("category", "value")
    return sorted(found, key=lambda row: (row[1] is None, -(row[1] or 0), row[0]))


def _at(rows: QuerySet[OpenFigure], place: Place) -> QuerySet[OpenFigure]:
    return rows.filter(level=place.level, province=place.province, unit=place.unit)
