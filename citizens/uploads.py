"""Files people add to an answer: judged by their bytes, rewritten, and kept only when sent.

JPEG, PNG and PDF by their own witness, never by name or declared type. A picture is decoded within
bounds and drawn anew, upright and without what a telephone writes beside it. A PDF is taken apart:
one that carries a program, another file or a lock is refused, and the rest is written anew without
what stood behind its end. Whatever is wrong is told in a sentence that says what to do.
"""

from __future__ import annotations

import io
import re
import uuid
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta

import pikepdf
from django.utils.translation import gettext
from PIL import Image, ImageOps

from cameras.exif import read_exif
from cameras.images import ImageRefused, safe_copy
from citizens.models import Submission, SubmissionFile, UploadDraft
from citizens.typed_text import plain_line
from violations import session_files
from violations.guards import Refused
from violations.session_files import JPEG, PDF, PNG, Checked

MOST_BYTES = 6 * 1024 * 1024
MOST_FILES = 5
MOST_TOGETHER = 20 * 1024 * 1024
#: A form with one file: its bytes, and what the browser writes around them.
MOST_REQUEST_BYTES = MOST_BYTES + 64 * 1024
KEPT_UNSENT = timedelta(hours=2)

_SIDE = 3_000
_MOST_PAGES = 60
_MOST_OBJECTS = 50_000
_MOST_UNPACKED = 64 * 1024 * 1024
#: What a reader would do by itself, or carries beside its pages.
_ACTIVE_KEYS = frozenset(
    {"/JS", "/JavaScript", "/AA", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA", "/Rendition"}
)
_ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition"}
)
_PACKED = re.compile(rb"/Type\s*/(?:ObjStm|XRef)\b")


def clean(data: bytes) -> Checked:
    """Return a file as it may be kept: what its bytes are, written anew. Raises Refused."""
    if not data:
        raise Refused(gettext("The file is empty; choose it again."))
    if len(data) > MOST_BYTES:
        raise Refused(too_large())
    if data.startswith(b"\xff\xd8\xff"):
        return Checked(_upright(data), JPEG)
    if data.startswith(session_files.PNG_START):
        session_files.check(data)
        return Checked(_redrawn(data), PNG)
    if data.startswith(b"%PDF-"):
        return Checked(_pdf(data), PDF)
    raise Refused(gettext("Only JPEG, PNG and PDF files are taken; this one is none of them."))


def too_large() -> str:
    """Return the sentence for a file beyond the size."""
    return gettext("The file is larger than 6 MB; photograph or scan the paper in a smaller size.")


def add(form_key: uuid.UUID, name: str, data: bytes, *, at: datetime) -> UploadDraft:
    """Keep a file for an answer that is being written. Raises Refused, also beyond what fits."""
    file = clean(data)
    kept = list(UploadDraft.objects.filter(form_key=form_key).values_list("size", flat=True))
    if len(kept) >= MOST_FILES:
        raise Refused(gettext("At most 5 files can be sent; remove one first."))
    if sum(kept) + len(file.data) > MOST_TOGETHER:
        raise Refused(gettext("The files are larger than 20 MB together; remove one first."))
    added: UploadDraft = UploadDraft.objects.create(
        form_key=form_key,
        name=_shown_name(name, file.media_type),
        media_type=file.media_type,
        data=file.data,
        size=len(file.data),
        made_at=at,
    )
    return added


def unsent(form_key: uuid.UUID) -> list[UploadDraft]:
    """Return the files of an answer that is being written, without their bytes."""
    return list(UploadDraft.objects.filter(form_key=form_key).defer("data"))


def take_back(form_key: uuid.UUID, draft_id: int) -> None:
    """Remove a file again."""
    UploadDraft.objects.filter(form_key=form_key, pk=draft_id).delete()


def send_with(submission: Submission) -> None:
    """Keep the files of an answer that is sent now; called in its transaction."""
    drafts = UploadDraft.objects.filter(form_key=submission.form_key)
    for draft in drafts.order_by("pk"):
        file = Checked(bytes(draft.data), draft.media_type)
        SubmissionFile.objects.create(
            submission=submission,
            name=draft.name,
            media_type=file.media_type,
            sha256=session_files.keep(file),
            size=draft.size,
        )
    drafts.delete()


def forget_unsent(*, at: datetime) -> None:
    """Remove the files of answers nobody sent."""
    UploadDraft.objects.filter(made_at__lt=at - KEPT_UNSENT).delete()


def _shown_name(name: str, media_type: str) -> str:
    """Return a name fit to be shown: no path, and the ending its bytes have."""
    stem = plain_line(re.split(r"[/\\]", name)[-1]).rsplit(".", 1)[0]
    stem = re.sub(r'[<>:"|?*%]', "", stem).strip(" .")[:100]
    ending = {JPEG: "jpg", PNG: "png", PDF: "pdf"}[media_type]
    return f"{stem or gettext('file')}.{ending}"


