"""Keys that seal papers: register, retire, rotate, and find the one in use of a unit.

Only public things are written here: certificate, place, and since when. A key is not deleted:
papers it sealed are checked for years.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from notices.key_places import PLACE, KeyRefused, certificates_of, public_der, signer_at
from notices.models import SigningKey

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
SHORTEST_RSA = 2048  # bits
WARN_BEFORE = timedelta(days=30)


def register(unit_code: str, *, place: str, chain: str, by_name: str, at: datetime) -> SigningKey:
    """Put a key into use for a unit; ``""`` is the key of the portal. It is tried before.

    ``chain`` is PEM, the key's own certificate first, the root last. Raises KeyRefused, with what
    to mend, and KeyUnavailable when the place does not answer.
    """
    fields = _checked(place, chain, at)
    try:
        with transaction.atomic():
            return _add(unit_code, fields, by_name=by_name, at=at)
    except IntegrityError as fault:
        raise KeyRefused(_already_there(unit_code, fields["kid"])) from fault


def rotate(
    unit_code: str, *, place: str, chain: str, reason: str, by_name: str, at: datetime
) -> SigningKey:
    """Retire the key in use of a unit and put the next into use, both or neither.

    The unit is never without a key. Raises as ``register``; also when there is none to retire.
    """
    fields = _checked(place, chain, at)
    try:
        with transaction.atomic():
            retire(unit_code, reason=reason, by_name=by_name, at=at)
            return _add(unit_code, fields, by_name=by_name, at=at)
    except IntegrityError as fault:
        raise KeyRefused(_already_there(unit_code, fields["kid"])) from fault


def retire(unit_code: str, *, reason: str, by_name: str, at: datetime) -> SigningKey:
    """Take the key in use of a unit out of use; what it sealed stays sealed. Raises KeyRefused."""
    if not reason.strip():
        raise KeyRefused(gettext("Say why the key is retired."))
    with transaction.atomic():
        key = (
            SigningKey.objects.select_for_update(of=("self",))
            .filter(purpose=SigningKey.Purpose.SEAL, unit_code=unit_code, retired_at=None)
            .first()
        )
        if key is None:
            raise KeyRefused(
                gettext("%(unit)s has no key in use.") % {"unit": _unit_name(unit_code)}
            )
        key.retired_at = at
        key.retire_reason = f"{reason.strip()} ({by_name})"[:200]
        key.save(update_fields=["retired_at", "retire_reason"])
    return key


def key_in_use(unit_code: str, *, at: datetime) -> SigningKey:
    """Return the key that seals papers of a unit now: its own, else that of its stand-in.

    Who stands in for whom is configured (``SEAL_STAND_INS``); an expired key is never replaced in
    silence by another's. Raises KeyRefused with what to do.
    """
    for code in _who_seals(unit_code):
        key = SigningKey.objects.filter(
            purpose=SigningKey.Purpose.SEAL, unit_code=code, retired_at=None
        ).first()
        if key is not None:
            _insist_on_validity(key, at)
            return key
    raise KeyRefused(
        gettext(
            "%(unit)s has no key in use that seals its papers. Register one (manage.py signing_key"
            " register), then make the paper again."
        )
        % {"unit": _unit_name(unit_code)}
    )


def near_their_end(*, at: datetime) -> list[SigningKey]:
    """Return the keys in use that expire within 30 days, or have expired, the nearest first."""
    return list(
        SigningKey.objects.filter(retired_at=None, valid_until__lt=at + WARN_BEFORE).order_by(
            "valid_until"
        )
    )


def _who_seals(unit_code: str) -> Sequence[str]:
    """Return the unit and who seals for it where it has no key. An empty name is the portal's."""
    stand_ins = settings.SEAL_STAND_INS
    if unit_code in stand_ins:
        return unit_code, stand_ins[unit_code]
    if "*" in stand_ins:
        return unit_code, stand_ins["*"]
    return (unit_code,)


def _insist_on_validity(key: SigningKey, at: datetime) -> None:
    facts = {"unit": _unit_name(key.unit_code), "kid": key.kid}
    if at >= key.valid_until:
        raise KeyRefused(
            gettext(
                "The key %(kid)s of %(unit)s expired on %(day)s. Put the next key into use"
                " (manage.py signing_key rotate), then make the paper again."
            )
            % {**facts, "day": _day(key.valid_until)}
        )
    if at < key.valid_from:
        raise KeyRefused(
            gettext("The key %(kid)s of %(unit)s is not valid before %(day)s.")
            % {**facts, "day": _day(key.valid_from)}
        )


def _checked(place: str, chain: str, at: datetime) -> dict[str, str | datetime]:
    """Check place and chain and try the key; return the columns of its row. Raises KeyRefused."""
    if not PLACE.match(place):
        raise KeyRefused(
            gettext("No key can be opened at %(place)s. Give pkcs12:NAME or pkcs11:TOKEN/LABEL.")
            % {"place": place}
        )
    own, *above = certificates_of(chain)
    _insist_on_chain([own, *above])
    _insist_on_use(own)
    public = own.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    key = SigningKey(
        kid=sha256(public_der(own)).hexdigest()[:16],
        valid_from=own.not_valid_before_utc,
        valid_until=own.not_valid_after_utc,
    )
    if not key.valid_from <= at < key.valid_until:
        raise KeyRefused(
            gettext("The certificate is valid from %(first)s to %(last)s only, not today.")
            % {"first": _day(key.valid_from), "last": _day(key.valid_until)}
        )
    clean = "".join(each.public_bytes(Encoding.PEM).decode() for each in (own, *above))
    signer_at(place, clean)
    return {
        "kid": key.kid,
        "subject": _common_name(own),
        "place": place,
        "public_key": public.decode(),
        "certificate": clean,
        "valid_from": key.valid_from,
        "valid_until": key.valid_until,
    }


def _add(
    unit_code: str, fields: dict[str, str | datetime], *, by_name: str, at: datetime
) -> SigningKey:
    return SigningKey.objects.create(
        purpose=SigningKey.Purpose.SEAL,
        unit_code=unit_code,
        registered_by_name=by_name,
        registered_at=at,
        **fields,
    )


def _already_there(unit_code: str, kid: str | datetime) -> str:
    if SigningKey.objects.filter(kid=kid).exists():
        return gettext("This key was registered before. A new certificate needs a new key.")
    return gettext("%(unit)s has a key in use already; rotate it.") % {
        "unit": _unit_name(unit_code)
    }


def _insist_on_chain(chain: Sequence[x509.Certificate]) -> None:
    """Refuse a chain in which a certificate was not issued by the next."""
    for issued, issuer in pairwise(chain):
        try:
            issued.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature) as fault:
            raise KeyRefused(
                gettext(
                    "The certificates do not follow from one another. Give the key's own first,"
                    " then each issuer up to the root."
                )
            ) from fault


def _insist_on_use(own: x509.Certificate) -> None:
    """Refuse a certificate that is not for signing, or a key too weak or of another kind."""
    try:
        usage = own.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        pass
    else:
        if not (usage.digital_signature or usage.content_commitment):
            raise KeyRefused(gettext("This certificate is not for signing documents."))
    public = own.public_key()
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= SHORTEST_RSA:
        return
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise KeyRefused(gettext("Papers are signed with RSA (2,048 bits or more) or ECDSA keys."))


def _common_name(own: x509.Certificate) -> str:
    names = own.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value if names else own.subject.rfc4514_string())[:160]


def _unit_name(unit_code: str) -> str:
    return unit_code or gettext("the portal itself")


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(VIET_NAM):%d/%m/%Y}"
