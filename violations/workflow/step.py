"""What a row of the table is, and the sets of statuses that rows share."""

from __future__ import annotations

from dataclasses import dataclass

from violations.guards import Guard

BEFORE_NOTICE = ("detected", "verified", "owner_identified")
BEFORE_DECISION = (*BEFORE_NOTICE, "notified", "recorded")
PUBLIC = ("notified", "recorded", "decided", "served", "enforced", "paid", "closed")
PAYABLE = ("decided", "served", "enforced")
DECIDED = (*PAYABLE, "paid", "closed")
ENDED = ("closed", "rejected", "dismissed", "time_barred", "lapsed", "annulled")

REVIEW = "violations.review_case"
ADJUDICATE = "violations.adjudicate_case"
PROPOSE = "violations.propose_papers"
SIGN = "violations.sign_papers"
SERVE = "violations.record_service"
CONFIRM = "violations.confirm_measure"
PRINT = "notices.print_notice"
PROPOSE_RECALL = "violations.propose_recall"
APPROVE_RECALL = "violations.approve_recall"
HANDLE_MONEY = "violations.handle_money"
APPROVE_MONEY = "violations.approve_money"


@dataclass(frozen=True)
class Step:
    """One row: ``to`` None means that the case stays where it is.

    ``permission`` None means that the system alone takes the step; ``also_system`` that it may
    take it too, besides the people who hold the permission. ``across_units`` lets a unit that no
    longer holds the case take it: the act itself asks whose paper it is.
    """

    name: str
    title: str
    origins: tuple[str, ...]
    to: str | None
    permission: str | None
    article: str
    guards: tuple[Guard, ...] = ()
    also_system: bool = False
    across_units: bool = False
