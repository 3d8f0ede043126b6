"""The QR stamp of a paper: the official look-up address with the code behind it.

The code stands in the address's fragment, which a browser never sends: no server log, proxy or
referrer ever holds it. Letters are capitals throughout, like the code printed beside the stamp, so
that a person can compare what the phone shows with the paper (QR: ISO/IEC 18004).
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import segno
from django.utils.safestring import SafeString, mark_safe

from notices.stamp_claims import to_base32

_LARGEST_VERIFY_MM = 36  # with its quiet zone; beyond it the modules become five dots wide
_DOT_MM = 25.4 / 300  # an office laser printer; whole dots a module keep the edges sharp
_QUIET_MODULES = 4


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


def verify_svg(base: str, stamp: bytes) -> SafeString:
    """Draw the QR that is checked for forgery: modules six 300-dpi dots wide (0.5 mm), or five."""
    code = segno.make_qr(verify_address(base, stamp), error="m")
    modules = code.symbol_size(scale=1, border=_QUIET_MODULES)[0]
    return _svg(code, 6 if modules * 6 * _DOT_MM <= _LARGEST_VERIFY_MM else 5)


def qr_svg(address: str, *, minimum_mm: int) -> SafeString:
    """Draw an address as a QR in SVG, at least ``minimum_mm`` wide with its quiet zone.

    Error correction level M; the side is a whole number of 300-dpi dots for each module. The
    picture holds shapes alone, no script and no style.
    """
    code = segno.make_qr(address, error="m")
    modules = code.symbol_size(scale=1, border=_QUIET_MODULES)[0]
    return _svg(code, int(-(-minimum_mm // (modules * _DOT_MM))))  # rounded up


def _svg(code: segno.QRCode, dots: int) -> SafeString:
    modules = code.symbol_size(scale=1, border=_QUIET_MODULES)[0]
    side = f"{modules * dots * _DOT_MM:.3f}mm"
    return mark_safe(  # noqa: S308 - built from whole numbers only, nothing of the address
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" '
        f'viewBox="0 0 {modules} {modules}">'
        f'<path d="{"".join(_bars(code))}"/></svg>'
    )


def _bars(code: segno.QRCode) -> Iterator[str]:
    """Draw each run of dark modules in a row as one bar."""
    for y, row in enumerate(code.matrix, start=_QUIET_MODULES):
        start = None
        for x, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield f"M{start + _QUIET_MODULES} {y}h{x - start}v1h-{x - start}z"
                start = None
