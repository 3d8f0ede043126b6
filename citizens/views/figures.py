"""The page of the open figures, and the file behind it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from citizens.figures import charts, reading, wording
from citizens.figures.reading import Place
from citizens.models import FigureRelease

COLUMNS = ("month", "version", "measure", "level", "province", "unit", "category", "value")
LICENCE = "CC BY 4.0"
WHOLE = (("detections", ""), ("rejections", ""), ("contests", ""), ("closed", ""))
SPANS = (("days_to_close", "median"), ("days_to_close", "p90"))
MOST_PLACES, MOST_CAMERAS = 200, 100


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show the figures of a month and a place: plots with their tables."""
    months = reading.releases()
    release = _asked(months, request.GET.get("thang", ""))
    if release is None:
        return render(request, "citizens/figures.html", {"months": []})
    places = reading.places_of(release)
    country = Place(name=gettext("the whole country"))
    wanted = request.GET.get("noi", "")
    place = next((one for one in places if one.key == wanted), country)
    found = reading.figures_at(release, place)
    counts = reading.trend(months, place, WHOLE)
    days = reading.trend(months, place, SPANS)
    inner = _inside(places, place)
    context = {
        "months": months,
        "release": release,
        "places": places,
        "place": place,
        "licence": LICENCE,
        "columns": COLUMNS,
        "totals": {
            "detections": found.get(("detections", ""), 0),
            "rejections": found.get(("rejections", ""), 0),
            "contests": found.get(("contests", ""), 0),
            "closed": found.get(("closed", ""), 0),
            "median": found.get(("days_to_close", "median"), 0),
            "ninth": found.get(("days_to_close", "p90"), 0),
        },
        "counts": counts,
        "counts_plot": _plot(counts, (0, 1)),
        "days": days,
        "days_plot": _plot(days, (0, 1)),
        "kinds": _bars(found, "detections", wording.KINDS),
        "reasons": _bars(found, "rejections", wording.REASONS),
        "contests": _bars(found, "contests", wording.CONTESTS),
        "outcomes": _bars(found, "outcomes", wording.OUTCOMES),
        "inner": reading.by_place(release, inner[:MOST_PLACES], (*WHOLE, SPANS[0])),
        "cameras": charts.bars(reading.cameras_of(release, place)[:MOST_CAMERAS]),
    }
    return render(request, "citizens/figures.html", context)


@require_safe
def download(request: HttpRequest, month: str) -> HttpResponse:
    """Return all figures of a month as CSV; ``?excel=1`` in the form a Vietnamese Excel opens.

    Raises Http404 for a month that is not published.
    """
    version = request.GET.get("v", "")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 4 else None
    release = reading.release_of(month, number)
    if release is None:
        raise Http404
    for_excel = request.GET.get("excel") == "1"
    text = io.StringIO()
    written = csv.writer(text, delimiter=";" if for_excel else ",", lineterminator="\r\n")
    if for_excel:
        text.write("\ufeff")
    else:
        text.write(f"# {LICENCE}; {request.build_absolute_uri('/so-lieu/')}\r\n")
    written.writerow(COLUMNS)
    rows = release.figures.order_by("pk").values_list(*COLUMNS[2:])
    for row in rows:
        told = ["" if cell is None else cell for cell in row]
        written.writerow([f"{release.month:%Y-%m}", release.version, *told])
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"so-lieu-{release.month:%Y-%m}-v{release.version}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


def _asked(months: list[FigureRelease], text: str) -> FigureRelease | None:
    named = {f"{one.month:%Y-%m}": one for one in months}
    return named.get(text) or (months[0] if months else None)


def _inside(places: list[Place], place: Place) -> list[Place]:
    """Return the places a place is made of: provinces, or the units of a province."""
    if place.level == "country":
        return [one for one in places if one.level == "province"]
    if place.level == "province":
        return [one for one in places if one.level == "unit" and one.province == place.province]
    return []


def _plot(rows: list[Any], series: tuple[int, ...]) -> charts.Columns:
    labels = [f"{month.month}/{month:%y}" for month, _values in rows]
    return charts.columns(labels, [[values[which] for _m, values in rows] for which in series])


def _bars(
    found: Mapping[tuple[str, str], int | None], measure: str, words: Mapping[str, Any]
) -> list[charts.Bar]:
    rows = [
        (str(words.get(kind, kind)), value)
        for (of, kind), value in found.items()
        if of == measure and kind
    ]
    return charts.bars(sorted(rows, key=lambda row: (row[1] is None, -(row[1] or 0), row[0])))
