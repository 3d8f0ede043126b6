"""Five hundred payments through the sandbox bank, in random order, with repeats and crashes.

Each payment is a decision of its own. The bank's process signs what it tells; the portal is told in
random order, some messages three times, some never, some into a transaction that dies before it
commits; what was never told is asked for. At the end the books are added up.

``PAYMENTS`` sets how many (500 unless set), ``SEED`` the order.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.scratch import ScratchPortal

PAYMENTS = int(os.environ.get("PAYMENTS", "500"))
SEED = int(os.environ.get("SEED", "7"))


def measure(portal: ScratchPortal) -> dict[str, Any]:
    """Return what the books come to, and payments a second."""
    from django.conf import settings
    from django.utils import timezone

    from tests.citizens.bank_process import SECRET, TERMINAL, Bank
    from tests.journeys import world

    dice = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        bank = Bank("http://127.0.0.1:9/", Path(folder) / "bank.sqlite3")
        settings.KEYS = settings.KEYS | {"VNPAY_SECRET": SECRET}
        settings.VNPAY_TERMINAL = TERMINAL
        settings.VNPAY_PAY_URL = f"{bank.address}/paymentv2/vpcpay.html"
        settings.VNPAY_API_URL = f"{bank.address}/merchant_webapi/api/transaction"
        try:
            trips = _start(world(), timezone.now())
            began = time.perf_counter()
            counts = _drive(bank, trips, dice)
            seconds = time.perf_counter() - began
        finally:
            bank.stop()
    return _books() | counts | {"seconds": round(seconds, 1),
                                "payments_per_second": round(len(trips) / seconds, 1)}  # fmt: skip


def _start(place: Any, at: Any) -> list[Any]:
    """Walk a case to its decision for each payment, and start its trip to the bank."""
    from citizens import checkout, references
    from tests.journeys import case_at
    from violations.payments import amount_due

    trips = []
    for _number in range(PAYMENTS):
        case = case_at("served", place, pictures=1)
        due = amount_due(case.decision, on=at.date())
        trips.append(
            checkout.start(case.pk, form_key=references.new(), amount_vnd=due.remaining_vnd, at=at)
        )
    return trips


def _drive(bank: Any, trips: list[Any], dice: random.Random) -> dict[str, int]:
    """Let every payer pay; let the bank's messages arrive as networks and crashes let them."""
    from django.db import transaction
    from django.utils import timezone

    from citizens import checkout, silent_attempts, till
    from tests.citizens.visits import told

    messages: list[tuple[str, bool]] = []
    counts = {"payments": len(trips), "told_again": 0, "crashed": 0, "never_told": 0}
    gateway = till.gateway()
    for number, trip in enumerate(trips):
        address = gateway.start(till.describe(trip, ip="127.0.0.1", language="vi")).url
        bank.choose(bank.http.get(address), scenario="ipn_never")
        fate = dice.random()
        if fate < 0.15:
            counts["never_told"] += 1
            continue
        query = told(trip, vnp_TransactionNo=_number_at_bank(bank, trip, number))
        copies = 3 if fate < 0.4 else 1
        counts["told_again"] += copies - 1
        messages += [(query, False)] * copies
        if fate > 0.85:
            counts["crashed"] += 1
            messages.append((query, True))
    dice.shuffle(messages)
    for query, crashes in messages:
        with transaction.atomic():
            checkout.apply_notification(query, network="bench", at=timezone.now())
            transaction.set_rollback(crashes)
    later = timezone.now() + timedelta(minutes=20)
    while silent_attempts.mop_up(at=later):
        later += timedelta(hours=1)
    return counts


def _number_at_bank(bank: Any, trip: Any, number: int) -> str:
    """Ask the bank under which number the money moved, as its message would say."""
    import httpx

    from citizens import till

    with httpx.Client() as http:
        described = till.describe(trip, ip="127.0.0.1", language="vi")
        answer = till.gateway(http).query(described, request_id=f"bench{number}")
    return answer.gateway_transaction_no


def _books() -> dict[str, Any]:
    """Add the books up: nothing doubled, nothing lost, and every posting at nought."""
    from django.db.models import Count, Sum

    from citizens.models import PaymentAttempt
    from violations.models import LedgerEntry, Payment, Violation

    paid = PaymentAttempt.objects.filter(state=PaymentAttempt.State.PAID)
    doubles = (
        Payment.objects.values("decision").annotate(rows=Count("pk")).filter(rows__gt=1).count()
    )
    return {
        "ledger_sum_vnd": LedgerEntry.objects.aggregate(t=Sum("amount_vnd", default=0))["t"],
        "told_paid_vnd": paid.aggregate(t=Sum("amount_vnd", default=0))["t"],
        "booked_vnd": Payment.objects.aggregate(t=Sum("amount_vnd", default=0))["t"],
        "paid_attempts": paid.count(),
        "doubles": doubles,
        "closed": Violation.objects.filter(status="closed").count(),
    }
