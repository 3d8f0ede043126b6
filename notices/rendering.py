"""Make the PDF of a paper from its frozen context: Django template, then WeasyPrint.

The same context and pictures give the same bytes: identifier and dates come from the context, and
fonts from the project. Whatever would quietly spoil a legal paper is an error instead: a missing
value, picture or glyph, a text that leaves its box, an address that asks for the network. The
result is PDF/A-3a (ISO 19005-3): archived for years, readable by a screen reader, and with the
printed fields attached as JSON for machines; never the look-up code.
"""

import gc
import json
import logging
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError

import pydyf
from django.template import Context, Engine
from django.utils.translation import gettext
from PIL import Image, ImageFile
from weasyprint import CSS, DEFAULT_OPTIONS, HTML, Attachment, Document
from weasyprint.logger import LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from notices.completeness import ContentError, check_contents
from notices.contents_ordinary import ORDINARY_KINDS
from notices.glyphs import FONTS, GlyphError, printable
from notices.kept_styles import KeptStyles, PaperDocument, PaperPage
from notices.kept_text import lines_kept
from notices.layout import Place, pages_cut_off, place_of_mark
from notices.lookup_codes import CodeFault, check, pretty
from notices.stamp import lookup_address, lookup_qr, verify_qr
from notices.whole_fonts import compress_once, keep_whole
from notices.writing import write_once

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
_STYLES = TEMPLATES / "notices" / "paper.css"
_NEED_CODE = {"TB0173", "MQD02"}
_STAMP_MM = {"TB0173": 24}  # beside the window of the envelope there is no more room
_LARGE_STAMP_MM = 28
_LONG_ADDRESS = 120  # characters
_ADDRESS_LINES = 6
# Characters to a line of the head, in capitals: the superior agency, and the unit in bold.
_SUPERIOR_LINE, _UNIT_LINE, _HEAD_LINES = 27, 23, 3
_FAMILIES = {"Tinos", "Be Vietnam Pro", "JetBrains Mono"}
FIELDS_NAME = "noi-dung.json"
_COLOURS = "--srgb"  # PDF/A must say what its colours mean
_MISSING = "⟦%s⟧"  # no font has these brackets, so no text can hold them
# WeasyPrint, when imported, lets Pillow fill what is missing of a broken picture with grey, in the
# whole process. A broken picture is no evidence.
ImageFile.LOAD_TRUNCATED_IMAGES = False
_ONE_AT_A_TIME = threading.Lock()  # Pango's font maps are not safe across threads


class RenderError(Exception):
    """The paper cannot be made; the sentence says what to mend and names no person."""


@dataclass(frozen=True)
class Rendered:
    """A finished paper: the file, its pages, the hash of the HTML it was made from.

    ``mark`` is where the form printed the block of the digital signature, or None.
    """

    pdf: bytes
    pages: int
    html_sha256: str
    mark: Place | None = None


def render(
    kind: str,
    context: Mapping[str, Any],
    images: Mapping[str, bytes],
    *,
    lookup_code: str | None = None,
    stamp: bytes | None = None,
) -> Rendered:
    """Render one paper.

    ``context`` is plain JSON in the shape ``notices.contents`` gives for ``kind``; ``images`` maps
    the SHA-256 of an original to the bytes to print, already scaled (162 mm wide: 1,600 px are
    250 dpi). ``lookup_code`` is derived by the caller and never part of what is stored; notice and
    decision need it. ``stamp`` is what the QR says, signed at issue; a draft has none.
    Raises RenderError with a sentence.
    """
    try:
        clean = printable(context)
        check_contents(kind, clean)
    except (ContentError, GlyphError) as fault:
        raise RenderError(str(fault)) from fault
    wanted = [picture["sha256"] for picture in clean.get("images", ())]
    _check_pictures(wanted, images)
    html = _fill(kind, clean, lookup_code, stamp)
    with _ONE_AT_A_TIME, _complaints_are_errors(), lines_kept(), no_collecting():
        pdf, pages, mark = _print(
            html, images, identifier=clean["paper_id"], attached=_printed_fields(kind, clean)
        )
    return Rendered(pdf, pages, sha256(html.encode()).hexdigest(), mark)


