"""Every public address × every level of knowing: what is answered, and what must not stand in it.

One row for each address. An address without a row fails: whoever adds one says what it shows to
whom. What a level may not see is looked for in the body and in the headers of every answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import journeys
from tests.citizens import electronic
from tests.citizens.conftest import english
from tests.citizens.holders import as_person, enter_as
from tests.citizens.test_lookup import PERSONAL
from tests.citizens.visits import NOW, case_at, look_up, look_up_decision, paper, search
from tests.violations.desk import signed_in
from violations.letter_parts import overviews
from violations.models import Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

#: Rooms with doors of their own: officers, administration, devices. Their tests stand elsewhere.
ROOMS = ("can-bo/", "quan-tri/", "api/")
#: In a room, yet for everybody: the description of the API for people and for machines.
DESCRIPTIONS = ("api/v1/", "api/v1/schema/")
#: Not the one that every form gives as its example.
OURS_PLATE, OURS_SHOWN, OTHERS_PLATE = "30A71342", "30A-713.42", "30F25658"

NOBODYS = "00000000-0000-4000-8000-000000000000"

# Levels ------------------------------------------------------------------------------------------

LEVELS = (
    "nobody",
    "plate",
    "decision",
    "code",
    "code of another case",
    "person",
    "account of somebody else",
    "session run out",
    "staff without the right",
    "staff of another unit",
)
#: Who holds nothing of the case, whatever else they hold.
OUTSIDE = (
    "nobody",
    "account of somebody else",
    "session run out",
    "staff without the right",
    "staff of another unit",
)


@dataclass(frozen=True)
class Row:
    """What one address answers: to everybody, and to those for whom it is different."""

    everybody: int
    other: dict[str, int] | None = None
    address: str = ""  # where the pattern has blanks
    method: str = "get"

    def status(self, level: str) -> int:
        """Return the status this level must be given."""
        return (self.other or {}).get(level, self.everybody)


HOLDERS = ("decision", "code", "code of another case", "person")
PICTURES = ("code", "code of another case", "person")  # each sees its own
CODES = ("code", "code of another case")
STAFF = dict.fromkeys(("staff without the right", "staff of another unit"), 403)
SIGNED_IN = {"account of somebody else": 200} | STAFF
MATRIX = {
    "": Row(200),
    "tra-cuu/": Row(200),
    "TRA-CUU/": Row(200),
    "tra-cuu/quyet-dinh/": Row(200),
    "tra-cuu/bien-so/": Row(200),
    "tra-cuu/bien-so/ket-qua/": Row(302, {"plate": 200}),
    "vu-viec/": Row(302, dict.fromkeys(HOLDERS, 200)),
    "vu-viec/tra-loi/": Row(302, dict.fromkeys(HOLDERS, 200)),
    "vu-viec/da-gui/": Row(302),
    # By the code alone the page says how to prove who one is, and nothing of the case besides.
    "vu-viec/tra-loi/<slug:slug>/": Row(
        302, dict.fromkeys(CODES, 200), "vu-viec/tra-loi/khieu-nai/"
    ),
    "vu-viec/tra-loi/<slug:slug>/<slug:page>/": Row(
        302,
        dict.fromkeys(CODES, 200) | {"person": 303},
        "vu-viec/tra-loi/khieu-nai/kiem-tra/",
    ),
    "vu-viec/don-khieu-nai/": Row(404, dict.fromkeys(PICTURES, 200)),
    "vu-viec/anh/<int:number>/": Row(404, dict.fromkeys(PICTURES, 200), "vu-viec/anh/1/"),
    "vu-viec/chung-minh/": Row(302, {"code": 200, "code of another case": 200}),
    "vu-viec/chung-minh/ma/": Row(302),
    "vu-viec/chung-minh/tai-khoan/": Row(405),
    "vu-viec/giay/<slug:kind>.pdf": Row(404, {"person": 200}, "vu-viec/giay/TB0173.pdf"),
    "vu-viec/toi-lai-xe/": Row(302, dict.fromkeys(PICTURES, 200)),
    "vu-viec/toi-lai-xe/ma/": Row(302),
    "vu-viec/nguoi-khac/": Row(302, dict.fromkeys(PICTURES, 200)),
    "vu-viec/nguoi-khac/rut-lai/": Row(405),
    "vu-viec/hen-gap/": Row(302, dict.fromkeys(PICTURES, 200)),
    "vu-viec/hen-gap/huy/": Row(405),
    "vu-viec/hen-gap/lich-hen.ics": Row(404),
    # These open with the code sent to a person named: none of these levels.
    "duoc-neu-ten/": Row(200),
    "duoc-neu-ten/noi-dung/": Row(302),
    "duoc-neu-ten/nhan/": Row(302),
    "duoc-neu-ten/khong-nhan/": Row(302),
    "duoc-neu-ten/nguoi-khac/": Row(302),
    "dinh-danh-doi-xe/": Row(200),
    "dinh-danh-doi-xe/xac-nhan/": Row(405),
    "nop-phat/": Row(200),
    "nop-phat/ket-qua/": Row(200),
    "nop-phat/ket-qua/trang-thai/": Row(200),
    "nop-phat/xac-nhan.pdf": Row(404),
    "nop-phat/ipn/vnpay/": Row(200),
    "nop-phat/ipn/dvcqg/": Row(405),
    "nop-phat/chuyen-khoan/": Row(303),
    "nop-phat/da-nop/": Row(302, dict.fromkeys(HOLDERS, 200)),
    "xac-minh/": Row(200),
    "XAC-MINH/": Row(302),
    "xac-minh/qr/": Row(405),
    "xac-minh/sw.js": Row(200),
    ".well-known/notice-keys.json": Row(200),
    # The inbox opens with an identity number and a code sent to its holder: none of these levels.
    "hop-thu/": Row(200),
    "hop-thu/ma/": Row(302),
    "hop-thu/van-ban/": Row(302),
    "hop-thu/van-ban/<uuid:notice_id>/": Row(405, None, f"hop-thu/van-ban/{NOBODYS}/"),
    "hop-thu/van-ban/<uuid:notice_id>.pdf": Row(302, None, f"hop-thu/van-ban/{NOBODYS}.pdf"),
    "hop-thu/lien-he/": Row(302),
    "hop-thu/ngung/": Row(405),
    "hop-thu/dong/": Row(405),
    # An account shows its own holder's; what is another's opens by no address of it.
    "tai-khoan/": Row(302, SIGNED_IN),
    "tai-khoan/dang-nhap/": Row(200, {"account of somebody else": 302} | STAFF),
    "tai-khoan/dang-nhap/ma/": Row(302, STAFF),
    "tai-khoan/dang-xuat/": Row(405),
    "tai-khoan/dinh-danh/": Row(405),
    "tai-khoan/dinh-danh/tra-loi/": Row(302, STAFF),
    "tai-khoan/lien-he/": Row(302, SIGNED_IN),
    "tai-khoan/phien/": Row(302, SIGNED_IN),
    "tai-khoan/phuong-tien/": Row(302, SIGNED_IN),
    "tai-khoan/phuong-tien/them/": Row(302, SIGNED_IN),
    "tai-khoan/phuong-tien/tu-vu-viec/": Row(405),
    "tai-khoan/phuong-tien/bo/": Row(405),
    "tai-khoan/canh-bao/": Row(405),
    "tai-khoan/vu-viec/": Row(302, SIGNED_IN),
    "tai-khoan/hop-thu/": Row(405),
    "tai-khoan/du-lieu/": Row(302, SIGNED_IN),
    "tai-khoan/du-lieu/tai-ve/": Row(302, {"account of somebody else": 404} | STAFF),
    "tai-khoan/du-lieu/doc.pdf": Row(302, {"account of somebody else": 404} | STAFF),
    "tai-khoan/xoa/": Row(302, SIGNED_IN),
    "tai-khoan/xoa/ma/": Row(302, STAFF),
    "tin-nhan/bao-tra/": Row(405),
    "huong-dan/": Row(200),
    "canh-giac/": Row(200),
    "quyen/": Row(200),
    "quyen/don-khieu-nai.pdf": Row(200),
    "bao-mat-du-lieu/": Row(200),
    "kha-nang-tiep-can/": Row(200),
    "robots.txt": Row(200),
    # Frozen figures: the same for everybody, and of no case.
    "so-lieu/": Row(200),
    "^so-lieu/(?P<month>[0-9]{4}-[0-9]{2})\\.csv$": Row(404, None, "so-lieu/2026-10.csv"),
    "api/v1/": Row(200),
    "api/v1/schema/": Row(200),
    # Of the whole site
    "favicon.ico": Row(302),
    ".well-known/custody-key.txt": Row(200),
    "ngon-ngu/setlang/": Row(302),
    "tieu-chuan/": Row(200),
    "tieu-chuan/loai-thong-tin/": Row(200),
    "tieu-chuan/ket-noi/": Row(200),
    "tieu-chuan/chia-se/": Row(200),
    "tieu-chuan/vn.traffic.violation-event/<path:name>": Row(
        404, None, "tieu-chuan/vn.traffic.violation-event/khong-co.json"
    ),
}


def public_routes() -> list[str]:
    """Return the pattern of every address outside the rooms."""

    def walk(patterns: list[Any], before: str) -> Iterator[str]:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern):
                yield route

    return [
        route
        for route in walk(get_resolver().url_patterns, "")
        if not route.startswith(ROOMS) or route in DESCRIPTIONS
    ]


def test_every_public_address_has_its_row_and_every_row_its_address():
    assert sorted(set(public_routes())) == sorted(MATRIX)


# Who asks ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    """A served case of one person, and another's."""

    ours: Violation
    others: Violation
    place: journeys.World
    clock: Callable[[Any], None]

    def visitor(self, level: str) -> Client:
        """Return a browser that has got as far as a level."""
        browser = english()
        if level == "plate":
            search(browser, OURS_SHOWN)
        elif level == "decision":
            look_up_decision(browser, self.ours)
        elif level == "code":
            look_up(browser, self.ours)
        elif level == "code of another case":
            look_up(browser, self.others)
        elif level == "person":
            look_up(browser, self.ours)
            as_person(browser, self.ours)
        elif level == "account of somebody else":
            enter_as(browser, "000099999999")
        elif level == "session run out":
            look_up(browser, self.ours)
            self.clock(NOW + timedelta(minutes=31))
        elif level == "staff without the right":
            browser = signed_in(self.place.technician, headers={"accept-language": "en"})
        elif level == "staff of another unit":
            browser = signed_in(self.place.other_leader, headers={"accept-language": "en"})
        return browser


