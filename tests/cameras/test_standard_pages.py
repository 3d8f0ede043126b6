"""The published pages and files of the standard: for everybody, in two languages, under addresses
that stay."""

import hashlib
import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from cameras.adapters.generic_signed import _ACCEPTED, _PROBLEMS
from cameras.adapters.signatures import COVERED
from cameras.adapters.vocabulary import OUTCOMES, VIOLATION_TYPES
from cameras.grouping import OBJECTS_WITHIN
from cameras.standard import samples, schemas
from cameras.standard.text_connection import ANSWERS
from cameras.standard.text_types import VIOLATION_WORDS
from cameras.standard_views import PAGES

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

FOLDER = "/tieu-chuan/vn.traffic.violation-event/"
#: look.md §4: nobody is hurried, shouted at or flattered.
RUDE = re.compile(r"\b[Bb]ạn\b|\b[Vv]ui lòng\b|\b[Hh]ãy\b|đồng chí|thành công|người vi phạm|!")


def shown(client, key: str, language: str = "vi") -> str:
    answer = client.get(reverse(f"standard:{key}"), headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def main_of(page: str) -> str:
    return " ".join(page[page.index("<main") : page.index("</main>")].split())


@pytest.mark.parametrize("key", PAGES)
def test_every_page_stands_without_a_login_in_both_languages(client, key):
    vietnamese, english = shown(client, key), shown(client, key, "en")
    assert f"<h1>{PAGES[key].title.vi}</h1>" in vietnamese
    assert f"<h1>{PAGES[key].title.en}</h1>" in english
    for section in PAGES[key].sections:
        for page in (vietnamese, english):
            assert section.title.vi in page
            assert section.title.en in page


@pytest.mark.parametrize("key", PAGES)
def test_the_other_language_is_marked_as_such(client, key):
    for page, own, other in (
        (shown(client, key), "vi", "en"),
        (shown(client, key, "en"), "en", "vi"),
    ):
        assert f'<html lang="{own}"' in page
        lead = getattr(PAGES[key].lead, other).split("'")[0][:30]
        before = page[: page.index(lead)]
        assert before.rstrip().endswith(f'lang="{other}">')


@pytest.mark.parametrize("key", PAGES)
def test_tables_have_heads_and_can_be_scrolled_by_the_keyboard(client, key):
    main = main_of(shown(client, key))
    tables = main.count("<table")
    assert tables == sum(section.table is not None for section in PAGES[key].sections)
    assert main.count('role="region" tabindex="0"') == tables
    assert main.count("<caption") == tables
    assert main.count('scope="row"') == sum(
        len(section.table.rows) for section in PAGES[key].sections if section.table
    )
    assert re.search(r"<th(?! scope)", main.replace("<thead", "<head")) is None


@pytest.mark.parametrize("key", PAGES)
def test_nobody_is_hurried_or_flattered(key):
    def words(part):
        if isinstance(part, str):
            yield part
        elif isinstance(part, tuple | list):
            for one in part:
                yield from words(one)
        elif hasattr(part, "__dict__"):
            yield from words(list(vars(part).values()))

    assert [text for text in words(PAGES[key]) if RUDE.search(text)] == []


def test_every_field_of_the_schemas_is_in_its_table(client):
    for key, schema in (("types", schemas.gateway_schema()), ("sharing", schemas.full_schema())):
        page = shown(client, key)
        for row in schemas.rows(schema):
            assert f">{row.path}</code>" in page, row.path


def test_every_type_of_violation_has_its_words(client):
    assert VIOLATION_WORDS.keys() == VIOLATION_TYPES
    page = shown(client, "types")
    assert all(f">{name}</code>" in page for name in VIOLATION_TYPES)


def test_every_answer_of_the_portal_is_explained_with_its_own_status(client):
    assert ANSWERS.keys() == OUTCOMES
    main = main_of(shown(client, "connection"))
    for status in {*_ACCEPTED.values(), *(status for status, *_rest in _PROBLEMS.values())}:
        assert f'<th scope="row"><code translate="no">{status}</code>' in main
    assert all(name in main for name in COVERED)


def test_the_limits_on_the_page_are_those_of_the_portal(client, settings):
    main = main_of(shown(client, "connection"))
    rate = f"{settings.INTAKE_GATEWAY_RATE}/s, burst {settings.INTAKE_GATEWAY_BURST}"
    hours = OBJECTS_WITHIN // timedelta(hours=1)
    for limit in (rate, f"{hours} h", f"2 × {settings.INTAKE_MAX_FILM // 2**20} MiB", "12 MiB"):
        assert f">{limit}</code>" in main, limit
    assert settings.INTAKE_MAX_BODY == 12 * 2**20


@pytest.mark.parametrize(
    ("name", "schema"),
    [("1.json", schemas.full_schema()), ("1/gateway.json", schemas.gateway_schema())],
)
def test_a_schema_has_an_address_that_stays(client, name, schema):
    answer = client.get(FOLDER + name)
    assert answer.headers["Content-Type"] == "application/schema+json"
    assert json.loads(answer.content) == schema


@pytest.mark.parametrize("name", samples.files())
def test_a_sample_has_an_address_that_stays(client, name):
    answer = client.get(f"{FOLDER}1/mau/{name}")
    assert answer.content == samples.files()[name]
    is_file = "attachment" in answer.headers.get("Content-Disposition", "")
    assert is_file == name.endswith(".multipart")


def test_the_pictures_of_the_samples_can_be_fetched_too(client):
    for path in samples.PICTURES.iterdir():
        data = client.get(f"{FOLDER}1/mau/pictures/{path.name}").content
        assert hashlib.sha256(data).hexdigest() in samples.objects()


def test_who_has_a_file_already_is_not_sent_it_again(client):
    first = client.get(FOLDER + "1.json")
    tag = first.headers["ETag"]
    again = client.get(FOLDER + "1.json", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    other = client.get(FOLDER + "1.json", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200
    assert "max-age=3600" in first.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["2.json", "1/mau/../../words.py", "1/mau/%2e%2e/words.py", "1/words.py", "", "1"]
)
def test_no_other_file_is_ever_sent(client, name):
    assert client.get(FOLDER + name).status_code == 404


def test_the_start_page_lists_every_file_with_its_address(client):
    page = shown(client, "start")
    for name in ("1.json", "1/gateway.json", *(f"1/mau/{name}" for name in samples.files())):
        assert f'href="{FOLDER}{name}"' in page


def test_only_reading_is_allowed(client):
    assert client.post(FOLDER + "1.json").status_code == 405
    assert client.post(reverse("standard:start")).status_code == 405
    assert client.head(FOLDER + "1.json").status_code == 200
