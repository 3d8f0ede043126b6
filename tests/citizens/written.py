"""Cases in which people wrote something, and the time after which it is erased."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.test import Client

from cameras.models import RetentionRule
from citizens import driver_statements, nominations, submission_settling
from citizens.models import Submission
from tests.citizens.answering import opened, photo, send
from tests.citizens.naming import driver, name
from tests.citizens.visits import NOW, case_at
from tests.journeys import START, World, acting, onward
from violations.models import Violation

DAYS = 365
#: A year after the case, while it can still be contested; and after the last remedy and the days.
TOO_SOON, LONG_AFTER = START + timedelta(days=360), START + timedelta(days=1_200)
WORDS = ("Tôi ở nơi khác", "Nguyễn Thị Minh", "900000001", "001190000123", "hợp đồng", "Không phải")


def rule(record_class: str = "case") -> RetentionRule:
    """Enter how long a class of records is kept."""
    made: RetentionRule = RetentionRule.objects.create(
        record_class=record_class, keep_days=DAYS, basis="văn bản số 3 (mẫu)"
    )
    return made


def written_in(place: World, browser: Client, **claim: Any) -> Violation:
    """Return a closed case with a statement, a refused nomination, an answer and its file."""
    case = case_at("notified", place, **claim)
    refused = name(case, phone="+84912345678", address="số 9 phố Mẫu", proof_text="hợp đồng số 5")
    nominations.refuse(refused.pk, "Không phải tôi.", at=NOW)
    stated = driver_statements.state(case.pk, driver(), form_key=uuid.uuid4().hex, at=NOW)
    driver_statements.set_aside(stated.pk, answer="Chưa rõ.", by=acting(place.reviewer), at=NOW)
    case = onward(case, "served", place)
    sent = answered(place, browser, case)
    assert sent.files.count() == 1
    return onward(case, "closed", place)


def answered(place: World, browser: Client, case: Violation) -> Submission:
    """Send an answer with a photograph of its own, and let an officer take it."""
    sent = send(opened(browser, case), "never_received", files=(photo(case.number),))
    submission_settling.take(sent.pk, answer="Đã gửi lại.", by=acting(place.reviewer), at=NOW)
    return sent
