"""The QR stamp of a paper: the official look-up address with the code behind it.

The code stands in the address's fragment, which a browser never sends: no server log, proxy or
referrer ever holds it. Letters are capitals throughout, like the code printed beside the stamp, so
that a person can compare what the phone shows with the paper (QR: ISO/IEC 18004).
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.utils.html import format_html
from django.utils.safestring import SafeString

from notices.qr_masks import qr_modules
from notices.qr_pictures import DOT_MM, QrPicture, name_of
from notices.stamp_claims import to_base32

_LARGEST_VERIFY_MM = 36  # with its quiet zone; beyond it the modules become five dots wide


def lookup_address(base: str, code: str) -> str:
    """Return the address printed as a QR: ``HTTPS://HOST/TRA-CUU/#CODE``.

    ``base`` is scheme and host of the portal. Raises ValueError when it carries a path, a query or
    a fragment, since the code must be the only thing behind the page's address.
    """
    parts = urlsplit(base)
    if not parts.scheme or not parts.netloc or parts.path.strip("/") or parts.query:
        raise ValueError("The look-up base must be a scheme and a host, nothing more.")
    return f"{parts.scheme}://{parts.netloc}/TRA-CUU/#{code}".upper()


def verify_address(base: str, stamp: bytes) -> list[str]:
    """Return the address printed as the QR that is checked: ``HTTPS://HOST/XAC-MINH/#BASE32``.

    In three pieces, because only the stroke before the fragment lies outside the alphanumeric
    mode of a QR; in one piece the code would be a third larger. Raises ValueError as
    ``lookup_address`` does.
    """
    page = lookup_address(base, "").removesuffix("TRA-CUU/#") + "XAC-MINH/"
    return [page, "#", to_base32(stamp)]


def verify_qr(base: str, stamp: bytes) -> SafeString:
    """Draw the QR that is checked for forgery: modules six 300-dpi dots wide (0.5 mm), or five."""
    modules = qr_modules(verify_address(base, stamp))
    return _picture(modules, 6 if _side(modules) * 6 * DOT_MM <= _LARGEST_VERIFY_MM else 5)


def lookup_qr(address: str, *, minimum_mm: int) -> SafeString:
    """Draw an address as a QR, at least ``minimum_mm`` wide with its quiet zone.

    Error correction level M; the side is a whole number of 300-dpi dots for each module. The
    picture holds modules alone, nothing of the address as text.
    """
    modules = qr_modules(address)
    return _picture(modules, int(-(-minimum_mm // (_side(modules) * DOT_MM))))  # rounded up


def _side(modules: Sequence[Sequence[int]]) -> int:
    """Return how many modules wide a code is with its quiet zone."""
    return len(modules) + 2 * QrPicture.QUIET


def _picture(modules: Sequence[Sequence[int]], dots: int) -> SafeString:
    """Return the element that shows a code; it holds whole numbers only, nothing of the address."""
    return format_html('<img class="stamp" src="{}" alt="Mã QR"/>', name_of(modules, dots))
