"""Seal a paper: a digital signature in the PDF that allows no change after it (PAdES, EN 319 142).

The signature is an addition behind the unsigned bytes, which stay as they were: identifier, dates
and XMP of PDF/A-3 are not written again. The visible block is drawn by the form, in its typefaces;
the field of the signature lies exactly over it with an empty appearance, so that a click there
opens the signature, nothing is drawn twice, and no font comes in that is not embedded. A paper
without such a block carries a field of no size.
"""

from __future__ import annotations

import io
import os
from datetime import datetime
from functools import lru_cache
from typing import Any

import httpx
import pkcs11
from asn1crypto import tsp
from django.conf import settings
from django.utils.translation import gettext
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.stamp import StaticStampStyle

from notices.key_places import KeyRefused, KeyUnavailable, forget_opened, signer_at
from notices.layout import Place
from notices.models import SigningKey

FIELD = "ChuKySo"
TIME_OUT_SECONDS = 10.0
LONGEST_ANSWER = 65_536  # bytes
_SIZES: dict[tuple[str, str], int] = {}  # bytes a seal takes, by key and time-stamp service
_EMPTY = StaticStampStyle(border_width=0, background=None)


def level() -> str:
    """Return the level of a seal made now: B-T with a time-stamp service, B-B without."""
    return "PAdES-B-T" if settings.TIMESTAMP_URL else "PAdES-B-B"


def seal(
    pdf: bytes, key: SigningKey, *, mark: Place | None, reason: str, location: str, at: datetime
) -> bytes:
    """Return the paper with the seal of a key; the unsigned bytes are its beginning.

    ``mark`` is where the form printed its block; ``at`` (aware) is the time of signing that the
    seal claims. Raises KeyRefused when a person must mend something, and KeyUnavailable when the
    token or the time-stamp service does not answer.
    """
    sealer = _Sealer(
        PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            name=key.subject,
            reason=reason,
            location=location,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            subfilter=SigSeedSubFilter.PADES,
        ),
        signer_at(key.place, key.certificate),
        timestamper=_stamper(os.getpid(), settings.TIMESTAMP_URL),
        stamp_style=_EMPTY,
        new_field_spec=SigFieldSpec(
            FIELD,
            on_page=mark.page if mark else 0,
            box=(mark.left, mark.bottom, mark.right, mark.top) if mark else None,
            readable_field_name="Chữ ký số của cơ quan ban hành",
        ),
    )
    sealer.claimed_at = at
    sealer.sized_as = (key.kid, settings.TIMESTAMP_URL)
    try:
        sealed = sealer.sign_pdf(_Addition(io.BytesIO(pdf)))
    except TimestampRequestError as fault:
        raise KeyUnavailable(
            gettext("The time-stamp service does not answer as it should.")
        ) from fault
    except pkcs11.PKCS11Error as fault:
        forget_opened()
        raise KeyUnavailable(gettext("The token with the key does not answer.")) from fault
    except SigningError as fault:
        raise KeyRefused(
            gettext("The certificate of the key %(kid)s may not sign papers.") % {"kid": key.kid}
        ) from fault
    except Exception:
        _SIZES.clear()  # it may have been the size: certificates of a service do change
        raise
    data: bytes = sealed.getvalue()
    return data


@lru_cache(maxsize=2)
def _stamper(process: int, url: str) -> TimeStamper | None:
    """Return who asks the time-stamp service; kept, because it asks once more for the size."""
    return _Stamper(url) if url else None


class _Sealer(PdfSigner):
    """A signer whose seal claims the time it is given, not that of the library's clock.

    How much room a seal takes is estimated by signing once for nothing, which costs as much as the
    seal itself: it is asked once for each key.
    """

    claimed_at: datetime
    sized_as: tuple[str, str]

    def init_signing_session(self, *given: Any, **named: Any) -> Any:
        session = super().init_signing_session(*given, **named)
        session.system_time = self.claimed_at
        estimate = session.estimate_signature_container_size

        async def remembered(*given: Any, **named: Any) -> int:
            if self.sized_as not in _SIZES:
                _SIZES[self.sized_as] = await estimate(*given, **named)
            return _SIZES[self.sized_as]

        session.estimate_signature_container_size = remembered
        return session


class _Addition(IncrementalPdfFileWriter):
    """What is written behind the paper: the signature and nothing else.

    The library would put its own name, today's date and PDF 2.0 into the catalog; PDF/A-3 is 1.7.
    """

    def _update_meta(self) -> None:
        pass

    def ensure_output_version(self, version: Any) -> None:
        pass


class _Stamper(TimeStamper):
    """Ask an RFC 3161 service over HTTP."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        try:
            answer = httpx.post(
                self._url,
                content=req.dump(),
                headers={"Content-Type": "application/timestamp-query"},
                timeout=TIME_OUT_SECONDS,
            )
            answer.raise_for_status()
            if len(answer.content) > LONGEST_ANSWER:
                raise TimestampRequestError("too long")
            response = tsp.TimeStampResp.load(answer.content)
            if response["status"]["status"].native == "granted":
                token = response["time_stamp_token"]["content"]["encap_content_info"]["content"]
                if token.parsed["message_imprint"].native != req["message_imprint"].native:
                    raise TimestampRequestError("over another hash")
        except (httpx.HTTPError, ValueError, TypeError, KeyError) as fault:
            raise TimestampRequestError(type(fault).__name__) from fault
        return response
