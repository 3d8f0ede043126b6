"""Every public page: both languages, the strict policy, no JavaScript needed, calm errors."""

from __future__ import annotations

import gzip
import re
import uuid
from datetime import date
from html.parser import HTMLParser
from io import BytesIO

import pytest
from django.contrib.staticfiles import finders
from django.core.signals import got_request_exception
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from citizens.checks import check_lookup_settings
from citizens.views import pages
from config.templatetags import portal_look
from notices import register
from tests.citizens.visits import case_at, code_of, look_up, main_of, paper, text

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

OPEN_PAGES = [
    "/",
    "/tra-cuu/",
    "/TRA-CUU/",
    "/tra-cuu/quyet-dinh/",
    "/tra-cuu/bien-so/",
    "/nop-phat/",
    "/nop-phat/ket-qua/",
    "/xac-minh/",
    "/huong-dan/",
    "/canh-giac/",
    "/quyen/",
    "/hop-thu/",
    "/bao-mat-du-lieu/",
    "/kha-nang-tiep-can/",
]
ASKING_PAGES = ["/", "/tra-cuu/", "/tra-cuu/quyet-dinh/", "/tra-cuu/bien-so/", "/xac-minh/"]


class Page(HTMLParser):
    """Read the tags of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]


def check_structure(source: str) -> None:
    """Insist on what every page must be, whatever it shows."""
    page = Page(source)
    assert len(page.named("h1")) == 1
    assert len(page.named("main")) == 1
    assert page.named("html")[0]["lang"]
    assert not page.named("style")
    for tag, attrs in page.tags:
        assert "style" not in attrs, tag
        assert not any(name.startswith("on") for name in attrs), tag
        for link in ("src", "href", "action"):
            assert not re.match(r"(https?:)?//", attrs.get(link) or ""), attrs
    for script in page.named("script"):
        assert (script.get("src") or "").startswith("/static/js/")
    for image in page.named("img"):
        assert image["alt"]
    labels = {attrs.get("for") for attrs in page.named("label")}
    for field in page.named("input", "select", "textarea"):
        if field.get("type") != "hidden":
            assert field["id"] in labels, field
    identifiers = [attrs["id"] for _tag, attrs in page.tags if attrs.get("id")]
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", OPEN_PAGES)
def test_every_page_stands_in_both_languages_under_the_strict_policy(path, language):
    answer = Client(headers={"accept-language": language}).get(path)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in text(answer)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    check_structure(text(answer))


@pytest.mark.parametrize("status", ["notified", "recorded", "served", "closed"])
def test_the_page_of_a_case_keeps_the_same_rules(place, browser, status):
    check_structure(text(look_up(browser, case_at(status, place, pictures=3))))
    check_structure(text(browser.get("/nop-phat/")))


@pytest.mark.parametrize("path", ASKING_PAGES)
def test_what_is_asked_may_be_pasted_and_says_what_it_is(path, browser):
    page = Page(text(browser.get(path)))
    typed = [attrs for attrs in page.named("input") if attrs.get("type") in ("text", None)]
    for field in typed:
        assert field["autocomplete"] == "off"
        assert field["aria-describedby"]
        assert "onpaste" not in field
        assert "required" not in field  # our own words explain, not the browser's
    for form in page.named("form"):
        assert (form.get("method") or "").lower() == "post"


@pytest.mark.parametrize(
    "path", ["/tra-cuu/", "/tra-cuu/quyet-dinh/", "/tra-cuu/bien-so/", "/xac-minh/"]
)
def test_an_empty_form_lists_its_errors_at_the_top_with_links_to_the_fields(path, browser):
    source = text(browser.post(path, {}))
    page = Page(source)
    assert "<title>Error:" in re.sub(r"\s+", " ", source).replace("<title> ", "<title>")
    assert 'role="alert"' in source
    identifiers = {attrs.get("id") for _tag, attrs in page.tags}
    links = re.findall(r'<a href="#(id_[a-z_0-9]+)"', source)
    assert links
    assert set(links) <= identifiers
    for field in page.named("input"):
        if field.get("id") in links and field.get("type") == "text":
            assert field["aria-invalid"] == "true"


@pytest.mark.parametrize("path", ["/tra-cuu/", "/tra-cuu/bien-so/", "/nop-phat/", "/xac-minh/"])
def test_what_is_one_persons_stays_out_of_search_engines(path, browser):
    assert browser.get(path).headers["X-Robots-Tag"] == "noindex, nofollow"


def test_robots_are_kept_out_of_the_trial_site_and_later_of_the_personal_pages(browser, settings):
    settings.IS_SAMPLE = True
    assert "Disallow: /\n" in text(browser.get("/robots.txt"))
    settings.IS_SAMPLE = False
    listed = text(browser.get("/robots.txt"))
    for path in ("/tra-cuu/", "/vu-viec/", "/nop-phat/", "/xac-minh/"):
        assert f"Disallow: {path}\n" in listed
    assert "Disallow: /\n" not in listed


@pytest.mark.parametrize("path", ["/", "/vu-viec/", "/nop-phat/ket-qua/", "/huong-dan/"])
def test_pages_that_only_show_take_no_post(path, browser):
    assert browser.post(path).status_code == 405


def test_a_missing_page_is_calm_and_names_the_telephone(browser):
    answer = browser.get("/khong-co/")
    assert answer.status_code == 404
    assert "1900 0000" in text(answer)
    check_structure(text(answer))


def test_a_browser_that_shows_a_pdf_finds_the_icon_it_asks_for(browser):
    answer = browser.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"] == "/static/icons/favicon.svg"
    assert finders.find("icons/favicon.svg")


def test_a_fault_of_ours_shows_no_trace(monkeypatch, settings):
    """A view that fails: the page says so in words, and nothing of the program."""
    settings.PUBLIC_PLATE_LOOKUP = None
    monkeypatch.delattr(settings, "CLOSED_CASES_PUBLIC_DAYS")
    seen = []
    got_request_exception.connect(lambda **facts: seen.append(facts), weak=False, dispatch_uid="t")
    try:
        browser = Client(raise_request_exception=False, headers={"accept-language": "en"})
        answer = browser.get("/bao-mat-du-lieu/")
    finally:
        got_request_exception.disconnect(dispatch_uid="t")
    assert seen
    assert answer.status_code == 500
    for trace in ("Traceback", "AttributeError", "CLOSED_CASES", pages.__name__):
        assert trace not in text(answer)
    assert "1900 0000" in text(answer)


def test_a_form_without_its_token_is_refused_in_words():
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = strict.post("/tra-cuu/", {"code": "x"})
    assert answer.status_code == 403
    assert "Reload the page" in text(answer)


def test_forms_may_be_sent_under_the_referrer_policy_in_force(browser):
    """With "no-referrer" browsers send "Origin: null", and every form would be refused."""
    assert browser.get("/").headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_every_page_names_the_one_official_address(path, browser, settings):
    settings.PORTAL_ORIGIN = "https://phat.example.vn"
    page = text(browser.get(path))
    footer = page[page.index("<footer") :]
    assert "Our one official address:" in footer
    assert ">phat.example.vn</strong>" in footer
    assert 'href="/canh-giac/"' in footer


def test_the_page_on_fraud_says_what_we_never_do(browser):
    shown = main_of(browser.get("/canh-giac/"))
    for words in ("no link into a message", "Kho bạc Nhà nước", "one-time code", "Call your bank"):
        assert words in shown, words


def test_languages_that_are_not_translated_yet_are_offered_to_nobody(browser):
    page = text(browser.get("/"))
    assert 'value="vi"' in page
    for code in ("ko", "zh-hans"):
        assert f'value="{code}"' not in page


def test_a_language_that_is_switched_on_is_offered_and_named_on_the_page(browser, settings):
    settings.LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English"), ("ko", "한국어")]
    page = text(browser.get("/", headers={"accept-language": "ko"}))
    assert '<html lang="ko">' in page
    assert 'value="en" lang="en"' in page
    assert 'value="ko"' not in page
    with translation.override("ko"):
        assert portal_look.vn_weekday_date(date(2026, 11, 26)) == "목요일 26/11/2026"


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("PUBLIC_PLATE_LOOKUP", "official", "citizens.E001"),
        ("CLOSED_CASES_PUBLIC_DAYS", -1, "citizens.E002"),
        ("PROOF_NUMBERS", 0, "citizens.E003"),
    ],
)
def test_a_setting_that_is_mistyped_stops_the_portal_before_it_opens(settings, name, value, fault):
    assert check_lookup_settings() == []
    setattr(settings, name, value)
    assert [found.id for found in check_lookup_settings()] == [fault]


# Files that go with a page -------------------------------------------------------------------------


def test_style_sheets_travel_compressed_to_browsers_that_take_it(browser):
    plain = browser.get("/static/css/components.css")
    small = browser.get("/static/css/components.css", headers={"accept-encoding": "gzip, br"})
    whole = b"".join(plain.streaming_content)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert small.headers["Vary"] == "Accept-Encoding"
    shrunk = b"".join(small.streaming_content)
    assert len(shrunk) == int(small.headers["Content-Length"]) < len(whole) / 3
    assert gzip.decompress(shrunk) == whole


def test_letters_and_pictures_travel_as_they_are(browser):
    font = browser.get("/static/fonts/fig/fig-400.woff2", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in font.headers
    font.close()


# Is this paper genuine? ----------------------------------------------------------------------------


def check(browser: Client, code: str) -> str:
    return main_of(browser.post("/xac-minh/", {"code": code}))


def test_a_genuine_decision_names_what_must_stand_on_the_paper(place, browser):
    case = case_at("served", place)
    shown = check(browser, code_of(case, "MQD02"))
    account = case.decision.beneficiary
    for line in (
        "Genuine paper",
        "Penalty decision",
        paper(case, "MQD02").number_text,
        "14/10/2026",
        case.unit.name,
        case.plate_display,
        "19.000.000\xa0₫",
        account.treasury_name,
        account.account,
    ):
        assert line in shown, line
    assert "Trần Văn Hiếu" not in shown


def test_a_genuine_notice_names_no_amount(place, browser):
    case = case_at("notified", place)
    shown = check(browser, code_of(case))
    assert "Genuine paper" in shown
    assert "₫" not in shown


def test_an_unknown_code_is_called_what_it_is(browser):
    shown = check(browser, register.lookup_code(uuid.uuid4()))
    assert "Not a paper of ours" in shown
    assert "send no money" in shown
    assert "1900 0000" in shown


def test_a_replaced_paper_says_that_it_is_no_longer_in_force(place, browser):
    case = case_at("notified", place)
    old = paper(case)
    fields = {
        field.attname: getattr(old, field.attname)
        for field in old._meta.concrete_fields
        if field.attname not in ("id", "lookup_digest", "supersedes_id", "number")
    }
    digest = uuid.uuid4().bytes * 2
    type(old).objects.create(**fields, number=9000, lookup_digest=digest, supersedes=old)
    shown = check(browser, code_of(case))
    assert "Genuine, but no longer in force" in shown


def test_the_blank_complaint_form_is_one_page_that_names_nobody(client: Client) -> None:
    """NĐ 155/2026, form 01; linked from the page of rights, where a person looks for it"""
    address = reverse("citizens:petition")
    assert f'href="{address}"' in client.get(reverse("citizens:rights")).content.decode()
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    assert len(pages) == 1
    assert "ĐƠN KHIẾU NẠI" in pages[0].extract_text()
    assert client.get(address).content == answer.content
