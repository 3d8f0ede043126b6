"""Vietnamese is what people see first: whole, polite, and the same in both catalogue files."""

import ast
import gettext
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.utils.translation.template import templatize

pytestmark = pytest.mark.gate

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "config/locale/vi/LC_MESSAGES"
APPS = ("config", "cameras", "notices", "violations", "citizens")
MARKERS = {
    "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy",
    "pgettext", "pgettext_lazy",
}  # fmt: skip
TEXT = r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
QUOTED = r'"(?:[^"\\]|\\.)*"'
BLANK = re.compile(r"%\(\w+\)(?:\.\d+)?[sdrf]|\{\w*\}|%[sd]")

#: Written alike in both languages.
ALIKE = {
    "IPv4",
    "IPv6",
    "PDF",
    "laser",
    "radar",
    "…",
    "%(truncated_text)s…",
    "%(offset)s ms",
    "%(offset_ms)s ms",
}

#: look.md §4: "ông/bà", nobody is hurried or shouted at, and nobody an offender before a decision.
RUDE = re.compile(
    r"\b[Bb]ạn\b|\b[Vv]ui lòng\b|\b[Hh]ãy\b|\bđồng chí\b|thành công|người vi phạm|!"
    r"|đối tượng(?! JSON)",
)


def compiled(domain: str, folder: Path = FOLDER) -> dict[str, str]:
    """Return a compiled catalogue, its context and plural marks kept: English to Vietnamese."""
    with (folder / f"{domain}.mo").open("rb") as file:
        entries = gettext.GNUTranslations(file)._catalog  # no public way to list the entries
    return {_key(key): text for key, text in entries.items() if key}


def written(domain: str) -> dict[str, str]:
    """Read the catalogue as people edit it; the same keys as ``compiled``."""
    found: dict[str, str] = {}
    for block in (FOLDER / f"{domain}.po").read_text().split("\n\n"):
        parts = {
            name: "".join(ast.literal_eval(text) for text in re.findall(QUOTED, quoted))
            for name, quoted in re.findall(
                rf"^(msg\w+(?:\[\d\])?) ((?:{QUOTED}\s*)+)", block, flags=re.M
            )
        }
        if not parts.get("msgid"):
            continue
        key = "\x04".join(filter(None, (parts.get("msgctxt"), parts["msgid"])))
        assert key not in found, f"{key!r} stands twice"
        found[key] = parts.get("msgstr[0]", parts.get("msgstr", ""))
    return found


def plurals() -> dict[str, str]:
    """Return the English plural of every entry that has one."""
    text = (FOLDER / "django.po").read_text()
    pairs = re.findall(rf"^msgid ((?:{QUOTED}\s*)+)msgid_plural ((?:{QUOTED}\s*)+)", text, re.M)
    return {
        "".join(map(ast.literal_eval, re.findall(QUOTED, one))): "".join(
            map(ast.literal_eval, re.findall(QUOTED, many))
        )
        for one, many in pairs
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
                if name not in MARKERS:
                    continue
                texts = node.args[:2] if name.startswith("pgettext") else node.args[:1]
                if all(isinstance(text, ast.Constant) for text in texts):
                    key = "\x04".join(str(ast.literal_eval(text)) for text in texts)
                    yield key, str(path.relative_to(ROOT))


def words_of_templates() -> Iterator[tuple[str, str]]:
    """Yield every marked sentence of our templates with its place."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        code = templatize(path.read_text(), origin=str(path))
        for quoted in re.findall(rf"(?:\b_|\bgettext|\bngettext)\({TEXT}", code):
            yield ast.literal_eval(quoted), str(path.relative_to(ROOT))


def english_of(key: str) -> str:
    """Return the English sentence of a key, without its context."""
    return key.split("\x04")[-1]


def _key(key: str | tuple[str, int]) -> str:
    return key[0] if isinstance(key, tuple) else key


# Whole --------------------------------------------------------------------------------------------


def test_every_sentence_has_its_vietnamese():
    known = compiled("django")
    sentences = [*words_of_code(), *words_of_templates()]
    assert len(sentences) > 1000
    assert sorted({f"{text!r} ({place})" for text, place in sentences if text not in known}) == []


def test_no_vietnamese_is_empty_or_simply_the_english():
    for domain in ("django", "djangojs"):
        for key, vietnamese in compiled(domain).items():
            assert vietnamese.strip(), key
            assert vietnamese != english_of(key) or vietnamese in ALIKE, key


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_compiled_catalogue_is_the_written_one(domain):
    assert compiled(domain) == written(domain)


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_no_entry_is_doubtful_or_left_over(domain):
    source = (FOLDER / f"{domain}.po").read_text()
    assert "fuzzy" not in source
    assert not re.search(r"^#~", source, flags=re.M)


# True to the English ------------------------------------------------------------------------------


def test_translations_keep_their_blanks():
    many = plurals()
    for key, vietnamese in compiled("django").items():
        # The one Vietnamese form of a plural says the number, as the English plural does.
        english = many.get(english_of(key), english_of(key))
        assert set(BLANK.findall(vietnamese)) == set(BLANK.findall(english)), key


def test_per_cent_signs_are_doubled_where_blanks_are_filled():
    for key, vietnamese in compiled("django").items():
        if "%%" in key:
            assert "%" not in BLANK.sub("", vietnamese).replace("%%", ""), key


def test_translations_keep_their_markup():
    def tags(text: str) -> Counter[str]:
        return Counter(re.findall(r"</?[a-z]\w*", text))

    for key, vietnamese in compiled("django").items():
        assert tags(vietnamese) == tags(key), key


def test_sentences_end_as_sentences_and_labels_as_labels():
    known = compiled("django")
    for text, place in {*words_of_code(), *words_of_templates()}:
        vietnamese = known[text]
        for mark in (".", ":"):
            assert text.endswith(mark) == vietnamese.endswith(mark), f"{text!r} ({place})"


# Polite -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_nobody_is_called_ban_or_shouted_at(domain):
    rude = [text for text in compiled(domain).values() if RUDE.search(text)]
    assert rude == []


@pytest.mark.parametrize("part", ["conf", "contrib/admin", "contrib/auth", "contrib/contenttypes"])
def test_what_django_says_rudely_is_said_anew_here(part):
    ours = compiled("django")
    theirs = compiled("django", Path(django.__file__).parent / part / "locale/vi/LC_MESSAGES")
    impolite = re.compile(r"\b[Bb]ạn\b|\b[Vv]ui lòng\b|\b[Hh]ãy\b|\w!$")
    assert [
        english for english, text in theirs.items() if impolite.search(text) and english not in ours
    ] == []
