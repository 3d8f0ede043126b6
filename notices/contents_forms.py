"""What the short forms print: points, transfer, commune slip, complaint. TT 73/2024; NĐ 155/2026

Each has a list of fields in the circular or decree, and a template of its own that follows it line
by line; ``tests/notices/test_form_fields.py`` holds both against each other.
"""

from typing import Literal, TypedDict

from notices.particulars import Act, Day, EvidenceFile, Paper, PostalAddress, Reference, Vehicle


class Owner(TypedDict):
    """The owner (chủ phương tiện) as the forms of TT 73/2024 name him."""

    kind: Literal["individual", "organisation"]
    name: str
    identity_number: str | None
    address: str


class DrivingLicence(TypedDict):
    """The driving licence (giấy phép lái xe) whose points are taken."""

    part: str
    number: str
    classes: str
    issued_on: Day | None
    issued_by: str | None


class PointsNoticeContents(Paper):
    """Notice that licence points are taken (thông báo trừ điểm GPLX, mẫu 02/73).

    ``points_decided`` may be more than were left; what was taken is the difference of the two
    balances. ``test_from`` is the first day of the test of knowledge, when none are left.
    """

    addressee: PostalAddress
    honorific: str
    name: str
    identity_number: str | None
    residence: str
    decision: Reference
    vehicle: Vehicle
    registration_number: str | None
    licence: DrivingLicence
    points_before: int
    points_decided: int
    points_after: int
    deducted_on: Day
    test_from: Day | None


class TransferContents(Paper):
    """Slip that hands a result to another unit (phiếu chuyển, mẫu 03/73, TT 73/2024 art. 24.1b).

    ``notice`` is None when no notice has gone to the owner yet.
    """

    to_unit: str
    vehicle: Vehicle
    owner: Owner
    acts: list[Act]
    notice: Reference | None
    reason: str
    files: list[EvidenceFile]


class CommuneSlipContents(Paper):
    """Slip to the commune police and the report it tears off (phiếu gửi, phiếu báo, mẫu 04)."""

    commune: str
    notice: Reference
    vehicle: Vehicle
    owner: Owner
    acts: list[Act]


class Complainant(TypedDict):
    """Who complains (người khiếu nại)."""

    style: str | None
    name: str
    identity_number: str | None
    address: str


class ComplaintAcceptedContents(Paper):
    """Notice that a complaint is taken up (thông báo thụ lý khiếu nại, mẫu 03, NĐ 155/2026)."""

    addressee: PostalAddress
    complainant: Complainant
    level: Literal[1, 2]
    received_on: Day
    about: str
    respondent: str
    content: str
    decide_by: Day


class ComplaintRefusedContents(Paper):
    """Notice that a complaint is not taken up (thông báo không thụ lý, mẫu 04, NĐ 155/2026).

    ``ground`` is one of art. 11 of the Law on Complaints, ``reason`` what it rests on here.
    """

    addressee: PostalAddress
    complainant: Complainant
    level: Literal[1, 2]
    received_on: Day
    about: str
    respondent: str
    content: str
    ground: str
    reason: str


FORM_CONTENTS: dict[str, type] = {
    "TB0273": PointsNoticeContents,
    "PC0373": TransferContents,
    "PG04": CommuneSlipContents,
    "KN03": ComplaintAcceptedContents,
    "KN04": ComplaintRefusedContents,
}
