"""What an officer takes in when a person has come: documents, signatures, a refusal to sign.

The person was received, saw the evidence and spoke (``appearances.hold_session``); here is what
they hand in and how they sign. Rows are added and never changed; a refused step keeps nothing.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from notices.models import Notice
from violations import appearances, session_files
from violations.actors import Actor
from violations.guards import Refused
from violations.models import (
    AccessEntry,
    PaperSignature,
    SessionDocument,
    Violation,
    ViolationRecord,
)
from violations.session_files import Checked

OFFICER = "violations.propose_papers"
#: Documents are taken in while they can still count: from the notice until the decision.
TAKEN_IN = (Violation.Status.NOTIFIED, Violation.Status.RECORDED)
#: The evidence counts as shown when it was opened this long before the minutes.
SHOWN_WITHIN = timedelta(hours=12)
SIGNS_HIMSELF = (PaperSignature.Signer.PERSON, PaperSignature.Signer.REPRESENTATIVE)
CONFIRMS = (PaperSignature.Signer.WITNESS, PaperSignature.Signer.COMMUNE)
#: Neither of them can be had; then the record says why.
NOBODY = "nobody"
NOBODY_VI = "Không có chữ ký của đại diện chính quyền cấp xã hoặc người chứng kiến"
LONGEST_REASON = 400


def receive_person(
    case_id: uuid.UUID,
    *,
    present_as: str,
    attended_by: str,
    identity_seen: str,
    statement: str,
    names_driver: bool,
    is_online: bool,
    by: Actor,
    at: datetime,
) -> Notice:
    """Minute that a person came, with the identity paper seen; all of it or nothing.

    Raises Refused as ``appearances.hold_session`` does, and where this officer has not opened the
    evidence before: the minutes say that it was shown. TT 73/2024 Đ23, Đ24 k2
    """
    with transaction.atomic():
        case = _lock(case_id, by)
        if not evidence_was_shown(case, by, at=at):
            raise Refused(
                gettext("Show the person the evidence first; the minutes say that it was shown.")
            )
        minutes = appearances.hold_session(
            case_id,
            present_as=present_as,
            attended_by=attended_by,
            statement=statement,
            names_driver=names_driver,
            is_online=is_online,
            by=by,
            at=at,
        )
        if identity_seen.strip():
            receive_document(
                case_id,
                kind=SessionDocument.Kind.IDENTITY,
                description=identity_seen,
                data=None,
                by=by,
                at=at,
            )
    return minutes


def evidence_was_shown(case: Violation, by: Actor, *, at: datetime) -> bool:
    """Tell whether this officer opened the evidence of the case in the hours before a moment."""
    return AccessEntry.objects.filter(
        case=case, what="evidence", actor_id=by.user_id, at__gte=at - SHOWN_WITHIN
    ).exists()


def receive_document(
    case_id: uuid.UUID,
    *,
    kind: str,
    description: str,
    data: bytes | None,
    by: Actor,
    at: datetime,
) -> SessionDocument:
    """Take in a document, or note that a paper was seen and given back. TT 73/2024 Đ24 k2

    ``data`` is the file as it came, None for a paper only seen. The bytes are judged by themselves
    and kept under their SHA-256. Raises Refused; nothing is kept then.
    """
    if kind not in SessionDocument.Kind.values:
        raise Refused(gettext("Choose what kind of document it is."))
    description = description.strip()
    if not description:
        raise Refused(gettext("Write down what the document is: its name, number and day."))
    if data is None and kind in (SessionDocument.Kind.DRIVER_PROOF, SessionDocument.Kind.MANDATE):
        raise Refused(gettext("What proves something is kept: choose its scan or photograph."))
    checked = session_files.check(data) if data is not None else None
    with transaction.atomic():
        case = _lock(case_id, by)
        if case.status not in TAKEN_IN:
            raise Refused(gettext("Documents are taken in from the notice until the decision."))
        assert by.officer is not None  # held by _lock
        document: SessionDocument = SessionDocument.objects.create(
            case=case,
            session=case.sessions.order_by("-held_at").first(),
            kind=kind,
            description=description[:400],
            received_by=by.officer,
            received_at=at,
            **_kept(checked),
        )
    return document


def take_signature(
    notice_id: uuid.UUID,
    *,
    signer: str,
    name: str,
    manner: str,
    image: Checked,
    by: Actor,
    at: datetime,
) -> PaperSignature:
    """Keep how a person signed the record or the minutes: the scan, or what was drawn. Đ58 k3

    Raises Refused for a paper of no session, an absent name, and a second signature of the same
    person. Luật XLVPHC Đ58 k3, k4
    """
    if signer not in SIGNS_HIMSELF:
        raise Refused(gettext("Choose who signs: the person, or who represents them."))
    with transaction.atomic():
        notice = _paper_to_sign(notice_id, by)
        if notice.person_signatures.filter(manner=PaperSignature.Manner.REFUSED).exists():
            raise Refused(gettext("A refusal to sign this paper stands already."))
        return _signed(notice, signer, name, manner, image, by, at)


def record_refusal(
    notice_id: uuid.UUID,
    *,
    signer: str,
    name: str,
    reason: str,
    confirmed_by: str,
    confirmer_name: str,
    image: Checked | None,
    by: Actor,
    at: datetime,
    manner: str = PaperSignature.Manner.PAPER,
    unconfirmed: str = "",
) -> PaperSignature:
    """Record that a person does not sign, why, and who confirms it by signing. Đ58 k3

    The commune's representative or at least one witness signs in the person's place. Where neither
    can be had the record says why: ``confirmed_by`` is ``NOBODY`` then and ``unconfirmed`` the
    reason, kept beside that of the refusal. All rows or none. Raises Refused. Luật XLVPHC Đ58 k3
    """
    if signer not in SIGNS_HIMSELF:
        raise Refused(gettext("Choose who refuses: the person, or who represents them."))
    if not reason.strip():
        raise Refused(gettext("Write down why the person does not sign (Đ58 k3)."))
    alone = confirmed_by == NOBODY
    if alone:
        reason = _unconfirmed(reason, unconfirmed, confirmer_name)
    elif confirmed_by not in CONFIRMS or not confirmer_name.strip():
        raise Refused(
            gettext("A witness or the commune's representative confirms the refusal; name one.")
        )
    elif image is None:
        raise Refused(gettext("Who confirms the refusal signs too; take that signature."))
    with transaction.atomic():
        notice = _paper_to_sign(notice_id, by)
        if notice.person_signatures.filter(signer__in=SIGNS_HIMSELF).exists():
            raise Refused(gettext("The paper is signed, or its refusal recorded, already."))
        if not alone and confirmer_name.strip().casefold() == name.strip().casefold():
            raise Refused(gettext("Nobody confirms their own refusal; name another person."))
        assert by.officer is not None  # held by _paper_to_sign
        refused: PaperSignature = PaperSignature.objects.create(
            notice=notice,
            signer=signer,
            name=_named(name),
            manner=PaperSignature.Manner.REFUSED,
            reason=reason.strip()[:LONGEST_REASON],
            taken_by=by.officer,
            signed_at=at,
        )
        if image is not None and not alone:
            _signed(notice, confirmed_by, confirmer_name, manner, image, by, at)
    return refused


def _unconfirmed(reason: str, why: str, confirmer_name: str) -> str:
    """Join why the person does not sign and why nobody confirms it. Raises Refused."""
    if not why.strip():
        raise Refused(
            gettext("Write why neither the commune's representative nor a witness signs (Đ58 k3).")
        )
    if confirmer_name.strip():
        raise Refused(gettext("Somebody is named who confirms; choose who it is, or clear it."))
    joined = f"{reason.strip().rstrip('.')}. {NOBODY_VI}: {why.strip()}"
    if len(joined) > LONGEST_REASON:
        raise Refused(
            gettext("The two reasons are longer than 400 characters together; shorten them.")
        )
    return joined


def papers_to_sign(case: Violation) -> list[Notice]:
    """Return the papers of a case that a person signs: the record, then the minutes, newest first.

    The record leads because its signature is what the law asks about.
    """
    record = ViolationRecord.objects.filter(case=case).select_related("notice").first()
    minutes = case.sessions.filter(notice__isnull=False).select_related("notice")
    found = [record.notice] if record else []
    return found + [session.notice for session in minutes.order_by("-held_at")]


def _signed(
    notice: Notice, signer: str, name: str, manner: str, image: Checked, by: Actor, at: datetime
) -> PaperSignature:
    if manner not in (PaperSignature.Manner.PAPER, PaperSignature.Manner.ELECTRONIC):
        raise Refused(gettext("Choose how the paper was signed."))
    assert by.officer is not None  # held by _paper_to_sign
    named = _named(name)
    try:
        with transaction.atomic():
            taken: PaperSignature = PaperSignature.objects.create(
                notice=notice,
                signer=signer,
                name=named,
                manner=manner,
                taken_by=by.officer,
                signed_at=at,
                **_kept(image),
            )
    except IntegrityError as twice:
        raise Refused(gettext("This person has signed this paper already.")) from twice
    return taken


def _named(name: str) -> str:
    if not name.strip():
        raise Refused(gettext("Write down the name of who signs."))
    return name.strip()[:120]


def _kept(file: Checked | None) -> dict[str, object]:
    if file is None:
        return {}
    return {
        "sha256": session_files.keep(file),
        "media_type": file.media_type,
        "size": len(file.data),
    }


def _paper_to_sign(notice_id: uuid.UUID, by: Actor) -> Notice:
    """Lock the case of a paper and return the paper. Raises Refused for a paper nobody signs."""
    notice: Notice | None = Notice.objects.filter(pk=notice_id).first()
    record = ViolationRecord.objects.filter(notice_id=notice_id).first()
    session = Violation.objects.filter(sessions__notice_id=notice_id).first()
    case_id = record.case_id if record else session.pk if session else None
    if notice is None or case_id is None:
        raise Refused(gettext("This paper is not signed by a person who came."))
    case = _lock(case_id, by)
    if case.status not in TAKEN_IN:
        raise Refused(gettext("The case has gone on; its papers are signed before the decision."))
    return notice


def _lock(case_id: uuid.UUID, by: Actor) -> Violation:
    """Lock the case row first, and insist on an officer of its unit. Raises Refused."""
    case: Violation = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
    if by.officer is None or not by.may(OFFICER):
        raise Refused(gettext("Only an officer who draws up papers receives a person."))
    if case.unit.code not in by.unit_codes:
        raise Refused(gettext("The case belongs to another unit."))
    return case
