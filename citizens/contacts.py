"""E-mail addresses and telephone numbers as people write them, in one plain form. Pure.

What leaves here can stand in an SMTP command and in a header: ASCII, no space, no control sign. A
domain with Vietnamese letters is written in its ASCII form (RFC 5890); a local part with other
letters needs SMTPUTF8, which half of the world's servers refuse, so it is refused here.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext

LOCAL_PART = re.compile(r"[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9])?", re.IGNORECASE)
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
MOST_ADDRESS = 120
#: Nine figures after +84: mobile networks begin with 3, 5, 7, 8 or 9 (TT 22/2014/TT-BTTTT).
MOBILE = re.compile(r"(?:\+?84|0)([35789][0-9]{8})")


class ContactRefused(ValueError):
    """This is no address or number that a message can be sent to; the sentence says what to do."""


def plain_email(typed: str) -> str:
    """Return an address in its plain form, ``""`` for an empty field. Raises ContactRefused."""
    text = typed.strip()
    if not text:
        return ""
    local, at, domain = text.rpartition("@")
    try:
        domain = unicodedata.normalize("NFC", domain).encode("idna").decode().lower()
    except UnicodeError:
        domain = ""
    if (
        not at
        or not LOCAL_PART.fullmatch(local)
        or ".." in local
        or not DOMAIN.fullmatch(domain)
        or len(local) + len(domain) >= MOST_ADDRESS
    ):
        raise ContactRefused(
            gettext("This is no e-mail address we can write to. Write it like ten@vidu.vn.")
        )
    return f"{local.lower()}@{domain}"


def plain_phone(typed: str) -> str:
    """Return a mobile number as ``+84…``, ``""`` for an empty field. Raises ContactRefused."""
    text = re.sub(r"[ .\-()]", "", typed.strip())
    if not text:
        return ""
    found = MOBILE.fullmatch(text) if text.isascii() else None
    if found is None:
        raise ContactRefused(
            gettext("This is no Vietnamese mobile number. Write ten figures, like 0912345678.")
        )
    return f"+84{found[1]}"


def plain_identity(typed: str) -> str:
    """Return an identity or enterprise number without its spaces; folded alike for everybody."""
    return re.sub(r"[\s.\-]", "", unicodedata.normalize("NFKC", typed)).upper()


def masked_contact(contact: str) -> str:
    """Return an address or number its owner knows again: ``t***@vidu.vn``, ``…678``."""
    local, at, domain = contact.rpartition("@")
    return f"{local[:1]}***@{domain}" if at else f"…{contact[-3:]}"
