"""The parts that several papers share: unit, people, vehicle, device, act, files, signature.

Values are plain JSON and raw: moments in ISO 8601 with Vietnam's offset, days in ISO 8601, whole
đồng, tenths of km/h, milliseconds, bytes. Every key is present; ``None`` says that there is
nothing to say. Text is printed as it stands, a fragment without a final full stop.
"""

from typing import Annotated, Literal, TypedDict

Day = Annotated[str, "day"]
Moment = Annotated[str, "moment"]
Sha256 = Annotated[str, "sha256"]


class Unit(TypedDict):
    """The issuing unit (cơ quan ban hành) under its superior agency (cơ quan chủ quản)."""

    superior: str
    name: str
    short_name: str
    place: str
    address: str
    phone: str


class DigitalMark(TypedDict):
    """What the visible box of a digital signature says."""

    unit: str
    signed_at: Moment


class Signature(TypedDict):
    """The signature block; without a digital mark, room for hand and seal is left."""

    capacity: Literal["KT.", "TL."] | None  # on behalf of / by order of ``head_title``
    head_title: str | None
    title: str
    name: str
    digital: DigitalMark | None


class PostalAddress(TypedDict):
    """What shows through the window of the envelope."""

    name: str
    lines: list[str]


class Representative(TypedDict):
    """The person who acts for an organisation."""

    name: str
    gender: str | None
    title: str


class Person(TypedDict):
    """The person or organisation on a record or decision, with the particulars the forms ask."""

    kind: Literal["individual", "organisation"]
    honorific: str | None
    name: str
    gender: str | None
    born_on: Day | None
    nationality: str | None
    occupation: str | None
    address: str
    identity_number: str | None
    identity_issued_on: Day | None
    identity_issued_by: str | None
    business_code: str | None
    registration_number: str | None
    registered_on: Day | None
    registered_at: str | None
    representative: Representative | None
    authorised: Representative | None


class Vehicle(TypedDict):
    """The vehicle (phương tiện) as the form names it."""

    class_name: str
    plate: str
    plate_colour: str


class Device(TypedDict):
    """The device, its certificate, and who answers for it (NĐ 61/2026 art. 10, 13, 14)."""

    name: str
    serial: str
    certificate_number: str | None
    certificate_valid_until: Day | None
    approval: str | None
    operator: str | None


class SpeedMeasurement(TypedDict):
    """A speed reading, tenths of km/h."""

    kind: Literal["speed"]
    measured_tenths: int
    tolerance_tenths: int
    counted_tenths: int
    limit_tenths: int


class SignalMeasurement(TypedDict):
    """How long the light had been red before the stop line was crossed."""

    kind: Literal["red_light"]
    red_since_ms: int


Measurement = SpeedMeasurement | SignalMeasurement
# Who vouches that a file is unchanged: a signing gateway, or our store since receipt.
Authenticity = Literal["gateway_signed", "since_receipt"]


class Act(TypedDict):
    """One act (hành vi vi phạm) with the provision it breaks."""

    description: str
    provision: str
    occurred_at: Moment
    place: str
    measurement: Measurement | None


class FinedAct(Act):
    """One act of a decision with its own fine; nought is a warning (cảnh cáo)."""

    fine_vnd: int


class EvidenceFile(TypedDict):
    """One original file."""

    name: str
    sha256: Sha256
    bytes: int
    media_type: str
    captured_at: Moment | None


class Picture(TypedDict):
    """One picture of the annex; ``sha256`` is that of the original file."""

    sha256: Sha256
    captured_at: Moment
    caption: str


class Paper(TypedDict):
    """What every paper has. Number and moment of issue are given by the register."""

    paper_id: str
    number: str
    issued_at: Moment
    draft: bool
    trial: bool
    unit: Unit
    lookup_base: str
    signature: Signature
    recipients: list[str]


class Reference(TypedDict):
    """Another paper, by number and day."""

    number: str
    made_on: Day
