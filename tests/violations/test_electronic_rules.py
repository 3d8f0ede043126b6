"""Which electronic way brings which paper: the table, each line with its article."""

from __future__ import annotations

import pytest

from notices.deliveries import POSTED_KINDS
from violations.electronic_rules import BY_POST_ALONE, RULES, plan

pytestmark = pytest.mark.gate

ACCOUNT, EMAIL, SMS = "account", "email", "sms"

CASES = [
    # kind, agreed to, begun, a letter as well
    ("TB0173", {ACCOUNT, EMAIL, SMS}, (ACCOUNT, EMAIL, SMS), False, "TT 73/2024 Đ24 k1c: the app"),
    ("TB0173", {EMAIL}, (EMAIL,), True, "TT 73/2024 Đ24 k1c: an e-mail only informs"),
    ("TB0173", {EMAIL, SMS}, (EMAIL, SMS), True, "TT 73/2024 Đ24 k1c: two notes, and the letter"),
    ("MQD02", {ACCOUNT, SMS}, (ACCOUNT, SMS), False, "NĐ 118/2021 Đ28a: the inbox"),
    ("MQD02", {EMAIL}, (EMAIL,), False, "NĐ 118/2021 Đ28a: an e-mail, once opened"),
    ("MQD02", {SMS}, (SMS,), True, "NĐ 118/2021 Đ28b: nobody opens a text message"),
    ("MQD02", set(), (), True, "NĐ 118/2021 Đ28a: nobody agreed"),
    ("MQD40", {ACCOUNT, EMAIL}, (ACCOUNT, EMAIL), False, "NĐ 118/2021 Đ28a: a cancellation"),
    ("TBTH", {EMAIL}, (EMAIL,), False, "our own letter: no way is set"),
    ("MBB01", {ACCOUNT, EMAIL}, (), True, "Luật XLVPHC Đ58: a record is signed and handed over"),
]


@pytest.mark.parametrize(
    ("kind", "agreed", "begun", "by_post_too"),
    [case[:4] for case in CASES],
    ids=[f"{case[0]} {case[4]}" for case in CASES],
)
def test_the_ways_of_a_paper(
    kind: str, agreed: set[str], begun: tuple[str, ...], by_post_too: bool
) -> None:
    planned = plan(kind, frozenset(agreed))
    assert (planned.routes, planned.by_post_too) == (begun, by_post_too)


def test_every_paper_that_is_posted_has_its_line() -> None:
    assert set(RULES) | BY_POST_ALONE == set(POSTED_KINDS)
    assert not set(RULES) & BY_POST_ALONE


def test_no_rule_lets_a_text_message_bring_a_paper() -> None:
    assert all(SMS not in rule.brought_by for rule in RULES.values())
