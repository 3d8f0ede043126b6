"""The one visual language as template tags: chip, plate, lane, deadline, icon, and the formats.

The formats are pure functions: whole đồng in, text out; moments are shown in Viet Nam's time.
The parts are small templates under ``templates/components/``; none carries a style attribute, so
they live under the strict content policy.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
TONES = ("neutral", "brand", "ok", "warn", "bad", "info", "vio", "out")
NEAR_DAYS = 3
WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ),
    "ko": ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"),
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
}
PUBLIC_PAGES = (
    ("lookup", "citizens:lookup"),
    ("verify", "citizens:verify"),
    ("pay", "citizens:pay"),
    ("guide", "citizens:guide"),
)


# Formats -----------------------------------------------------------------------------------------


@register.filter
def figure(number: int) -> str:
    """Group digits by threes with dots, as Vietnamese numbers are written: 1204 → ``1.204``."""
    return f"{int(number):,}".replace(",", ".")


@register.filter
def dong(amount: int | None) -> str:
    """Write whole đồng with the sign after a no-break space: ``19.000.000 ₫``; None → ``–``."""
    return "–" if amount is None else f"{figure(amount)}\u00a0₫"


@register.filter
def seconds(milliseconds: int) -> str:
    """Write milliseconds as seconds with one decimal, cut not rounded: 2480 → ``2,4 giây``.

    Cut, because a red light must never look longer than it was measured.
    """
    whole, tenth = divmod(int(milliseconds) // 100, 10)
    return _("%(number)s seconds") % {"number": f"{whole},{tenth}".removesuffix(",0")}


@register.filter
def kmh(tenths: int) -> str:
    """Write a speed in tenths of km/h: 725 → ``72,5 km/h``, 720 → ``72 km/h``."""
    whole, tenth = divmod(int(tenths), 10)
    return f"{whole},{tenth}".removesuffix(",0") + "\u00a0km/h"


@register.filter
def vn_date(day: date | None) -> str:
    """Write a day, or the day of a moment in Viet Nam: ``26/11/2026``; None → ``–``."""
    if day is None:
        return "–"
    return f"{_local_day(day):%d/%m/%Y}"


@register.filter
def vn_weekday_date(day: date | None) -> str:
    """Write a day with its weekday in the reader's language: ``thứ Năm 26/11/2026``."""
    if day is None:
        return "–"
    names = WEEKDAYS.get((get_language() or "vi")[:2], WEEKDAYS["vi"])
    return f"{names[_local_day(day).weekday()]} {vn_date(day)}"


@register.filter
def vn_clock(moment: datetime) -> str:
    """Write the hour and minute in Viet Nam: ``17:42``."""
    return f"{_local(moment):%H:%M}"


@register.filter
def vn_moment(moment: datetime | None) -> str:
    """Write a moment in Viet Nam's time to the second: ``17:42:08 20/11/2026``; None → ``–``."""
    return "–" if moment is None else f"{_local(moment):%H:%M:%S %d/%m/%Y}"


@register.filter
def moment_of(text: str | None) -> datetime | None:
    """Return the moment that stands in a file as ISO 8601, to be written by the filters above."""
    return datetime.fromisoformat(text) if text else None


@register.filter
def day_of(text: str) -> date:
    """Return the day that stands in a file as ISO 8601."""
    return date.fromisoformat(text)


@register.filter
def vn_milli(moment: datetime) -> str:
    """Write a moment of evidence to the millisecond: ``17:42:08,120 20/11/2026``."""
    local = _local(moment)
    return f"{local:%H:%M:%S},{local.microsecond // 1000:03d} {local:%d/%m/%Y}"


def _local(moment: datetime) -> datetime:
    return moment.astimezone(VIET_NAM)


def _local_day(day: date) -> date:
    return _local(day).date() if isinstance(day, datetime) else day


# Parts -------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw one symbol of the sprite; it is decoration, the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" icon-{size}" if size else "",
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag
def chip(tone: str, shape: str, label: str) -> SafeString:
    """Draw a status as shape, colour and word. Raises ValueError for an unknown tone."""
    if tone not in TONES:
        raise ValueError(f"Unknown tone: {tone}")
    drawing = icon(f"shape-{shape}")
    return format_html('<span class="chip chip-{}">{}{}</span>', tone, drawing, capfirst(label))


@register.simple_tag
def plate(text: str, colour: str = "white", size: str = "") -> SafeString:
    """Draw a number plate on its ground; the colour is also said in words, for it is identity."""
    grounds = {
        "white": _("white plate"),
        "yellow": _("yellow plate"),
        "blue": _("blue plate"),
        "red": _("red plate"),
        "unknown": _("plate colour unknown"),
    }
    known = colour if colour in grounds else "unknown"
    return format_html(
        '<span class="plate plate-{}{}" translate="no">{}'
        '<span class="visually-hidden"> ({})</span></span>',
        known,
        f" plate-{size}" if size else "",
        text,
        grounds[known],
    )


