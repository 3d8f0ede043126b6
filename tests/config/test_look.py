"""The look: formats, parts, tokens, sprite, vendored files, and what the content policy forbids."""

import hashlib
import re
import tomllib
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from config.templatetags import portal_look

pytestmark = pytest.mark.gate

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
SCREEN_TEMPLATES = [
    path
    for path in sorted((ROOT / "templates").rglob("*.html"))
    if "notices" not in path.relative_to(ROOT / "templates").parts  # papers go to the PDF maker
]


def draw(source: str, **context: object) -> str:
    """Render a snippet with the tags of the look loaded."""
    return Template("{% load portal_look %}" + source).render(Context(context))


# Formats -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0\u00a0₫"), (950, "950\u00a0₫"), (19_000_000, "19.000.000\u00a0₫"), (None, "–")],
)
def test_money_is_written_with_dots_and_the_sign(amount, text):
    assert portal_look.dong(amount) == text


@pytest.mark.parametrize(("number", "text"), [(7, "7"), (1204, "1.204"), (5_000_000, "5.000.000")])
def test_numbers_are_grouped_by_threes(number, text):
    assert portal_look.figure(number) == text


@pytest.mark.parametrize(("milliseconds", "text"), [(2480, "2,4"), (2000, "2"), (99, "0")])
def test_seconds_are_cut_so_that_a_light_never_looks_longer_red(milliseconds, text):
    with translation.override("vi"):
        assert portal_look.seconds(milliseconds) == f"{text} giây"


@pytest.mark.parametrize(("tenths", "text"), [(725, "72,5\u00a0km/h"), (720, "72\u00a0km/h")])
def test_speeds_come_from_integer_tenths(tenths, text):
    assert portal_look.kmh(tenths) == text


def test_a_date_says_its_weekday_in_the_readers_language():
    thursday = date(2026, 11, 26)
    with translation.override("vi"):
        assert portal_look.vn_weekday_date(thursday) == "thứ Năm 26/11/2026"
    with translation.override("en"):
        assert portal_look.vn_weekday_date(thursday) == "Thursday 26/11/2026"


def test_sunday_is_the_last_name_of_the_week():
    with translation.override("vi"):
        assert portal_look.vn_weekday_date(date(2026, 11, 29)) == "Chủ nhật 29/11/2026"


def test_moments_are_shown_in_viet_nams_time():
    moment = datetime(2026, 11, 20, 10, 42, 8, 120_000, tzinfo=UTC)
    assert portal_look.vn_moment(moment) == "17:42:08 20/11/2026"
    assert portal_look.vn_milli(moment) == "17:42:08,120 20/11/2026"
    assert portal_look.vn_clock(moment) == "17:42"


def test_the_day_of_a_moment_is_the_day_in_viet_nam():
    evening_in_utc = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    assert portal_look.vn_date(evening_in_utc) == "21/11/2026"


# Parts -------------------------------------------------------------------------------------------


def test_a_chip_carries_shape_colour_and_word():
    html = draw("{% chip 'warn' 'diamond' 'Chờ nộp phạt' %}")
    assert "chip-warn" in html
    assert "#shape-diamond" in html
    assert "Chờ nộp phạt" in html


def test_a_chip_of_an_unknown_tone_is_refused():
    with pytest.raises(ValueError, match="Unknown tone"):
        portal_look.chip("pink", "disc", "Chờ")


def test_parts_escape_what_they_are_given():
    assert "<b>" not in draw("{% plate text %}{% chip 'ok' 'tick' text %}", text="<b>51K</b>")


def test_a_plate_says_its_colour_in_words_too():
    with translation.override("vi"):
        assert "(biển nền vàng)" in draw("{% plate '43C-118.92' 'yellow' %}")
        assert "plate-unknown" in draw("{% plate '43C-118.92' 'purple' %}")


@pytest.mark.parametrize(
    ("days", "tone", "words"),
    [
        (6, "", "còn 6 ngày"),
        (3, "near", "còn 3 ngày"),
        (0, "late", "hôm nay"),
        (-3, "late", "quá 3 ngày"),
    ],
)
def test_a_deadline_is_coloured_only_from_three_days_on(days, tone, words):
    with translation.override("vi"):
        assert portal_look.due_tone(days) == tone
        assert portal_look.due_words(days) == words