@pytest.fixture
def scene(place, clock) -> Scene:
    ours = case_at("served", place, plate=OURS_PLATE, pictures=3)
    others = case_at("served", place, owner="organisation", plate=OTHERS_PLATE, kind="speed_over")
    for case in (ours, others):
        electronic.made(paper(case), storages["papers"].put(b"%PDF-1.7 " + case.plate.encode()))
    return Scene(ours, others, place, clock)


def secrets_of(case: Violation) -> dict[str, tuple[str, ...]]:
    """Return what may be told of a case, by kind; each level is forbidden most of it."""
    pictures = overviews(case)
    copies = [copy.sha256 for file in pictures for copy in file.derivatives.all()]
    decision = paper(case, "MQD02")
    return {
        "name": PERSONAL[:1],
        "person": PERSONAL[1:],
        "plate": (case.plate, case.plate_display),
        "place": (case.place, case.place[1:]),
        "case": (case.number, str(case.pk)),
        "papers": (paper(case).number_text, paper(case, "MBB01").number_text),
        "decision": (decision.number_text,),
        "amount": ("19.000.000",),
        "pictures": ('src="/vu-viec/anh/',),
        "copies": tuple(sha256[:16] for sha256 in copies),
        "files": tuple(
            text for file in pictures for text in (str(file.pk), file.sha256, file.sha256[:16])
        ),
        "device": (case.detection.device.code,),
    }


