"""Which electronic way may bring which paper, and which only says that it comes by post. Pure.

NĐ 118/2021/NĐ-CP Đ28a, Đ28b: VNeID, the sector's application, e-mail and text message are ways to
send; a paper is received once the person confirms, opens or downloads it. The notice of a camera
case goes on paper or through the sector's application (TT 73/2024 Đ24 k1c), so an e-mail about it
is information beside the letter. That a text message arrived proves no opening: it serves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from notices.models import PaperDelivery, PaperKind
from violations.models import Party

Route = PaperDelivery.Route


@dataclass(frozen=True)
class Rule:
    """Whose paper it is, which ways bring it, and by which article."""

    addressee: str
    brought_by: tuple[str, ...]
    article: str


ELECTRONIC_ACTS = "NĐ 118/2021 Đ28a, Đ28b"
BOTH = (Route.ACCOUNT, Route.EMAIL)
RULES: dict[str, Rule] = {
    PaperKind.NOTICE: Rule(Party.Role.OWNER, (Route.ACCOUNT,), "TT 73/2024 Đ24 k1c"),
    PaperKind.DECISION: Rule(Party.Role.OFFENDER, BOTH, ELECTRONIC_ACTS),
    PaperKind.CANCELLATION: Rule(Party.Role.OFFENDER, BOTH, ELECTRONIC_ACTS),
    # Our own letter; the law sets no way for it.
    PaperKind.RECALL_LETTER: Rule(Party.Role.OWNER, BOTH, ELECTRONIC_ACTS),
}

#: Answers and invitations whose way the law leaves open: the letter alone, whoever agreed to what.
BY_POST_ALONE = frozenset(
    {
        PaperKind.POINTS_NOTICE,
        PaperKind.COMPLAINT_ACCEPTED,
        PaperKind.COMPLAINT_REFUSED,
        PaperKind.RELIEF_REFUSED,
        PaperKind.HEARING_CALLED,
    }
)


@dataclass(frozen=True)
class Plan:
    """The electronic ways to begin, in their order, and whether a letter goes as well."""

    routes: tuple[str, ...]
    by_post_too: bool


def plan(kind: str, agreed: frozenset[str]) -> Plan:
    """Return how a paper goes to a person who agreed to these ways. NĐ 118/2021 Đ28a, Đ28b

    Without a way that the law lets bring this paper, whatever is sent is information and the
    letter goes as well.
    """
    rule = RULES.get(kind)
    if rule is None:
        return Plan((), by_post_too=True)
    order = (Route.ACCOUNT, Route.EMAIL, Route.SMS)
    routes = tuple(str(route) for route in order if route in agreed)
    return Plan(routes, by_post_too=not set(routes) & set(rule.brought_by))
