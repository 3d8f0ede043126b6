"""What people, and the bank's server, do to the public pages."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from citizens import proofs
from citizens.gateways import sandbox_signing
from citizens.models import PaymentAttempt
from notices import register
from notices.models import Notice
from tests import journeys
from violations.models import Violation

NOW = journeys.START + timedelta(days=5)  # Saturday 17/10/2026: after service, before the last day
PLATE, PLATE_SHOWN = "51K20864", "51K-208.64"


def case_at(status: str, place: journeys.World, **claim: Any) -> Violation:
    """Return a case of our vehicle at a status, with one picture unless told otherwise."""
    return journeys.case_at(status, place, **({"plate": PLATE, "pictures": 1} | claim))


def paper(case: Violation, kind: str = "TB0173") -> Notice:
    """Return an issued paper of a case."""
    return case.events.filter(notice__kind=kind).order_by("-sequence").first().notice


def code_of(case: Violation, kind: str = "TB0173") -> str:
    """Return the code printed on a paper of a case."""
    return register.lookup_code(paper(case, kind).pk)


def look_up(browser: Client, case: Violation, kind: str = "TB0173") -> HttpResponse:
    """Open a case with the code of a paper and the plate; returns the case page."""
    answer = browser.post("/tra-cuu/", {"code": code_of(case, kind), "plate": case.plate_display})
    assert answer.status_code == 303, text(answer)
    return browser.get(answer["Location"])


def look_up_decision(browser: Client, case: Violation) -> HttpResponse:
    """Open a decision with its number, its day and the plate; returns the page."""
    decision = paper(case, "MQD02")
    answer = browser.post(
        "/tra-cuu/quyet-dinh/",
        {
            "number": decision.number_text,
            "issued_on": f"{decision.issued_on:%d/%m/%Y}",
            "plate": case.plate_display,
        },
    )
    assert answer.status_code == 303, text(answer)
    return browser.get(answer["Location"])


def search(
    browser: Client, plate: str = PLATE_SHOWN, vehicle_type: str = "car", **sender: str
) -> HttpResponse:
    """Look a plate up, the sum of the page worked out; returns the page of results."""
    asked = {"plate": plate, "vehicle_type": vehicle_type}
    asked["proof"] = proof_on(browser.get("/tra-cuu/bien-so/", **sender))
    answer = browser.post("/tra-cuu/bien-so/", asked, **sender)
    assert answer.status_code == 303, text(answer)
    return browser.get(answer["Location"], **sender)


def challenge_on(page: HttpResponse) -> str:
    """Return the sum a page asks its browser to work out, as JSON."""
    return html.unescape(re.search(r'data-proof="([^"]+)"', text(page))[1])


def proof_on(page: HttpResponse) -> str:
    """Work out the sum of a page, as its script does."""
    return proofs.solve(challenge_on(page))


def form_key(browser: Client) -> str:
    """Return the single-use key on the check page."""
    page = browser.get("/nop-phat/")
    return re.search(r'name="form_key" value="([^"]+)"', text(page))[1]


def press_pay(browser: Client, key: str | None = None) -> HttpResponse:
    """Press the button of the check page."""
    return browser.post("/nop-phat/", {"form_key": key or form_key(browser)})


def start_payment(browser: Client) -> PaymentAttempt:
    """Go to the bank; returns the attempt."""
    before = set(PaymentAttempt.objects.values_list("pk", flat=True))
    answer = press_pay(browser)
    assert answer.status_code == 303, text(answer)
    return PaymentAttempt.objects.exclude(pk__in=before).get()


def told(attempt: PaymentAttempt, code: str = "00", status: str = "00", **changes: str) -> str:
    """Return a message of the bank about an attempt, signed by the bank's own code.

    The changes are made before signing; ``secret`` signs with another one.
    """
    secret = changes.pop("secret", settings.KEYS["VNPAY_SECRET"])
    moved = status in ("00", "04", "07")
    params = {
        "vnp_Amount": str(attempt.amount_vnd * 100),
        "vnp_BankCode": "NCB",
        "vnp_CardType": "ATM",
        "vnp_OrderInfo": "Nop phat",
        "vnp_PayDate": "20261017080500",
        "vnp_ResponseCode": code,
        "vnp_TmnCode": settings.VNPAY_TERMINAL,
        "vnp_TransactionNo": "14422574" if moved else "0",
        "vnp_TransactionStatus": status,
        "vnp_TxnRef": attempt.merchant_reference,
    } | changes
    signature = sandbox_signing.sign_link(secret, params)
    return f"{sandbox_signing.link_text(params)}&vnp_SecureHash={signature}"


def tell(browser: Client, query: str) -> str:
    """Send a message to the address for the bank's server; returns the code of the answer."""
    answer = browser.get(f"/nop-phat/ipn/vnpay/?{query}")
    assert answer.status_code == 200
    return str(answer.json()["RspCode"])


def text(answer: HttpResponse) -> str:
    """Return a page as text."""
    return answer.content.decode()


def main_of(answer: HttpResponse) -> str:
    """Return what stands between <main> and </main>."""
    return re.search(r"<main.*</main>", text(answer), re.DOTALL)[0]


def without_token(answer: HttpResponse) -> str:
    """Return a page without its CSRF token, which differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text(answer))