def due_tone(days: int) -> str:
    """Name the urgency of a deadline: "" while far, ``near`` within three days, ``late`` after."""
    if days <= 0:
        return "late"
    return "near" if days <= NEAR_DAYS else ""


def due_words(days: int) -> str:
    """Say how long is left, counted in days: ``còn 6 ngày``, ``hôm nay``, ``quá 3 ngày``."""
    if days == 0:
        return _("today")
    if days < 0:
        return _("%(days)s days late") % {"days": -days}
    return _("%(days)s days left") % {"days": days}


@register.simple_tag
def due(days: int | None) -> SafeString:
    """Draw the days left in a line: nothing, diamond or triangle, always with the words."""
    if days is None:
        return format_html('<span class="due">{}</span>', "–")
    tone = due_tone(days)
    shape = {"near": "diamond-hollow", "late": "triangle"}.get(tone)
    return format_html(
        '<span class="due{}">{}{}</span>',
        f" due-{tone}" if tone else "",
        icon(f"shape-{shape}") if shape else "",
        due_words(days),
    )


@register.inclusion_tag("components/deadline.html")
def deadline(
    *,
    days: int,
    on: date,
    label: str = "",
    rule: str = "",
    late_charge: int | None = None,
) -> dict[str, Any]:
    """Draw the deadline box: days, weekday and date, the rule in a line.

    ``days`` may be negative; ``late_charge`` is whole đồng for each day.
    """
    tone = due_tone(days)
    return {
        "days": abs(days),
        "is_today": days == 0,
        "is_late": days < 0,
        "tone": "near" if days == 0 else tone,
        "on": on,
        "label": label or _("Deadline"),
        "rule": rule,
        "late_charge": late_charge,
    }


@register.inclusion_tag("components/lane.html")
def lane(steps: Sequence[Mapping[str, str]], direction: str = "vertical") -> dict[str, Any]:
    """Draw the way of a case: solid = done, amber disc = now, dashed = still to come.

    Each step has ``title``, ``state`` (done, now, future, stopped) and may have ``note``, ``icon``.
    """
    return {"steps": steps, "direction": direction}


@register.simple_tag
def bar(percent: int, tone: str = "", size: str = "") -> SafeString:
    """Draw a used share; it warns from 70 and alarms from 90 unless a tone is given.

    Hidden from screen readers: the number must stand beside it in text.
    """
    share = min(100, max(0, int(percent)))
    if not tone:
        tone = "bad" if share >= 90 else "warn" if share >= 70 else "brand"
    return format_html(
        '<svg class="bar bar-{}{}" aria-hidden="true" focusable="false">'
        '<rect width="{}%" height="100%"></rect></svg>',
        tone,
        f" bar-{size}" if size else "",
        share,
    )


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, mono: bool = False, half: bool = False) -> dict[str, Any]:
    """Draw label, hint, error and control of a form field, in this order."""
    marks = {"entry-mono": mono, "entry-half": half, "entry-invalid": bool(bound.errors)}
    classes = " ".join(["entry", *(mark for mark, applies in marks.items() if applies)])
    return {"field": bound, "classes": classes}


@register.filter
def labelled(bound: BoundField) -> SafeString:
    """Draw a control that has no label of its own on the page, such as one in a table's cell."""
    return bound.as_widget(attrs={"aria-label": str(bound.label)})


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """List what must be mended, with a link to each field; empty while the form is right."""
    problems = [{"text": text, "target": ""} for text in form.non_field_errors()]
    for name in form.errors:
        if name in form.fields:
            bound = form[name]
            target = bound.id_for_label or f"{bound.auto_id}_0"
            problems += [{"text": text, "target": target} for text in bound.errors]
    return {"problems": problems}


# Frame -------------------------------------------------------------------------------------------


@register.simple_tag
def hotline() -> str:
    """Return the telephone number printed on every public page."""
    return str(getattr(settings, "PORTAL_HOTLINE", "1900 0000"))


@register.simple_tag(takes_context=True)
def public_pages(context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the public menu: label, address, whether it is where we are.

    A page that this installation does not serve is left out.
    """
    labels = {
        "lookup": _("Look up"),
        "verify": _("Check a notice"),
        "pay": _("Pay a fine"),
        "guide": _("Guide"),
    }
    pages = ((key, labels[key], address_of(name)) for key, name in PUBLIC_PAGES)
    return [
        {"label": label, "url": url, "active": context.get("section") == key}
        for key, label, url in pages
        if url
    ]


def address_of(name: str) -> str:
    """Return the address of a named page, or "" where no such page is served."""
    try:
        return str(reverse(name))
    except NoReverseMatch:
        return ""