def test_the_deadline_box_counts_days_and_names_the_rule():
    with translation.override("vi"):
        html = draw("{% deadline days=6 on=on rule='10 ngày' %}", on=date(2026, 11, 26))
    assert "<b>6</b>" in html
    assert "thứ Năm 26/11/2026" in html
    assert "10 ngày" in html
    assert "deadline-near" not in html


def test_the_deadline_box_says_the_last_day_and_the_late_charge():
    with translation.override("vi"):
        last = draw("{% deadline days=0 on=on %}", on=date(2026, 11, 26))
        late = draw("{% deadline days=-3 on=on late_charge=9500 %}", on=date(2026, 11, 26))
    assert "Hôm nay là hạn cuối." in last
    assert "deadline-late" in late
    assert "9.500\u00a0₫" in late


def test_the_lane_marks_exactly_one_current_step():
    steps = [{"title": "A", "state": "done"}, {"title": "B", "state": "now", "icon": "card"}]
    html = draw("{% lane steps %}", steps=[*steps, {"title": "C", "state": "future"}])
    assert html.count('aria-current="step"') == 1
    assert html.index("#card") > html.index("#check")


@pytest.mark.parametrize(("percent", "tone"), [(69, "brand"), (70, "warn"), (90, "bad")])
def test_a_bar_warns_at_seventy_and_alarms_at_ninety(percent, tone):
    assert f"bar-{tone}" in portal_look.bar(percent)


def test_a_bar_never_leaves_its_frame():
    assert 'width="100%"' in portal_look.bar(140)
    assert 'width="0%"' in portal_look.bar(-5)


class LookUp(forms.Form):
    """A form with a text, a choice and nothing else."""

    code = forms.CharField(label="Mã", help_text="14 ký tự", min_length=14)
    kind = forms.ChoiceField(label="Loại", choices=[("a", "A")], widget=forms.RadioSelect)


def test_a_field_puts_the_error_between_hint_and_control_and_ties_both_to_it():
    html = draw("{% field form.code mono=True %}", form=LookUp({"code": "MEQ2"}))
    order = [html.index(part) for part in ("14 ký tự", 'id="id_code_error"', "<input")]
    assert all(earlier < later for earlier, later in pairwise(order))
    assert 'aria-describedby="id_code_helptext id_code_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<div class="entry entry-mono entry-invalid">' in html


def test_a_group_of_choices_is_a_fieldset_with_a_legend():
    html = draw("{% field form.kind %}", form=LookUp())
    assert '<fieldset class="entry">' in html
    assert "<legend>Loại" in html


def test_the_error_summary_links_to_every_wrong_field():
    html = draw("{% error_summary form %}", form=LookUp({"code": "MEQ2"}))
    assert 'role="alert"' in html
    assert 'href="#id_code"' in html
    assert 'href="#id_kind_0"' in html


def test_a_right_form_has_no_error_summary():
    form = LookUp({"code": "MEQ2ZY1B1070AF", "kind": "a"})
    assert draw("{% error_summary form %}", form=form).strip() == ""


# Tokens ------------------------------------------------------------------------------------------


def tokens_of(block: str) -> dict[str, str]:
    """Read the custom properties of a CSS block."""
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block))


def themes() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Return the tokens: light, dark by the system, dark by the person's choice."""
    css = (STATIC / "css/tokens.css").read_text()
    light = tokens_of(css[css.index(":root {") : css.index("@media (prefers-color-scheme")])
    system = css[css.index("@media (prefers-color-scheme") : css.index('html[data-theme="dark"] {')]
    chosen = css[css.index('html[data-theme="dark"] {') : css.index(".citizen {")]
    return light, tokens_of(system), tokens_of(chosen)


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``. WCAG 2.2"""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours. WCAG 2.2"""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_both_ways_into_the_dark_give_the_same_colours():
    _light, system, chosen = themes()
    assert system == chosen