def render_sheet(html: str, *, identifier: str) -> bytes:
    """Print a sheet that is no form of the law: it has no number, no code and no picture.

    ``html`` is finished; it is laid out with the styles and typefaces of the papers, and nothing is
    fetched for it. Raises RenderError with a sentence.
    """
    with _ONE_AT_A_TIME, _complaints_are_errors(), lines_kept(), no_collecting():
        pdf, _pages, _mark = _print(html, {}, identifier=identifier)
    return pdf


def load() -> None:
    """Load typefaces, styles and forms into this process, before its first paper."""
    with _ONE_AT_A_TIME:
        _typography(os.getpid())
    _engine()


@cache
def template_version() -> str:
    """Return a short digest of the forms and their styles, to be kept beside a frozen context."""
    digest = sha256()
    for path in sorted((TEMPLATES / "notices").iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _printed_fields(kind: str, context: dict[str, Any]) -> Attachment:
    """Return what the paper prints as JSON, for machines. ISO 19005-3, 6.8: relationship Data

    It is the frozen context, which holds no look-up code. Its dates are those of the paper: the
    library would take the clock's.
    """
    told = {"form": kind, "fields": context}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1)
    issued_at = datetime.fromisoformat(context["issued_at"]).astimezone(UTC)
    return Attachment(
        file_obj=BytesIO(text.encode()),
        name=FIELDS_NAME,
        description="Nội dung in trên văn bản",
        created=issued_at,
        modified=issued_at,
        relationship="Data",
    )


def _fill(kind: str, context: dict[str, Any], lookup_code: str | None, stamp: bytes | None) -> str:
    """Fill the form of a paper; a name the template does not find is an error."""
    stamped = _stamped(kind, context["lookup_base"], lookup_code)
    stamped["verify"] = verify_qr(context["lookup_base"], stamp) if stamp else ""
    values = context | stamped | _sizes(context)
    form = "ordinary" if kind in ORDINARY_KINDS else kind
    html = str(_engine().get_template(f"notices/{form}.html").render(Context(values)))
    if _MISSING[0] in html:
        name = html.partition(_MISSING[0])[2].partition(_MISSING[-1])[0]
        raise RenderError(
            gettext("The form %(kind)s asks for a value it was not given: %(name)s.")
            % {"kind": kind, "name": name}
        )
    return html