def _upright(data: bytes) -> bytes:
    """Return a JPEG drawn anew; a telephone's picture is turned as it was held."""
    try:
        turned = dict(read_exif(data)).get("Orientation", "1")
        copy = safe_copy(data, _SIDE)
    except ImageRefused as fault:
        raise Refused(
            gettext("The picture cannot be opened; scan or photograph the paper again.")
        ) from fault
    if turned not in tuple("2345678"):
        return copy
    with Image.open(io.BytesIO(copy), formats=["JPEG"]) as picture:
        picture.getexif()[0x0112] = int(turned)
        upright = ImageOps.exif_transpose(picture)
        out = io.BytesIO()
        Image.frombytes("RGB", upright.size, upright.tobytes()).save(out, "JPEG", quality=88)
    return out.getvalue()


def _redrawn(data: bytes) -> bytes:
    """Return a PNG drawn anew: no texts, no profile, nothing between its parts."""
    with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
        picture.thumbnail((_SIDE, _SIDE))
        drawn = picture.convert("RGB")
        out = io.BytesIO()
        Image.frombytes("RGB", drawn.size, drawn.tobytes()).save(out, "PNG", optimize=True)
    return out.getvalue()


def _pdf(data: bytes) -> bytes:
    _refuse_bomb(data)
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if pdf.is_encrypted:
                raise Refused(_locked())
            if not 0 < len(pdf.pages) <= _MOST_PAGES or len(pdf.objects) > _MOST_OBJECTS:
                raise Refused(gettext("The PDF has more than 60 pages; send the ones that matter."))
            if any(_acts(each) for part in pdf.objects for each in _inside(part)):
                raise Refused(
                    gettext("This PDF carries a program or a file; print it and scan the paper.")
                )
            for beside in ("/Metadata", "/OpenAction", "/Names"):
                if beside in pdf.Root:
                    del pdf.Root[beside]
            if "/Info" in pdf.trailer:
                del pdf.trailer["/Info"]
            out = io.BytesIO()
            pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    except pikepdf.PasswordError as fault:
        raise Refused(_locked()) from fault
    except (pikepdf.PdfError, RecursionError, ValueError, TypeError) as fault:
        raise Refused(gettext("The PDF cannot be opened; scan or save it again.")) from fault
    if out.tell() > MOST_TOGETHER:
        raise Refused(too_large())
    return out.getvalue()


def _inside(part: pikepdf.Object, depth: int = 0) -> Iterator[pikepdf.Object]:
    """Yield the dictionaries that stand directly in an object, however deep."""
    if depth > 50:
        raise RecursionError
    if isinstance(part, (pikepdf.Dictionary, pikepdf.Stream)):
        yield part
        values = [value for _key, value in part.items()]
    elif isinstance(part, pikepdf.Array):
        values = list(part)
    else:
        return
    for value in values:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _inside(value, depth + 1)


def _acts(part: pikepdf.Object) -> bool:
    """Tell whether a dictionary does something by itself or carries a file."""
    if _ACTIVE_KEYS & set(part.keys()):
        return True
    kinds = {str(part[key]) for key in ("/S", "/Type", "/Subtype") if key in part}
    return bool(kinds & (_ACTIVE_ACTIONS | {"/EmbeddedFile", "/RichMedia"}))


def _refuse_bomb(data: bytes) -> None:
    """Refuse a PDF whose packed tables would fill the memory when they are read.

    A reader unpacks them whole to find the objects; here they are unpacked piece by piece first,
    and only as far as an honest file goes.
    """
    left = _MOST_UNPACKED
    for found in _PACKED.finditer(data):
        start = data.find(b"stream", found.end())
        head = data[max(0, found.start() - 400) : start]
        if start < 0 or head.count(b"/FlateDecode") > 1 or b"/LZWDecode" in head:
            raise Refused(gettext("The PDF cannot be opened; scan or save it again."))
        if b"/FlateDecode" not in head:
            continue
        packed = data[start + 6 :].lstrip(b"\r\n")
        unpacker = zlib.decompressobj()
        try:
            while packed and left > 0 and not unpacker.eof:
                left -= len(unpacker.decompress(packed, min(left, 1024 * 1024)))
                packed = unpacker.unconsumed_tail
        except zlib.error as fault:
            raise Refused(gettext("The PDF cannot be opened; scan or save it again.")) from fault
        if left <= 0:
            raise Refused(gettext("The PDF unpacks to far more than it holds; scan it again."))


def _locked() -> str:
    return gettext("The PDF is locked by a password; save it without one and add it again.")