TEXT_PAIRS = [
    *[(ink, ground) for ink in ("ink", "ink-2", "ink-3", "link") for ground in ("bg", "surface")],
    ("ink-2", "surface-2"),
    ("ink-3", "surface-2"),
    ("on-brand", "brand"),
    ("on-brand", "brand-2"),
    ("brand", "surface"),
    ("brand", "brand-tint"),
    ("on-brand-tint", "brand-tint"),
    *[(tone, f"{tone}-tint") for tone in ("ok", "warn", "bad", "info", "vio")],
    *[("ink", f"{tone}-tint") for tone in ("ok", "warn", "bad", "info", "vio")],
    *[(tone, "surface") for tone in ("ok", "warn", "bad", "info", "vio")],
    ("on-accept", "accept"),
    ("on-test", "test"),
    ("on-signal", "signal"),
    ("staff-header-ink", "staff-header"),
    ("staff-header-ink-2", "staff-header"),
    ("staff-header-ink", "staff-count"),
    ("on-stage", "stage"),
    ("plate-ink", "plate"),
    ("plate-ink", "plate-yellow"),
    ("plate-on-dark", "plate-blue"),
    ("plate-on-dark", "plate-red"),
    *[("on-heat", f"heat-{step}") for step in (1, 2, 3)],
    ("on-heat-4", "heat-4"),
    ("paper-ink", "paper-tint"),
    ("paper-warn", "paper-tint"),
]


@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_keeps_its_contrast_in_both_themes(ink, ground):
    light, dark, _chosen = themes()
    for theme in (light, light | dark):
        assert contrast(theme[f"--{ink}"], theme[f"--{ground}"]) >= 4.5


@pytest.mark.parametrize("ground", ["bg", "surface", "raised"])
def test_borders_of_controls_can_be_seen(ground):
    light, dark, _chosen = themes()
    for theme in (light, light | dark):
        assert contrast(theme["--line-2"], theme[f"--{ground}"]) >= 3


@pytest.mark.parametrize("ground", ["bg", "surface", "staff-header", "brand", "signal"])
def test_one_tone_of_the_focus_ring_stands_out_on_every_ground(ground):
    light, dark, _chosen = themes()
    for theme in (light, light | dark):
        tones = (theme["--focus"], theme["--focus-ring"])
        assert max(contrast(tone, theme[f"--{ground}"]) for tone in tones) >= 3


@pytest.mark.parametrize("sheet", sorted(path.name for path in (STATIC / "css").glob("*.css")))
def test_colours_are_written_in_the_token_sheet_alone(sheet):
    if sheet in ("tokens.css", "print.css"):  # print resets the tokens to black on white
        return
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "css" / sheet).read_text(), flags=re.S)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|\brgba?\(|\bhsla?\(", css) == []


def test_every_token_that_is_used_exists():
    sheets = "".join(path.read_text() for path in (STATIC / "css").glob("*.css"))
    assert set(re.findall(r"var\((--[\w-]+)", sheets)) <= set(re.findall(r"(--[\w-]+):", sheets))


# Files -------------------------------------------------------------------------------------------


def test_every_icon_a_template_asks_for_is_drawn():
    drawn = set(re.findall(r'symbol id="([\w-]+)"', (STATIC / "icons/sprite.svg").read_text()))
    asked = {
        name
        for path in SCREEN_TEMPLATES
        for name in re.findall(r'{%\s*icon "([\w-]+)"', path.read_text())
    }
    shapes = {
        f"shape-{name}"
        for path in SCREEN_TEMPLATES
        for name in re.findall(r'{%\s*chip "\w+" "([\w-]+)"', path.read_text())
    }
    assert asked | shapes <= drawn


@pytest.mark.parametrize("path", SCREEN_TEMPLATES, ids=lambda path: path.name)
def test_no_page_needs_what_the_content_policy_forbids(path):
    html = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", path.read_text(), flags=re.S)
    scripts = re.findall(r"<script\b[^>]*>", html)
    assert [tag for tag in scripts if "src=" not in tag and "application/json" not in tag] == []
    assert re.findall(r"<style\b|\sstyle=|\son[a-z]+=[\"']|javascript:", html) == []
    assert re.findall(r"(?:src|href)=[\"']https?://", html) == []


def test_vendored_files_are_the_ones_that_were_recorded():
    packages = tomllib.loads((STATIC / "vendor/VENDOR.toml").read_text())["package"]
    recorded = {name: digest for package in packages for name, digest in package["sha256"].items()}
    for name, digest in recorded.items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest, name
    titles = {"OFL-1.1": "SIL OPEN FONT LICENSE", "MIT": "MIT LICENSE"}
    for package in packages:
        title = titles[package["licence"]]
        assert title in (STATIC / package["licence_file"]).read_text().upper()
    fonts = {
        str(path.relative_to(STATIC))
        for path in (STATIC / "fonts").rglob("*")
        if path.suffix in (".woff2", ".ttf")
    }
    assert fonts <= set(recorded)