def _sizes(context: dict[str, Any]) -> dict[str, bool]:
    """Choose the smaller type for a long address or agency; what then does not fit is refused."""
    addressee, unit = context.get("addressee"), context["unit"]
    address = [addressee["name"], *addressee["lines"]] if addressee else []
    return {
        "long_address": sum(map(len, address)) > _LONG_ADDRESS or len(address) > _ADDRESS_LINES,
        "long_agency": -(-len(unit["superior"]) // _SUPERIOR_LINE)
        - (-len(unit["short_name"]) // _UNIT_LINE)
        > _HEAD_LINES,
    }


def _stamped(kind: str, base: str, lookup_code: str | None) -> dict[str, Any]:
    """Return the QR and the printed code, or empty values for a paper that needs none."""
    if lookup_code is None:
        if kind in _NEED_CODE:
            raise RenderError(gettext("This paper cannot be printed without its look-up code."))
        return {"stamp": "", "code": "", "lookup_host": ""}
    checked = check(lookup_code)
    if isinstance(checked, CodeFault):
        raise RenderError(
            gettext("The look-up code of this paper does not check. Derive it again.")
        )
    try:
        address = lookup_address(base, checked)
    except ValueError as fault:
        raise RenderError(
            gettext("The look-up address of the portal is not set up. Ask the administrator.")
        ) from fault
    return {
        "stamp": lookup_qr(address, minimum_mm=_STAMP_MM.get(kind, _LARGE_STAMP_MM)),
        "code": pretty(checked),
        "lookup_host": f"{urlsplit(base).netloc}/tra-cuu",
    }


def _check_pictures(wanted: list[str], images: Mapping[str, bytes]) -> None:
    """Refuse pictures that are missing or broken, by their place on the paper."""
    for place, name in enumerate(wanted, start=1):
        if name not in images:
            raise RenderError(
                gettext("Picture %(place)s of this paper is missing. Restore the evidence file.")
                % {"place": place}
            )
        try:
            with Image.open(BytesIO(images[name]), formats=("JPEG", "PNG")) as picture:
                # An eighth of the size still reads every byte, so what is cut off is found.
                picture.draft(None, (picture.width // 8, picture.height // 8))
                picture.load()
        except (OSError, SyntaxError, Image.DecompressionBombError) as fault:
            raise RenderError(
                gettext("Picture %(place)s of this paper cannot be read. Check the evidence file.")
                % {"place": place}
            ) from fault


def _print(
    html: str, images: Mapping[str, bytes], *, identifier: str, attached: Attachment | None = None
) -> tuple[bytes, int, Place | None]:
    """Lay out and write the PDF; tell where the signature's mark is. Raises RenderError."""
    typography = _typography(os.getpid())
    archival = {"pdf_variant": "pdf/a-3a", "output_intent": _COLOURS}
    colours = {_COLOURS: SimpleNamespace(**typography.colours, pdf_reference=None)}
    try:
        page = PaperPage(html, _Fetcher(images=images), typography.kept)
        document = PaperDocument._render(
            page, typography.fonts, None, colours, DEFAULT_OPTIONS | archival
        )
        cut = pages_cut_off(document)
        if cut:
            raise RenderError(
                gettext("A text on page %(pages)s does not fit its place. Shorten it.")
                % {"pages": ", ".join(map(str, cut))}
            )
        keep_whole(document)
        pdf = document.write_pdf(
            pdf_identifier=identifier.encode(),
            attachments=[attached] if attached else None,
            finisher=_finish,
            **archival,
        )
    except ParseError as fault:
        raise RenderError(
            gettext("The paper could not be laid out completely. Tell the operator.")
        ) from fault
    except FatalURLFetchingError as fault:
        raise RenderError(
            gettext("The paper refers to a file outside the case. Nothing is fetched for it.")
        ) from fault
    foreign = {font.family for font in document.fonts.values()} - _FAMILIES
    if foreign:
        raise RenderError(gettext("A character of this paper is in none of its typefaces."))
    return pdf, len(document.pages), place_of_mark(document)


def _finish(document: Document, pdf: Any) -> None:
    """Take out of AF what WeasyPrint names there twice: by the name tree and by the object.

    What is the same in all papers is given compressed, and every object is written once.
    """
    compress_once(pdf)
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    write_once(pdf)


class _Fetcher(URLFetcher):
    """Serve pictures of the paper and fonts of the project, and nothing else whatsoever."""

    def __init__(self, *, images: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), fail_on_errors=True)
        self._images = images

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        if scheme == "evidence":
            return URLFetcherResponse(url, self._images[name])
        if scheme == "font" and (FONTS / name).resolve().is_relative_to(FONTS):
            return URLFetcherResponse(url, (FONTS / name).read_bytes())
        raise ValueError("Papers are made from the case and the project alone.")


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[TEMPLATES], builtins=["notices.wording"], string_if_invalid=_MISSING, autoescape=True
    )


@dataclass(frozen=True)
class _Typography:
    """Fonts, styles and colour profile, read once a process.

    The profile is held as plain bytes: written through lcms, as WeasyPrint's own variant does, the
    second paper of a process would differ from the first.
    """

    fonts: FontConfiguration
    kept: KeptStyles
    colours: dict[str, Any]


@cache
def _typography(process: int) -> _Typography:
    """Load fonts and styles: reading them costs more than laying out a notice.

    Keyed by the process, because a forked worker that shared its parent's configuration would
    delete the parent's font folder on leaving.
    """
    fonts = FontConfiguration()
    styles = CSS(string=_STYLES.read_text(), url_fetcher=_Fetcher(images={}), font_config=fonts)
    profile = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()
    colours = {"content": profile, "name": "sRGB2014", "components": ("r", "g", "b")}
    return _Typography(fonts, KeptStyles(HTML(string=""), styles, fonts), colours)


@contextmanager
def no_collecting() -> Iterator[None]:
    """Let Python look for garbage after a paper, not ten times while it is made."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def _complaints_are_errors() -> Iterator[None]:
    """Turn what WeasyPrint only logs as an error (an unreadable picture, say) into RenderError."""
    heard: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.levelname)

    listener = Listener(logging.ERROR)
    LOGGER.addHandler(listener)
    try:
        yield
    finally:
        LOGGER.removeHandler(listener)
    if heard:
        raise RenderError(gettext("The paper could not be laid out completely. Tell the operator."))
