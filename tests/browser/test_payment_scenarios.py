"""Everything the sandbox bank can do to a payment, as the person who pays sees it, in two languages.

Each course of events has a decision of its own, but for those in which no money moves. The whole
table is ``long``; what people meet every day is in ``test_paying``.

    pytest tests/browser/test_payment_scenarios.py -m long
"""

from __future__ import annotations

import pytest

from citizens.gateways.sandbox_scenarios import ONE_TIME_CODE, SCENARIOS
from tests.browser.keyboard import vi
from tests.browser.stage_hand import Stage
from tests.browser.test_paying import opened

pytestmark = pytest.mark.long

# What the last page says, and under which mark. What a query must find out takes longest.
PAID = ("The fine is paid in full", ".paid")
NOT_PAID = ("Not paid", ".state-bad")
CHECKED = ("The bank is checking this payment", ".state")
REASONS = {
    "cancel": "You cancelled at the bank.",
    "no_funds": "The account has not enough money.",
    "wrong_otp": "The one-time code was wrong.",
    "expired": "The time to pay at the bank ran out.",
    "card_locked": "The card or account is locked.",
    "card_expired": "The bank did not carry the payment out.",
}
IN_REVIEW = ("suspect", "reversed")
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
ENDED = 480_000  # milliseconds; the gateway is asked once a minute, and spoils three answers


class Docket:
    """Cases with a decision served, made six at a time as they are needed."""

    def __init__(self, portal: Stage) -> None:
        self._portal = portal
        self._waiting: list[dict[str, str]] = portal.served.found(400)

    def next(self) -> dict[str, str]:
        """Return a case on which nothing was paid."""
        if not self._waiting:
            self._waiting = self._portal.begin("served", count=6).found(400)
        return self._waiting.pop()


@pytest.fixture(scope="module")
def docket(portal) -> Docket:
    return Docket(portal)


@pytest.fixture(scope="module")
def unpaid(docket) -> dict[str, str]:
    """The case on which nothing is ever paid."""
    return docket.next()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_payment_ends_as_the_bank_played_it(
    portal, visit, look, watch, docket, unpaid, scenario, language
) -> None:
    portal.do("forget_limits")  # this one network pays more than any family does
    case = unpaid if scenario in REASONS else docket.next()
    before = portal.do("trips", number=case["number"])
    page = opened(visit, case, locale=LANGUAGES[language])
    say = vi if language == "vi" else str

    page.goto("/nop-phat/")
    page.locator("input[name=form_key] ~ button").click()
    page.wait_for_url(f"{portal.bank_url}/**")
    if scenario == "ok":
        page.locator("#otp").fill(ONE_TIME_CODE)
        page.locator("button.first").click()
    else:
        if scenario != "cancel":
            page.locator("details summary").last.click()
        page.locator(f"button[value={scenario}]").click()
    page.wait_for_url("**/nop-phat/ket-qua/")
    words, mark = NOT_PAID if scenario in REASONS else CHECKED if scenario in IN_REVIEW else PAID
    if scenario == "failure_then_success":
        # What the bank said first stands; who comes back is told what became of the money.
        page.locator("main .state-bad, main .paid").first.wait_for(timeout=ENDED)
        while portal.do("trips", number=case["number"])["payments"] == before["payments"]:
            page.wait_for_timeout(500)
        page.goto("/nop-phat/ket-qua/")
    page.locator(f"main {mark}", has_text=say(words)).wait_for(timeout=ENDED)
    if scenario in REASONS:
        assert say(REASONS[scenario]) in page.locator("main").inner_text()
    if scenario in IN_REVIEW:
        assert say("Please do not pay a second time.") in page.locator("main").inner_text()
    look(page, f"scenario-{scenario}-{language}", words=language == "vi")

    after = portal.do("trips", number=case["number"])
    assert after["attempts"] == before["attempts"] + 1
    assert after["payments"] - before["payments"] == (mark == PAID[1]), "money is booked once"
