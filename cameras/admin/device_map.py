"""The devices on a map, and beside it the same as a list: for keyboards, readers and printers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from cameras import province_map
from cameras.admin.big import within_units
from cameras.admin.health_rows import health_of, with_health
from cameras.health_wording import REASONS, alarm_word, look_of, state_reason
from cameras.models import Device
from cameras.wording import word

VIEW = "cameras.view_device"
#: Rows of the list; whoever wants more opens the list of devices.
MOST_LISTED = 200
#: Marks nearer than this on the country's map are drawn as one, the worst of them.
CELL = 14
#: Room for names on the country's map: a letter's width, a line's height, and the way below a mark.
LETTER, LINE, BELOW_MARK = 12, 24, 26
#: Which mark and colour a state has; revoked devices are not drawn.
MARKS = {
    "online": ("disc", "good"),
    "late": ("triangle", "warn"),
    "degraded": ("triangle", "warn"),
    "offline": ("square", "off"),
    "quarantined": ("diamond", "warn"),
    "maintenance": ("ring", "still"),
}
KINDS = ("offline", "quarantined", "warning", "maintenance", "online")


@dataclass(frozen=True)
class Placed:
    """A device on the map: its state, why, and where it stands."""

    device: Any
    code: str
    reason: str

    @property
    def look(self) -> Any:
        """Return the word, shape and tone of its state."""
        return look_of(self.code)

    @property
    def point(self) -> tuple[int, int]:
        """Return where it stands, in millionths of a degree."""
        site = self.device.site
        return site.longitude_microdegrees, site.latitude_microdegrees

    @property
    def province(self) -> str:
        """Return the code of the province it stands in, by its unit."""
        return str(self.device.site.unit.province_code)

    @property
    def kind(self) -> str:
        """Return the column of the table it is counted in."""
        return "warning" if self.code in {"late", "degraded"} else self.code


@require_GET
def country(request: HttpRequest) -> HttpResponse:
    """Show the whole country."""
    placed = _placed(request, at=timezone.now())
    frame = province_map.country()
    by_province: dict[str, list[Placed]] = {}
    for one in placed:
        by_province.setdefault(one.province, []).append(one)
    gathered = province_map.cells(((one.point, one) for one in placed), frame, CELL)
    marks = [
        _mark(min(here, key=lambda one: one.look.rank), corner, len(here))
        for corner, here in gathered.items()
    ]
    context = {
        "title": gettext("Map of the devices"),
        "frame": frame,
        "outlines": _named(
            [
                _outline(province, frame, by_province.get(province.code, []))
                for province in province_map.provinces().values()
            ]
        ),
        "archipelagos": [
            {"name": name, "of": of, "x": x, "y": y, "below": y + 24}
            for name, of, _code, longitude, latitude in province_map.ARCHIPELAGOS
            for x, y in [frame.at((longitude, latitude))]
        ],
        "marks": _worst_last(marks),
        "provinces": _counted(by_province),
        "type_size": 22,
        "type_small": 18,
    }
    return _draw(request, context, placed)


@require_GET
def province(request: HttpRequest, code: str) -> HttpResponse:
    """Show one province at a larger scale."""
    found = province_map.provinces().get(code)
    if found is None:
        raise Http404
    placed = _placed(request, at=timezone.now(), province=code)
    frame = province_map.frame_of(found)
    others = [one for one in province_map.provinces().values() if one is not found]
    inside = [one for one in placed if frame.holds(one.point)]
    context = {
        "title": gettext("Devices in %(province)s") % {"province": found.name},
        "province": found,
        "frame": frame,
        "outlines": [
            _outline(other, frame, []) | {"here": other is found}
            for other in (*others, found)
            if province_map.touches(other, frame)
        ],
        "larger": 2,
        "archipelagos": [
            {"name": name, "of": of}
            for name, of, of_code, _x, _y in province_map.ARCHIPELAGOS
            if of_code == code
        ],
        "marks": _worst_last([_mark(one, frame.at(one.point), 1) for one in inside]),
        "outside": len(placed) - len(inside),
        "type_size": 26,
    }
    return _draw(request, context, placed)


def _placed(request: HttpRequest, *, at: datetime, province: str = "") -> list[Placed]:
    """Return the devices in sight, the worst first. Raises PermissionDenied."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    rows = with_health(Device.objects.exclude(state=Device.State.REVOKED))
    rows = within_units(rows.select_related("site__unit"), request.user, "site__unit__code")
    if province:
        rows = rows.filter(site__unit__province_code=province)
    placed = []
    for device in rows.order_by("code"):
        state = health_of(device, at=at)
        reason = word(REASONS, state.reasons[0]) if state.reasons else ""
        if device.state != Device.State.ACTIVE:
            reason = state_reason(device.state_reason)
        if not reason and device.open_alarms:
            reason = alarm_word(device.open_alarms[0])
        placed.append(Placed(device, state.code, reason))
    return sorted(placed, key=lambda one: one.look.rank)


