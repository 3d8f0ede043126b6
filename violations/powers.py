"""Say who may sanction an act on a day, and who may not and why (thẩm quyền xử phạt).

Power belongs to a title and to the day of handling, and is measured against the maximum of the
frame of each act, never against the amount imposed (Luật XLVPHC Đ52 k1–2). Taking licence points
needs the power to suspend licences (NĐ 168/2024 Đ50 k2). A deputy signs only under a delegation
in force (Đ54). The figures stand in ``schedules/powers.toml``; nothing here asks a database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Self

from django.utils.translation import get_language, gettext

from notices.amounts import format_vnd
from violations.powers_reader import Power, PowerTable, Title, in_force, read_powers
from violations.schedules_reader import SCHEDULES


class Reason(StrEnum):
    """Why a title may not sanction an act; ``article`` is the provision that forbids it."""

    article: str

    def __new__(cls, code: str, article: str) -> Self:
        """Make the member: the code is its value, the article travels with it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.article = article
        return member

    NO_POWER = "no_power", "NĐ 168/2024 Đ43"
    DEPUTY_WITHOUT_DELEGATION = "deputy_without_delegation", "Luật XLVPHC Đ54 k1"
    NOT_THE_DEPUTY = "not_the_deputy", "Luật XLVPHC Đ54 k1, k3"
    DELEGATION_NOT_IN_FORCE = "delegation_not_in_force", "Luật XLVPHC Đ54 k2; NĐ 118/2021 Đ10 k4"
    OUT_OF_FIELD = "out_of_field", "NĐ 168/2024 Đ41"
    OVER_CEILING = "over_ceiling", "Luật XLVPHC Đ52 k2, k4 đ.b"
    NO_SUSPENSION_POWER = "no_suspension_power", "NĐ 168/2024 Đ50 k2"


@dataclass(frozen=True)
class Delegation:
    """A head's decision that a deputy sanctions in his place (quyết định giao quyền, MQĐ34).

    Both ends are days on which it is in force. It cannot be passed on. Đ54 k2–3
    """

    by_title: str
    starts_on: date
    ends_on: date
    revoked_on: date | None = None

    def in_force(self, day: date) -> bool:
        """Tell whether it holds on ``day``; it ends before the day it was revoked on."""
        if self.revoked_on is not None and day >= self.revoked_on:
            return False
        return self.starts_on <= day <= self.ends_on


def power_of(title: str, day: date) -> Power | None:
    """Return what the title itself may do on a day, or None: a deputy has no power of his own."""
    return next((p for p in _table().powers if p.title == title and in_force(p, day)), None)


def ceiling(title: str, day: date, *, organisation: bool = False) -> int:
    """Return the highest frame maximum the title may sanction on a day, in đồng; 0 means none.

    Doubled for an organisation. Luật XLVPHC Đ52 k1; NĐ 168/2024 Đ43, Đ45 k2
    """
    power = power_of(title, day)
    return 0 if power is None else power.ceiling_vnd * (2 if organisation else 1)


def may_sanction(
    title: str | None,
    day: date,
    frame_max_vnd: int,
    organisation: bool = False,
    needs_suspension_power: bool = False,
    delegation: Delegation | None = None,
    *,
    provision: str = "",
) -> Reason | None:
    """Return why the holder of a title may not sanction an act on a day, or None when he may.

    ``frame_max_vnd`` is the individual's frame as the catalogue prints it: for an organisation both
    it and the ceiling are doubled here. ``needs_suspension_power`` is true when the act carries a
    suspension or points. ``provision`` such as ``6.9.b`` also tests the force's field of acts; it
    is left out only where no rule of the catalogue is at hand.
    Luật XLVPHC Đ52, Đ54; NĐ 168/2024 Đ41, Đ43, Đ50 k2 (am. NĐ 238/2026)
    """
    head = title or ""
    if delegation is not None:
        if (refusal := _delegation_fault(head, day, delegation)) is not None:
            return refusal
        head = delegation.by_title
    elif (known := _table().titles.get(head)) is not None and known.deputy_of:
        return Reason.DEPUTY_WITHOUT_DELEGATION
    power = power_of(head, day)
    if power is None:
        return Reason.NO_POWER
    if provision and not _in_field(head, day, provision):
        return Reason.OUT_OF_FIELD
    factor = 2 if organisation else 1
    if frame_max_vnd * factor > power.ceiling_vnd * factor:
        return Reason.OVER_CEILING
    if needs_suspension_power and not power.may_suspend:
        return Reason.NO_SUSPENSION_POWER
    return None


def may_sanction_all(
    title: str | None,
    day: date,
    acts: Iterable[tuple[int, bool, str]],
    organisation: bool = False,
    delegation: Delegation | None = None,
) -> Reason | None:
    """Return the first reason against any of several acts decided at once.

    Each act is (frame maximum, needs suspension power, provision). One act above the power sends
    the whole case up. Luật XLVPHC Đ52 k4 đ.b
    """
    for frame_max, needs_suspension, provision in acts:
        reason = may_sanction(
            title,
            day,
            frame_max,
            organisation,
            needs_suspension,
            delegation,
            provision=provision,
        )
        if reason is not None:
            return reason
    return None


