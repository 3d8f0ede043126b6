"""The pages shown when something has failed: they lean on nothing that may be what failed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import OperationalError, connection
from django.template import loader
from django.template.base import TextNode
from django.test import Client

from config.security import content_security_policy
from config.templatetags.portal_look import hotline
from tests.citizens.test_public_pages import check_structure

pytestmark = pytest.mark.gate

PAGES = ["500.html", "403_csrf.html"]


def source(name: str) -> str:
    return (settings.BASE_DIR / "templates" / name).read_text()


@pytest.fixture
def no_database(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every question to the database fail as it does when the server is gone."""

    def gone(*_given: Any, **_named: Any) -> NoReturn:
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", gone)
        yield


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_words_alone_and_needs_no_context(name: str) -> None:
    template = loader.get_template(name)
    assert [type(node) for node in template.template.nodelist] == [TextNode]
    assert template.render() == source(name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_the_rules_of_every_page(name: str) -> None:
    check_structure(source(name))
    assert "<script" not in source(name)
    linked = re.findall(r'href="/static/([^"]+)"', source(name))
    assert len(linked) == source(name).count("<link ")
    assert all(finders.find(path) for path in linked)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_speaks_vietnamese_first_and_names_the_telephone(name: str) -> None:
    page = source(name)
    assert page.index('<html lang="vi">') < page.index("<h1") < page.index('lang="en"')
    assert page.count(f'<a href="tel:{hotline().replace(" ", "")}">{hotline()}') == 2


@pytest.mark.parametrize("address", ["/can-bo/", "/quan-tri/", "/vu-viec/"])
def test_without_a_database_a_person_is_told_what_to_do(no_database: None, address: str) -> None:
    browser = Client(raise_request_exception=False)
    browser.cookies[settings.SESSION_COOKIE_NAME] = "a-session-that-was-open"
    answer = browser.get(address)
    assert answer.status_code == 500
    assert answer.content.decode() == source("500.html")
    assert answer.headers["Content-Security-Policy"] == content_security_policy()


def test_without_a_database_a_form_without_its_token_is_refused(no_database: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/tra-cuu/", {"code": "x"})
    assert answer.status_code == 403
    assert answer.content.decode() == source("403_csrf.html")


def test_a_frame_that_is_broken_does_not_break_the_fault_page(
    settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "base.html").write_text("{% load no_such_library %}")
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path, *engine["DIRS"]]}]
    answer = Client(raise_request_exception=False).get("/huong-dan/")
    assert answer.status_code == 500
    assert "Có lỗi ở phía chúng tôi" in answer.content.decode()