def _outline(
    province: province_map.Province, frame: province_map.Frame, placed: list[Placed]
) -> dict[str, Any]:
    """Return a province to be drawn, coloured by the worst that stands in it."""
    codes = {one.code for one in placed}
    tone = ""
    if "offline" in codes:
        tone = "province-off"
    elif codes & {"late", "degraded", "quarantined"}:
        tone = "province-warn"
    x, y = frame.at(province.label)
    return {
        "code": province.code,
        "name": province.name,
        "path": province_map.path_of(province, frame, far=False),
        "far": province_map.path_of(province, frame, far=True),
        "tone": tone,
        "named": False,
        "x": x,
        "y": y,
    }


def _named(outlines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Name the provinces that need a look, the worst first, as far as the names have room."""
    taken: list[tuple[int, int, int]] = []
    for one in sorted(outlines, key=lambda one: one["tone"] != "province-off"):
        half = len(one["name"]) * LETTER // 2
        y = one["y"] + BELOW_MARK
        free = all(
            abs(y - other_y) >= LINE or abs(one["x"] - x) >= half + other_half
            for x, other_y, other_half in taken
        )
        if one["tone"] and free:
            taken.append((one["x"], y, half))
            one |= {"named": True, "y": y}
    return outlines


def _mark(one: Placed, at: tuple[int, int], count: int) -> dict[str, Any]:
    shape, tone = MARKS[one.code]
    return {"x": at[0], "y": at[1], "shape": shape, "tone": tone, "rank": one.look.rank, "n": count}


def _worst_last(marks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the marks in the order of drawing: what is worst lies on top."""
    return sorted(marks, key=lambda mark: -mark["rank"])


def _counted(by_province: dict[str, list[Placed]]) -> list[dict[str, Any]]:
    """Return how many devices of each kind every province has, the worst first."""
    rows = []
    for code, placed in by_province.items():
        known = province_map.provinces().get(code)
        counts = Counter(one.kind for one in placed)
        rows.append(
            {
                "code": code if known else "",
                "name": known.name if known else gettext("elsewhere"),
                "counts": [counts[kind] for kind in KINDS],
                "order": (*(-counts[kind] for kind in KINDS[:3]), known.name if known else ""),
            }
        )
    return sorted(rows, key=lambda row: row["order"])


def _draw(request: HttpRequest, context: dict[str, Any], placed: list[Placed]) -> HttpResponse:
    listed = placed[:MOST_LISTED]
    shared = admin.site.each_context(request) | {
        "listed": listed,
        "more": len(placed) - len(listed),
        "total": len(placed),
        "at": timezone.now(),
        "key": [(shape, tone, look_of(code).label) for code, (shape, tone) in MARKS.items()],
    }
    return render(request, "cameras/map.html", shared | context)
