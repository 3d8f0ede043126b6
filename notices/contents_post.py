"""Sheets of the print room and of the counter: they carry no number and decide nothing.

They are made by ``notices.rendering.render`` like a paper, from a context built here, and are not
kept: an address sheet for an envelope without a window, the delivery slip a person signs, and the
petition a citizen fills in by hand.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from notices.particulars import Day, Moment, PostalAddress, Reference, Unit

ADDRESS_SHEET = "TODC"
DELIVERY_SLIP = "GBP"
PETITION = "KN01"
SHEET_KINDS = (ADDRESS_SHEET, DELIVERY_SLIP, PETITION)


class Sheet(TypedDict):
    """What every sheet has; ``paper_id`` names it inside the file and nowhere else."""

    paper_id: str
    issued_at: Moment
    draft: bool
    trial: bool
    unit: Unit
    lookup_base: str


class AddressSheetContents(Sheet):
    """Sheet that stands in for the window of an envelope (tờ địa chỉ), beside any paper.

    ``enclosed`` are the numbers of the papers in the envelope.
    """

    addressee: PostalAddress
    enclosed: list[str]
    tracking_number: str | None


class Enclosure(TypedDict):
    """One paper that is handed over."""

    title: str
    number: str
    issued_on: Day
    pages: int


class DeliverySlipContents(Sheet):
    """Slip on which the receipt of papers is written down (phiếu giao nhận, giấy báo phát).

    LXLVPHC art. 70; NĐ 118/2021 art. 17a: delivered, or refused before a witness.
    """

    addressee: PostalAddress
    enclosures: list[Enclosure]
    carrier: str | None
    tracking_number: str | None


class PetitionContents(Sheet):
    """Complaint petition to print and fill in (đơn khiếu nại, mẫu 01, NĐ 155/2026).

    What is None is a dotted line. ``decision`` is the decision complained about, if one is known.
    """

    addressed_to: str | None
    name: str | None
    identity_number: str | None
    address: str | None
    respondent: str | None
    decision: Reference | None


SHEET_CONTENTS: dict[str, type] = {
    ADDRESS_SHEET: AddressSheetContents,
    DELIVERY_SLIP: DeliverySlipContents,
    PETITION: PetitionContents,
}


def address_sheet(
    context: Mapping[str, Any],
    *,
    enclosed: list[str],
    tracking_number: str | None = None,
    at: datetime,
) -> dict[str, Any]:
    """Return the contents of an address sheet for an issued paper's own addressee.

    ``context`` is the frozen context of the paper, ``at`` an aware moment. Raises KeyError for a
    paper that is addressed to nobody.
    """
    return _sheet(context, at) | {
        "addressee": context["addressee"],
        "enclosed": list(enclosed),
        "tracking_number": tracking_number,
    }


def delivery_slip(
    context: Mapping[str, Any],
    *,
    enclosures: list[Mapping[str, Any]],
    carrier: str | None = None,
    tracking_number: str | None = None,
    at: datetime,
) -> dict[str, Any]:
    """Return the contents of a delivery slip; ``enclosures`` have title, number, day and pages.

    ``context`` is the frozen context of the paper, ``at`` an aware moment. Raises KeyError for a
    paper that is addressed to nobody.
    """
    return _sheet(context, at) | {
        "addressee": context["addressee"],
        "enclosures": [dict(enclosure) for enclosure in enclosures],
        "carrier": carrier,
        "tracking_number": tracking_number,
    }


def blank_petition(*, lookup_base: str, is_trial: bool, at: datetime) -> dict[str, Any]:
    """Return the contents of a petition with nothing filled in, for anybody to print.

    ``at`` is an aware moment: the form is the one in force on its day.
    """
    nobody = {
        "superior": "–",
        "name": "Cổng Vi phạm giao thông",
        "short_name": "–",
        "place": "–",
        "address": "–",
        "phone": "–",
    }
    frame = {
        "paper_id": "petition",
        "trial": is_trial,
        "unit": nobody,
        "lookup_base": lookup_base,
    }
    return _sheet(frame, at) | dict.fromkeys(
        ("addressed_to", "name", "identity_number", "address", "respondent", "decision")
    )


def petition_against(
    decision: Mapping[str, str],
    unit: Mapping[str, Any],
    *,
    lookup_base: str,
    is_trial: bool,
    at: datetime,
) -> dict[str, Any]:
    """Return the contents of a petition against a decision; who complains is left to be written.

    ``decision`` is number and day, ``unit`` the head of its paper. Whoever holds the code prints
    this, and need not be the person: so no name is filled in.
    """
    return blank_petition(lookup_base=lookup_base, is_trial=is_trial, at=at) | {
        "addressed_to": unit["name"],
        "respondent": f"Người ra quyết định, {unit['name']}",
        "decision": dict(decision),
    }


def _sheet(context: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    from notices.register import VIET_NAM

    return {
        "paper_id": context["paper_id"],
        "issued_at": at.astimezone(VIET_NAM).replace(microsecond=0).isoformat(),
        "draft": False,
        "trial": context["trial"],
        "unit": context["unit"],
        "lookup_base": context["lookup_base"],
    }
