"""What each paper prints: the shape of its frozen context, one class a form.

Built from ``notices.particulars``, which says how values are written. The look-up code is not part
of a context, because contexts are stored and codes never are. ``notices.completeness`` checks a
context against these shapes.
"""

from typing import Literal, NotRequired, TypedDict

from notices.amounts import ZeroTens
from notices.contents_forms import FORM_CONTENTS, Owner
from notices.contents_ordinary import ORDINARY_KINDS, OrdinaryContents
from notices.contents_post import SHEET_CONTENTS
from notices.particulars import (
    Act,
    Authenticity,
    Day,
    Device,
    DigitalMark,
    EvidenceFile,
    FinedAct,
    Moment,
    Paper,
    Person,
    Picture,
    PostalAddress,
    Reference,
    Sha256,
    Vehicle,
)


class Source(TypedDict):
    """Whose device it was: the unit's own, or one whose results were received."""

    kind: Literal["own", "received"]
    operator: str | None


class Appointment(TypedDict):
    """When and where to come."""

    at: Moment
    unit_name: str
    address: str
    phone: str


class AlternativePlace(TypedDict):
    """Where to go if travel is hard; no time means the same time."""

    unit_name: str
    address: str | None
    phone: str | None
    at: Moment | None


class NoticeContents(Paper):
    """Notice of violation to the owner (thông báo, mẫu 01/73, TT 73/2024/TT-BCA art. 24).

    A notice is no sanction: there is no key for a sum of money.
    """

    addressee: PostalAddress
    addressee_names: list[str]
    honorific: str
    source: Source
    vehicle: Vehicle
    owner: Owner
    acts: list[Act]
    preventive_measures: str | None
    appointment: Appointment
    alternative: AlternativePlace | None
    respond_by: Day | None
    device: Device
    authenticity: Authenticity
    images: list[Picture]
    files: list[EvidenceFile]
    #: The wrong notice this one takes the place of. NĐ 30/2020/NĐ-CP Đ18 k3
    replaces: NotRequired[Reference]


class Officer(TypedDict):
    """An officer present when the record was made."""

    name: str
    position: str
    unit: str


class Participant(TypedDict):
    """A witness or an interpreter."""

    name: str
    occupation: str | None
    address: str


class SeizedItem(TypedDict):
    """A thing or paper taken into custody."""

    name: str
    unit: str
    quantity: int
    kind: str | None
    condition: str | None
    note: str | None


class Explanation(TypedDict):
    """The right to explain (quyền giải trình, LXLVPHC art. 61)."""

    to: str
    address: str
    hearing_working_days: int
    written_working_days: int


class ElectronicHandling(TypedDict):
    """Where an electronic record was sent (NĐ 118/2021 art. 28a)."""

    phone: str | None
    email: str | None
    channel: str


class Signed(TypedDict):
    """A party's own signature under a record."""

    name: str
    digital: DigitalMark | None


class RecordContents(Paper):
    """Record of violation (biên bản vi phạm hành chính, form MBB01 of NĐ 118/2021).

    ``offender`` is ``None`` when nobody could be identified (LXLVPHC art. 58.3). ``subject`` is
    the field of law that the title names after "Về".
    """

    subject: str
    started_at: Moment
    ended_at: Moment
    made_at_place: str
    place_reason: str | None
    bases: list[str]
    device: Device
    authenticity: Authenticity
    files: list[EvidenceFile]
    officers: list[Officer]
    witnesses: list[Participant]
    local_authority: Officer | None
    interpreter: Participant | None
    offender: Person | None
    vehicle: Vehicle
    acts: list[Act]
    aggravating: list[str]
    mitigating: list[str]
    injured_party: str | None
    offender_statement: str | None
    witness_statement: str | None
    injured_statement: str | None
    ordered_to_stop: bool
    preventive_measures: str | None
    seized: list[SeizedItem]
    explanation: Explanation | None
    appointment: Appointment | None
    copies: int
    delivered_to: str | None
    electronic: ElectronicHandling | None
    unsigned_reason: str | None
    offender_signed: Signed | None
    witness_signed: list[str]


class Payment(TypedDict):
    """Where the fine is paid; kept together on one page."""

    days: int
    treasury: str
    bank: str | None
    account: str
    account_name: str
    authority_code: str
    chapter: str
    item: str


class CoOffender(TypedDict):
    """Another person or organisation of the same decision, fined for what he did himself."""

    person: Person
    violations: list[FinedAct]
    aggravating: list[str]
    mitigating: list[str]
    fine_total_vnd: int
    additional: list[str]


