"""The whole of the officers' rooms, page by page, and that none is left out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.urls import URLPattern, URLResolver

from citizens.desk.urls import urlpatterns as desk_addresses
from tests.browser.staff_pages import (
    ADMIN_NO_PAGE,
    ADMIN_PAGES,
    BOOKS_NO_PAGE,
    BY_THE_BOARD,
    ELSEWHERE,
    NO_PAGE,
    NOBODY_READS,
    OF_AN_OBJECT,
    OF_THE_BOOKS,
    OPEN,
)
from violations.urls import urlpatterns

pytestmark = pytest.mark.gate

PEOPLE = ["bao", "ngoc", "vinh", "hoa", "tuan", "thu", "quantri", "minh", "duc", "long", "kim"]
OF_A_MODEL = ("changelist", "add", "history", "delete", "change")


def names(entries: list[URLPattern | URLResolver]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield from names(entry.url_patterns)
        elif entry.name:
            yield entry.name


def test_every_address_of_the_officers_is_visited_or_is_no_page() -> None:
    known = [*OPEN, *OF_AN_OBJECT, *BY_THE_BOARD, *ELSEWHERE, *NO_PAGE]
    assert len(known) == len(set(known)), "one list a view"
    assert set(names(list(urlpatterns))) == set(known)


def test_every_address_of_the_books_is_visited_or_is_no_page() -> None:
    visited = {name.removeprefix("desk:") for name in OF_THE_BOOKS}
    assert set(names(list(desk_addresses))) == visited | BOOKS_NO_PAGE


def test_every_page_of_the_admin_beside_its_models_is_visited_or_is_no_page() -> None:
    of_models = {
        f"{model._meta.app_label}_{model._meta.model_name}_{kind}"
        for model in admin.site._registry
        for kind in OF_A_MODEL
    }
    found = set(names(list(admin.site.get_urls()))) - of_models
    assert found == set(ADMIN_PAGES) | ADMIN_NO_PAGE


@pytest.fixture(scope="module")
def pages(portal) -> list[tuple[str, str, str]]:
    """Every staff page, once there is work on the desks."""
    portal.served.found(300)  # decisions, papers and payments stand in the lists
    return [tuple(page) for page in portal.begin("furnished").found(400)]


def test_every_model_of_the_admin_has_its_list_visited(pages) -> None:
    visited = {name for name, _who, _address in pages}
    models = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert {name for name in models if f"{name}-list" not in visited} == NOBODY_READS


@pytest.mark.parametrize("who", PEOPLE)
def test_the_pages_of_a_person(visit, look, pages, who) -> None:
    own = [(name, address) for name, reader, address in pages if reader == who]
    assert own, "nobody's list is empty: each of them reads something first"
    page = visit("/can-bo/", who)
    for name, address in own:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, f"{name}: {answer.status} at {address}"
        look.briefly(page, name)
        print(f"{name} {address}", flush=True)
