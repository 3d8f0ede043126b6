"""The acts of the walkthrough, each by the person whose act it is, through the pages people use."""

from __future__ import annotations

import html
import io
import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import httpx
from django.conf import settings
from pypdf import PdfReader

from cameras.simulator import SimulatedVehicle
from citizens.proofs import solve
from config.demo.visitor import NotAsExpected, Page, Visitor
from notices.lookup_codes import check
from violations.models import Violation

Found = TypeVar("Found")
VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b")
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def wait_for(what: str, look: Callable[[], Found | None], *, seconds: float = 60.0) -> Found:
    """Look again and again until something is there. Raises NotAsExpected when time is up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.25)
    raise NotAsExpected(f"waited {seconds:.0f} s for: {what}")


def review(officer: Visitor, numbers: set[str]) -> None:
    """Verify the wanted cases one after another, as the queue offers them.

    A case left over from an interrupted walkthrough is verified on the way.
    """
    waiting = set(numbers)
    while waiting:
        page = officer.open("/can-bo/duyet/")
        form = page.form("quyet-dinh")
        number = Violation.objects.values_list("number", flat=True).get(pk=form.values["case"])
        page.must_say(number)
        officer.press(page, form, decision="verify", visible_ms="4200")
        waiting.discard(number)


def act(officer: Visitor, number: str, step: str, **filled: str) -> Page:
    """Take one act on the case page: press its button, and fill its form in where it has one."""
    address = f"/can-bo/ho-so/{number}/{step}/"
    page = officer.open(f"/can-bo/ho-so/{number}/")
    form = next((form for form in page.forms if form.action.endswith(address)), None)
    if form is None:
        page = officer.open(address)
        form = page.form(step) if any(step in f.action for f in page.forms) else page.forms[-1]
    return officer.press(page, form, **filled)


def sign(leader: Visitor, draft_id: int) -> Page:
    """Read one draft on the signing desk, look at it as a PDF, and sign it."""
    page = leader.open(f"/can-bo/ky/{draft_id}/")
    draft = leader.open(f"/can-bo/ky/{draft_id}/ban-nhap.pdf")
    if not draft.body.startswith(b"%PDF"):
        raise NotAsExpected(f"the draft is no PDF: {draft.text[:300]}")
    return leader.prove_again(leader.press(page, page.form(f"/ky/{draft_id}/ky/")))


def code_on(pdf: bytes) -> str:
    """Read the look-up code from a paper, as its reader does. Raises NotAsExpected."""
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for found in CODE.findall(page.extract_text()):
            if isinstance(checked := check(found), str) and checked:
                return found
    raise NotAsExpected("no look-up code stands on the paper")


def look_up_by_plate(citizen: Visitor, vehicle: SimulatedVehicle, kind: str) -> Page:
    """Look a plate up with the fields the law publishes."""
    page = citizen.open("/tra-cuu/bien-so/")
    form = next(form for form in page.forms if "plate" in form.fields)
    asked = re.search(r'data-proof="([^"]+)"', page.body.decode())
    if asked is None:
        raise NotAsExpected(f"no sum to work out on {page.url}")
    proof = solve(html.unescape(asked[1]))
    return citizen.press(page, form, plate=vehicle.plate, vehicle_type=kind, proof=proof)


def look_up_by_code(citizen: Visitor, vehicle: SimulatedVehicle, code: str) -> Page:
    """Open a case with the code on the paper and the plate."""
    page = citizen.open("/tra-cuu/")
    form = next(form for form in page.forms if "code" in form.fields)
    return citizen.press(page, form, code=code, plate=vehicle.plate)


def pay(citizen: Visitor) -> Page:
    """Pay the open case at the bank with a test card, and come back."""
    page = citizen.open("/nop-phat/")
    form = next(form for form in page.forms if "form_key" in form.fields)
    bank = citizen.press(page, form)
    if "paymentv2" not in bank.url:
        raise NotAsExpected(f"not at the bank: {bank.url} {bank.text[:300]}")
    form = next(form for form in bank.forms if "card" in form.fields)
    return citizen.press(bank, form, card="9704198526191432198", otp="123456")


def held_by(agencies_url: str, agency: str, number: str) -> list[dict[str, Any]]:
    """Ask another agency, over HTTP, what it holds of a case. Raises NotAsExpected."""
    answer = httpx.get(
        f"{agencies_url}/agencies/{agency}/v1/records",
        params={"case": number},
        headers={"Authorization": f"Bearer {settings.KEYS['AGENCIES_TOKEN']}"},
        timeout=10.0,
    )
    if answer.status_code != 200:
        raise NotAsExpected(f"{agency} answered {answer.status_code}")
    return list(answer.json()["records"])


def published_as(agencies_url: str, number: str, status: str) -> None:
    """Wait until the national look-up shows a case with a status, and no person with it."""

    def found() -> dict[str, Any] | None:
        records = held_by(agencies_url, "lookup", number)
        return next((record for record in records if record["status"] == status), None)

    record = wait_for(f"{number} to be published as “{status}”", found)
    case = Violation.objects.get(number=number)
    for party in case.parties.all():
        if any(text and text in str(record) for text in (party.full_name, party.address)):
            raise NotAsExpected("a person stands in the publication")


def free_of_warnings(agencies_url: str, number: str) -> None:
    """See that no agency holds a procedure because of a case. Raises NotAsExpected."""
    for agency in ("inspection", "registration", "licence"):
        holds = [row for row in held_by(agencies_url, agency, number) if "ground" in row]
        if holds:
            raise NotAsExpected(f"{agency} still holds a warning")


def told_once(partner_url: str, number: str, *kinds: str) -> None:
    """Wait until a partner was told of events of a case, and see that each came once and signed.

    The receiver keeps nothing whose signature is not right. Raises NotAsExpected.
    """

    def told() -> list[dict[str, Any]] | None:
        received = httpx.get(f"{partner_url}/received", timeout=10.0).json()["messages"]
        ours = [one for one in received if one["told"]["data"]["case"] == number]
        return ours if {one["told"]["type"] for one in ours} >= set(kinds) else None

    came = wait_for(f"a partner to be told of {number}", told)
    types = [one["told"]["type"] for one in came]
    if len(types) != len(set(types)) or any(one["times"] != 1 for one in came):
        raise NotAsExpected(f"a partner was told twice: {sorted(types)}")
    case = Violation.objects.get(number=number)
    for party in case.parties.all():
        if any(text and text in str(came) for text in (party.full_name, party.identity_number)):
            raise NotAsExpected("a person stands in an event")


def tracking_number(serial: int) -> str:
    """Return a fictitious tracking number with a right check digit. UPU S10"""
    digits = f"{serial % 100_000_000:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, S10_WEIGHTS, strict=True))
    found = 11 - total % 11
    return f"RR{digits}{ {10: 0, 11: 5}.get(found, found) }VN"


def today() -> str:
    """Return today in Viet Nam as a date field wants it."""
    return datetime.now(VIET_NAM).date().isoformat()


def absolute(page: Page, part: str) -> str:
    """Return the address of the first link of a page that contains some words."""
    for link in page.links:
        if part in link:
            return urljoin(page.url, link)
    raise NotAsExpected(f"no link to {part} on {page.url}")


def keep(folder: Path, name: str, data: bytes) -> str:
    """Write a file of the walkthrough and return its path as the summary names it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return f"{folder.parent.name}/{folder.name}/{name}"
