"""Vietnamese is what people see first: no English sentence may be left in it."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

pytestmark = pytest.mark.gate

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "config/locale/vi/LC_MESSAGES"
APPS = ("config", "cameras", "notices", "violations", "citizens")
MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
TEXT = r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"


def catalogue() -> dict[str, str]:
    """Return the compiled Vietnamese catalogue: English to Vietnamese."""
    with (FOLDER / "django.mo").open("rb") as file:
        entries = gettext.GNUTranslations(file)._catalog  # no public way to list the entries
    return {
        (key[0] if isinstance(key, tuple) else key).split("\x04")[-1]: text
        for key, text in entries.items()
    }


def words_of_code() -> Iterator[tuple[str, str]]:
    """Yield every marked sentence of our Python code with its place."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                if name in MARKERS and isinstance(first, ast.Constant):
                    yield str(first.value), str(path.relative_to(ROOT))


def words_of_templates() -> Iterator[tuple[str, str]]:
    """Yield every marked sentence of our templates with its place."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        code = templatize(path.read_text(), origin=str(path))
        for quoted in re.findall(rf"(?:\b_|gettext|ngettext)\({TEXT}", code):
            yield ast.literal_eval(quoted), str(path.relative_to(ROOT))


def test_every_sentence_has_its_vietnamese():
    known = catalogue()
    sentences = [*words_of_code(), *words_of_templates()]
    assert len(sentences) > 100
    assert sorted({f"{text!r} ({place})" for text, place in sentences if text not in known}) == []


def test_the_compiled_catalogue_is_the_written_one():
    source = (FOLDER / "django.po").read_text()
    single = re.findall(r'^msgid "(.+)"$', source, flags=re.M)
    assert {ast.literal_eval(f'"{text}"') for text in single} <= set(catalogue())


def test_translations_keep_their_blanks():
    blank = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")
    for english, vietnamese in catalogue().items():
        if english:
            assert set(blank.findall(vietnamese)) == set(blank.findall(english)), english


def test_nobody_is_called_ban_or_shouted_at():
    for vietnamese in catalogue().values():
        assert not re.search(r"\b[Bb]ạn\b|!|\b[Vv]ui lòng\b|thành công", vietnamese), vietnamese