def lowest_title_for(
    acts: Iterable[tuple[int, bool, str]], day: date, organisation: bool = False
) -> str | None:
    """Return the lowest title that may decide all of these acts on a day, or None when none may.

    Acts are as for ``may_sanction_all``. Only the titles to which a camera case is passed on are
    asked, lowest ceiling first, in the order of the table where ceilings are equal. Đ52 k4 đ.b
    """
    wanted = list(acts)
    ladder = [title.code for title in titles() if title.receives_cases]
    for code in sorted(ladder, key=lambda code: ceiling(code, day)):
        if may_sanction_all(code, day, wanted, organisation) is None:
            return code
    return None


def head_of(title: str) -> str:
    """Return the title a deputy stands in for, or "" for a head and for an unknown title."""
    known = _table().titles.get(title)
    return known.deputy_of if known is not None else ""


def may_delegate(title: str) -> bool:
    """Tell whether a title may delegate its power to its deputy. Luật XLVPHC Đ54 k1"""
    known = _table().titles.get(title)
    return known is not None and known.may_delegate


def lack_of_power(
    title: str | None,
    day: date,
    *,
    frame_max_vnd: int,
    organisation: bool = False,
    needs_suspension_power: bool = False,
    delegation: Delegation | None = None,
    provision: str = "",
) -> str | None:
    """Return the sentence that tells an officer why he may not sign, or None when he may.

    Takes what ``may_sanction`` takes, and says what to do instead.
    """
    reason = may_sanction(
        title,
        day,
        frame_max_vnd,
        organisation,
        needs_suspension_power,
        delegation,
        provision=provision,
    )
    if reason is None:
        return None
    holder = delegation.by_title if delegation is not None else title or ""
    factor = 2 if organisation else 1
    return _sentence(reason) % {
        "title": title_words(holder),
        "frame": format_vnd(frame_max_vnd * factor),
        "ceiling": format_vnd(ceiling(holder, day, organisation=organisation)),
        "article": reason.article,
    }


def title_words(title: str, language: str | None = None) -> str:
    """Name a title in Vietnamese or English; by default in the reader's language.

    Papers pass ``language="vi"``. An unknown code is returned as it is.
    """
    known = _table().titles.get(title)
    if known is None:
        return title
    language = language or get_language() or "vi"
    return known.name_en if language.startswith("en") else known.name_vi


def titles() -> tuple[Title, ...]:
    """Return every title of the table, heads before their deputies."""
    return tuple(_table().titles.values())


@cache
def _table() -> PowerTable:
    return read_powers((SCHEDULES / "powers.toml").read_text("utf-8"))


def _delegation_fault(title: str, day: date, delegation: Delegation) -> Reason | None:
    own = _table().titles.get(title)
    head = _table().titles.get(delegation.by_title)
    if own is None or head is None or not head.may_delegate or own.deputy_of != head.code:
        return Reason.NOT_THE_DEPUTY
    return None if delegation.in_force(day) else Reason.DELEGATION_NOT_IN_FORCE


def _in_field(title: str, day: date, provision: str) -> bool:
    fields = [f for f in _table().fields if f.title == title and in_force(f, day)]
    clause = provision.rsplit(".", 1)[0]
    return all(not {provision, clause}.isdisjoint(field.provisions) for field in fields)


def _sentence(reason: Reason) -> str:
    sentences: dict[Reason, str] = {
        Reason.NO_POWER: gettext(
            "Your title carries no power to sanction on this day. Ask a person with the power to "
            "sign (%(article)s)."
        ),
        Reason.DEPUTY_WITHOUT_DELEGATION: gettext(
            "A deputy signs only under a delegation. Ask your head for the decision of delegation, "
            "or to sign himself (%(article)s)."
        ),
        Reason.NOT_THE_DEPUTY: gettext(
            "Only a head may delegate, only to his own deputy, and it cannot be passed on. Ask "
            "the head to sign (%(article)s)."
        ),
        Reason.DELEGATION_NOT_IN_FORCE: gettext(
            "The delegation is not in force on the day of signing. Ask for a new one, or ask the "
            "head to sign (%(article)s)."
        ),
        Reason.OUT_OF_FIELD: gettext(
            "This act is not among those a %(title)s may sanction. Pass the file to the traffic "
            "police (%(article)s)."
        ),
        Reason.OVER_CEILING: gettext(
            "The frame of this act goes up to %(frame)s, above the %(ceiling)s of a %(title)s. "
            "Pass the whole file to a person with the power (%(article)s)."
        ),
        Reason.NO_SUSPENSION_POWER: gettext(
            "This act takes licence points or suspends the licence, which a %(title)s may not do. "
            "Pass the file to a head of team or above (%(article)s)."
        ),
    }
    return sentences[reason]