#: What a level is told of the case; everything else is forbidden it.
TOLD = {
    "plate": {"plate", "place"},
    "decision": {"plate", "amount", "decision"},
    "code": {
        "plate", "place", "case", "papers", "decision", "amount", "pictures", "copies", "device",
    },
    # The name of the person alone: the rest stands on the papers, whose bytes are not looked into.
    "person": {
        "plate", "place", "case", "papers", "decision", "amount", "pictures", "copies", "device",
        "name",
    },
    # Its own pictures stand at the same addresses, its own place may be the same junction.
    "code of another case": {"pictures", "place", "device"},
}  # fmt: skip


def texts_of(answer: HttpResponse) -> str:
    """Return the headers and the body of an answer as text; bytes of pictures stay bytes."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
    cookies = answer.cookies.output()
    return f"{headers}\n{cookies}\n{body.decode('utf-8', 'replace')}"


def faults_of(browser: Client, level: str, forbidden: dict[str, tuple[str, ...]]) -> list[str]:
    """Ask every address and say what was wrong."""
    faults = []
    for route, row in MATRIX.items():
        answer = getattr(browser, row.method)(f"/{row.address or route}")
        if answer.status_code != row.status(level):
            faults.append(f"/{route} to {level}: {answer.status_code}, not {row.status(level)}")
        told = texts_of(answer)
        faults += [
            f"/{route} tells {level} of the {kind}: {word}"
            for kind, words in forbidden.items()
            for word in words
            if word in told
        ]
    return faults


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_is_answered_as_the_matrix_says_and_told_no_more(scene, level):
    browser = scene.visitor(level)
    if level in PICTURES:
        browser.get("/vu-viec/anh/1/")  # makes the copies whose names must not leak
    allowed = TOLD.get(level, set())
    forbidden = {k: v for k, v in secrets_of(scene.ours).items() if k not in allowed}
    assert faults_of(browser, level, forbidden) == []


@pytest.mark.parametrize("level", ["plate", "decision", "code", "code of another case"])
def test_a_person_is_named_to_nobody_here(scene, level):
    names = ("Công ty Vận tải Mẫu", "CÔNG TY VẬN TẢI MẪU", "Lý Thị Mẫu", "0100000001")
    browser = scene.visitor(level)
    assert faults_of(browser, level, {"person": (*PERSONAL, *names)}) == []


def test_what_is_looked_for_is_there_to_be_found(scene):
    """The matrix can fail: who holds the code is told what it forbids to the others."""
    found = faults_of(scene.visitor("code"), "code", secrets_of(scene.ours))
    kinds = {kind for kind in secrets_of(scene.ours) for fault in found if f"the {kind}:" in fault}
    assert {"plate", "place", "case", "papers", "decision", "amount", "pictures"} <= kinds


@pytest.mark.parametrize("level", ["nobody", "plate", "decision", "code", "code of another case"])
def test_the_officers_rooms_open_to_no_citizen(scene, level):
    browser = scene.visitor(level)
    file = overviews(scene.ours)[0]
    for path in (
        f"/can-bo/ho-so/{scene.ours.number}/",
        f"/can-bo/anh/{file.pk}/",
        f"/can-bo/anh/{file.pk}/ban-cong-dan/",
        f"/can-bo/giay/{paper(scene.ours).pk}/",
        "/quan-tri/",
        "/api/v1/violations/",
        f"/api/v1/violations/{scene.ours.number}/",
        f"/api/v1/violations/{scene.ours.number}/money/",
        "/api/v1/events/",
        f"/api/v1/nominations/{NOBODYS}/",
    ):
        answer = browser.get(path)
        assert answer.status_code in (302, 401, 403, 404), (path, answer.status_code)
        assert not any(word in texts_of(answer) for word in PERSONAL)


@pytest.mark.parametrize("level", ["staff without the right", "staff of another unit"])
def test_staff_without_the_case_see_nothing_of_it_in_their_own_rooms_either(scene, level):
    browser = scene.visitor(level)
    file = overviews(scene.ours)[0]
    hidden = secrets_of(scene.ours)
    for path in (f"/can-bo/ho-so/{scene.ours.number}/", f"/can-bo/giay/{paper(scene.ours).pk}/"):
        answer = browser.get(path)
        assert answer.status_code in (302, 403, 404), (path, answer.status_code)
        told = texts_of(answer)
        assert not any(word in told for kind in ("person", "place") for word in hidden[kind])
    if level == "staff of another unit":
        assert browser.get(f"/can-bo/anh/{file.pk}/").status_code in (403, 404)
