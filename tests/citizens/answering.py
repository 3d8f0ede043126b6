"""What people do on the pages of an answer, and what the tests of them share."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from citizens import answers
from citizens.answer_forms import FILES
from citizens.consents import person_digest
from citizens.models import Submission
from tests.citizens.visits import look_up, text
from tests.scenery import picture
from violations.models import Party, Violation

HERE = "/vu-viec/tra-loi/"
WRITER = {"writer_name": "Trần Văn Hiếu", "writer_as": "owner", "contact": "0900000001"}
#: What is filled in on each page of each answer.
FILLED: dict[str, dict[str, dict[str, str]]] = {
    "not_mine": {"ly-do": {"why": "vehicle"}, "noi-dung": {"text": "Xe tôi màu trắng."}},
    "cloned": {
        "noi-dung": {"text": "Xe trong ảnh là loại khác."},
        "trinh-bao": {"reported": "Công an phường Mẫu Một, 01/10/2026"},
    },
    "explanation": {
        "cach": {"manner": "written"},
        "noi-dung": {"text": "Tôi nhường xe cứu thương."},
    },
    "complaint": {"noi-dung": {"text": "Đề nghị hủy quyết định: đèn vàng."}},
    "never_received": {"van-ban": {"paper": "decision"}, "noi-dung": {"text": "Tôi ở nơi khác."}},
    "deferral": {
        "noi-dung": {"text": "Tôi mất việc."},
        "xac-nhan": {"confirmed_by": "UBND phường"},
    },
    "reduction": {
        "muc": {"wants": "exemption"},
        "noi-dung": {"text": "Nhà cháy."},
        "xac-nhan": {"confirmed_by": "UBND phường"},
    },
    "instalments": {
        "noi-dung": {"text": "Lương thấp."},
        "xac-nhan": {"confirmed_by": "UBND phường"},
    },
}


def slug_of(name: str) -> str:
    """Return the part of the address that names an answer."""
    return answers.BY_NAME[name].where[0]


def prove(browser: Client, role: str = Party.Role.OFFENDER) -> None:
    """Let the session hold what a proven person of the case holds: the violator, once there is one."""
    session = browser.session
    parties = Party.objects.filter(case_id=session["grant"]["case"])
    party = parties.filter(role=role).first() or parties.get()
    digest = person_digest(party.identity_number).hex()
    session["grant"] = {**session["grant"], "level": "person", "person": digest}
    session.save()


def opened(browser: Client, case: Violation) -> Client:
    """Open a case by its code and prove who opens it."""
    look_up(browser, case)
    prove(browser)
    return browser


def post(browser: Client, name: str, page: str, data: dict[str, Any]) -> HttpResponse:
    """Send one page of an answer."""
    return browser.post(f"{HERE}{slug_of(name)}/{page}/", data)


def add(
    browser: Client, name: str, data: bytes, called: str = "giay.jpg", **more: Any
) -> HttpResponse:
    """Add a file to an answer."""
    file = SimpleUploadedFile(called, data, content_type="image/jpeg")
    return post(browser, name, FILES, {"file": file, "go": "add"} | more)


def fill(browser: Client, name: str, *, files: tuple[bytes, ...] = (), **changes: Any) -> None:
    """Fill in an answer up to the page where it is checked; ``changes`` by page, with _ for -."""
    assert browser.get(f"{HERE}{slug_of(name)}/").status_code == 302
    for page, data in FILLED[name].items():
        told = changes.get(page.replace("-", "_"), data)
        answer = post(browser, name, page, told)
        assert answer.status_code == 303, text(answer)
    for data in files:
        assert add(browser, name, data).status_code == 303
    assert post(browser, name, FILES, {"go": "on"}).status_code == 303
    writer = WRITER | ({"address": "số 27 phố Ví Dụ"} if name == "complaint" else {})
    answer = post(browser, name, "nguoi-gui", writer | changes.get("nguoi_gui", {}))
    assert answer.status_code == 303, text(answer)
    assert answer["Location"].endswith("/kiem-tra/")


def check_page(browser: Client, name: str) -> HttpResponse:
    """Return the page where an answer is checked."""
    return browser.get(f"{HERE}{slug_of(name)}/kiem-tra/")


def key_on(page: HttpResponse) -> str:
    """Return the single-use key of the form."""
    return re.search(r'name="form_key" value="([^"]+)"', text(page))[1]


def press(browser: Client, name: str, key: str = "") -> HttpResponse:
    """Press the button that sends an answer."""
    key = key or key_on(check_page(browser, name))
    return post(browser, name, "kiem-tra", {"form_key": key})


def send(
    browser: Client, name: str, *, files: tuple[bytes, ...] = (), **changes: Any
) -> Submission:
    """Fill an answer in and send it."""
    if name in ("deferral", "reduction", "instalments") and not files:
        files = (photo(),)
    fill(browser, name, files=files, **changes)
    answer = press(browser, name)
    assert answer.status_code == 303, text(answer)
    assert answer["Location"] == "/vu-viec/da-gui/"
    return Submission.objects.latest("pk")


def photo(words: str = "giấy xác nhận") -> bytes:
    """Return an honest photograph."""
    return picture(words)


def pdf(**root: Any) -> bytes:
    """Return a small PDF whose catalogue has these entries besides."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        for name, value in root.items():
            made.Root[f"/{name}"] = made.make_indirect(value)
        made.save(out)
    return out.getvalue()