class DecisionContents(Paper):
    """Penalty decision (quyết định xử phạt vi phạm hành chính, form MQĐ02 of NĐ 118/2021).

    An act whose fine is nought is warned for (cảnh cáo). ``payment`` is None when nothing but
    warnings is decided, and only then. ``others`` are fined by the same paper, each his own sum.
    ``zero_tens`` is how an empty ten is spoken where the paper is made.
    """

    addressee: PostalAddress | None
    authority: str
    bases: list[str]
    record: Reference
    hearing_record: Reference | None
    verification_record: Reference | None
    delegation: Reference | None
    period_note: str | None
    offender: Person
    others: list[CoOffender]
    vehicle: Vehicle
    violations: list[FinedAct]
    aggravating: list[str]
    mitigating: list[str]
    fine_total_vnd: int
    zero_tens: ZeroTens
    additional: list[str]
    remedial: list[str]
    remedial_deadline: str | None
    cost_refund: str | None
    effective_on: Day
    payment: Payment | None
    seized_note: str | None
    collector: str
    executing_unit: str
    coordinating_units: list[str]
    points_note: str | None


class Payer(TypedDict):
    """Who paid."""

    name: str
    address: str | None


class PaidDecision(TypedDict):
    """The decision a payment settles."""

    number: str
    issued_on: Day
    unit: str


class ReceivedPayment(TypedDict):
    """One payment as the bank or gateway reported it."""

    received_at: Moment
    channel: str
    reference: str
    purpose: Literal["fine", "late_charge"]
    amount_vnd: int


class StateVoucher(TypedDict):
    """The state's own receipt (biên lai), once it has arrived."""

    symbol: str
    number: str
    issued_on: Day


class ConfirmationContents(Paper):
    """Confirmation of payment (giấy xác nhận nộp phạt); never called a receipt (biên lai)."""

    payer: Payer
    vehicle: Vehicle | None
    decision: PaidDecision
    payments: list[ReceivedPayment]
    due_vnd: int
    late_charge_vnd: int
    paid_vnd: int
    zero_tens: ZeroTens
    balance_vnd: int
    state_voucher: StateVoucher | None


class Run(TypedDict):
    """A print run (đợt in)."""

    number: str
    printed_at: Moment
    operator: str
    printer: str | None
    duplex: bool
    receipt: str | None  # of the post: the hand-over list has it, the manifest of printing not


class RunItem(TypedDict):
    """One paper of a print run; the recipient is shown to the post room only."""

    order: int
    number: str
    kind: str
    recipient: str
    area: str
    pages: int
    sheets: int
    tracking_number: str | None
    pdf_sha256: Sha256


class RunTotals(TypedDict):
    """The sums the operator counts against."""

    items: int
    pages: int
    sheets: int
    with_tracking: int


class ManifestContents(Paper):
    """Manifest of a print run (bảng kê lô in)."""

    run: Run
    items: list[RunItem]
    totals: RunTotals


class Delivery(TypedDict):
    """The raw delivery the evidence came in."""

    receipt_id: str
    raw_sha256: Sha256
    received_at: Moment
    level: Literal["A", "B", "C", "D"]


class CustodyRow(TypedDict):
    """One row of the custody log."""

    sequence: int
    at: Moment
    action: str
    actor: str
    object: str
    reason: str | None
    row_hash: Sha256


class Checkpoint(TypedDict):
    """The signed root over the custody log (RFC 6962 tree)."""

    size: int
    root: Sha256
    at: Moment


class EvidenceListContents(Paper):
    """Cover of the evidence pack (bảng kê chứng cứ): hashes, device, certificate, custody."""

    case_number: str
    vehicle: Vehicle
    acts: list[Act]
    device: Device
    authenticity: Authenticity
    delivery: Delivery
    files: list[EvidenceFile]
    custody: list[CustodyRow]
    checkpoint: Checkpoint | None
    prepared_by: str
    prepared_at: Moment


CONTENTS: dict[str, type] = {
    "TB0173": NoticeContents,
    "MBB01": RecordContents,
    "MQD02": DecisionContents,
    "XNNT": ConfirmationContents,
    "BKIN": ManifestContents,
    "BKCC": EvidenceListContents,
    **FORM_CONTENTS,
    **SHEET_CONTENTS,
    **dict.fromkeys(ORDINARY_KINDS, OrdinaryContents),
}
