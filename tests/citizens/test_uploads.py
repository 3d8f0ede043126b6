"""Files people add: hostile ones are refused in words, honest ones rewritten, none served as page."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from django.test import Client
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from cameras import companions
from cameras.exif import read_exif
from citizens import uploads
from citizens.models import Submission, SubmissionFile, UploadDraft
from citizens.tasks import forget_expired
from tests.citizens.answering import HERE, add, pdf, photo, post, send, slug_of
from tests.citizens.visits import case_at, look_up, text
from tests.violations.desk import signed_in
from tests.violations.session_desk import png
from tests.violations.test_session_files import bomb, exif_bomb, text_bomb
from violations.guards import Refused
from violations.models import AccessEntry

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


@pytest.fixture
def writer(place, browser) -> Client:
    """A person on the page of the files of "not my vehicle"."""
    look_up(browser, case_at("notified", place))
    browser.get(f"{HERE}{slug_of('not_mine')}/")
    post(browser, "not_mine", "ly-do", {"why": "plate"})
    post(browser, "not_mine", "noi-dung", {"text": "Xe khác."})
    return browser


def locked() -> bytes:
    """Return a PDF that asks for a password."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as made:
        made.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def with_attachment() -> bytes:
    """Return a PDF that carries a program as a file."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as made:
        made.attachments["x.exe"] = b"MZ"
        made.save(out)
    return out.getvalue()


def packed(data: bytes) -> bytes:
    """Return a PDF whose objects stand in packed streams, where no search for words finds them."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as made:
        made.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def object_bomb() -> bytes:
    """Return a PDF of some hundred kilobytes whose table of objects unpacks to a hundred million."""
    import zlib

    body = zlib.compress(b"0 0 " + b" " * 100_000_000, 9)
    head = b"1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n"
    return b"%PDF-1.5\n" + head % len(body) + body + b"\nendstream\nendobj\ntrailer\n<<>>\n%%EOF\n"


def acting(kind: str) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a page called a picture": lambda: b"<!doctype html><script>alert(1)</script>",
    "a drawing with a program": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
    "a page behind three bytes of a picture": lambda: b"\xff\xd8\xff<html><script>x</script>",
    "an archive": lambda: b"PK\x03\x04" + b"\0" * 99,
    "a picture of sixty thousand pixels": bomb,
    "a picture with eighty million letters": text_bomb,
    "half a picture": lambda: photo()[:-4000],
    "seven megabytes": lambda: b"\xff\xd8\xff" + b"\0" * (7 * 1024 * 1024),
    "a PDF that is none": lambda: b"%PDF-1.4\nhello\n%%EOF\n",
    "a PDF with a lock": locked,
    "a PDF with a file": with_attachment,
    "a PDF that runs a script": lambda: pdf(OpenAction=acting("JavaScript")),
    "a PDF that runs a script, packed": lambda: packed(pdf(OpenAction=acting("JavaScript"))),
    "a PDF that starts a program": lambda: pdf(AA=pikepdf.Dictionary(O=acting("Launch"))),
    "a PDF that sends a form": lambda: pdf(OpenAction=acting("SubmitForm")),
    "a PDF that fills the memory": object_bomb,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_with_what_to_do(what: str) -> None:
    with pytest.raises(Refused) as refusal:
        uploads.clean(HOSTILE[what]())
    assert len(str(refusal.value)) > 20


def test_the_page_says_it_and_keeps_what_was_typed(writer: Client) -> None:
    assert add(writer, "not_mine", photo()).status_code == 303
    page = add(writer, "not_mine", HOSTILE["a page called a picture"](), "xe.jpg")
    assert page.status_code == 422
    assert "Only JPEG, PNG and PDF files are taken" in text(page) and "xe.jpg" not in text(page)
    assert "giay.jpg" in text(page)
    assert UploadDraft.objects.count() == 1
    page = writer.get(f"{HERE}{slug_of('not_mine')}/noi-dung/")
    assert "Xe khác." in text(page)


def test_two_hundred_megabytes_are_refused_unread(writer: Client) -> None:
    class Unread(io.BytesIO):
        def read(self, *_asked: Any) -> bytes:
            raise AssertionError("the body was read")

    path = f"{HERE}{slug_of('not_mine')}/tep/"
    told = {
        "CONTENT_LENGTH": str(200 * 1024 * 1024),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "wsgi.input": Unread(),
    }
    page = writer.generic("POST", path, b"", **told)
    assert page.status_code == 413 and "larger than 6 MB" in text(page)
    words = writer.generic("POST", path.replace("/tep/", "/noi-dung/"), b"", **told)
    assert words.status_code == 413 and "too long to be sent" in text(words)
    assert writer.generic("POST", path, b"", **told | {"CONTENT_LENGTH": "many"}).status_code == 413


def test_there_is_room_for_five(writer: Client) -> None:
    for called in (
        "giấy tờ.pdf",
        "C:\\ảnh\\giấy tờ.exe",
        "../giấy \u202etờ.html",
        "giấy<> tờ",
        "giấy tờ",
    ):
        assert add(writer, "not_mine", pdf(), called).status_code == 303
    page = add(writer, "not_mine", pdf())
    assert page.status_code == 422 and "At most 5 files" in text(page)
    first = UploadDraft.objects.order_by("pk")[0]
    assert post(writer, "not_mine", "tep", {"remove": str(first.pk)}).status_code == 303
    assert UploadDraft.objects.count() == 4
    assert not UploadDraft.objects.exclude(name="giấy tờ.pdf").exists()


def test_nobody_removes_anothers_file(writer: Client, place) -> None:
    add(writer, "not_mine", photo())
    stranger = Client(headers={"accept-language": "en"})
    look_up(stranger, case_at("notified", place, plate="30A71342"))
    stranger.get(f"{HERE}{slug_of('not_mine')}/")
    post(stranger, "not_mine", "tep", {"remove": str(UploadDraft.objects.get().pk)})
    assert UploadDraft.objects.count() == 1


def test_a_picture_is_drawn_anew_upright_and_without_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Máy ảnh"
    exif.get_ifd(0x8825)[2] = (21.0, 1.0, 30.0)
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 90, 90)).save(out, "JPEG", exif=exif)
    kept = uploads.clean(out.getvalue() + b"<script>tail</script>").data
    assert not read_exif(kept) and b"script" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.size == (480, 640)


def test_what_a_png_says_beside_its_picture_is_left_out() -> None:
    notes = PngInfo()
    notes.add_text("Author", "Trần Văn Hiếu")
    kept = uploads.clean(png(pnginfo=notes)).data
    assert b"Author" not in kept and b"tEXt" not in kept


def test_a_picture_with_mad_metadata_is_still_a_picture() -> None:
    assert not read_exif(uploads.clean(exif_bomb()).data)


def test_an_honest_pdf_is_written_anew() -> None:
    with pikepdf.open(io.BytesIO(pdf())) as made:
        made.docinfo["/Author"] = "Trần Văn Hiếu"
        out = io.BytesIO()
        made.save(out)
    kept = uploads.clean(out.getvalue() + b"\n<html>tail").data
    assert b"<html>" not in kept
    with pikepdf.open(io.BytesIO(kept)) as read:
        assert len(read.pages) == 1 and "/Info" not in read.trailer


def test_a_file_is_served_to_officers_alone_and_never_as_a_page(writer: Client, place) -> None:
    post(writer, "not_mine", "tep", {"go": "on"})
    sent = send(writer, "not_mine", files=(photo(), pdf()))
    kept = list(SubmissionFile.objects.order_by("pk"))
    path = f"/can-bo/don-tu/{sent.number}/tep/"
    assert writer.get(f"{path}{kept[0].pk}/").status_code == 302  # to sign in
    assert signed_in(place.technician).get(f"{path}{kept[0].pk}/").status_code == 403
    assert signed_in(place.other_leader).get(f"{path}{kept[0].pk}/").status_code == 404
    officer = signed_in(place.reviewer)
    before = AccessEntry.objects.filter(what="evidence", actor=place.reviewer.user).count()
    for file, start in zip(kept, (b"\xff\xd8\xff", b"%PDF-"), strict=True):
        answer = officer.get(f"{path}{file.pk}/")
        assert answer.status_code == 200 and answer.content.startswith(start)
        assert answer["Content-Disposition"].startswith("attachment; ")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    after = AccessEntry.objects.filter(what="evidence", actor=place.reviewer.user).count()
    assert after == before + 2
    assert officer.get(f"{path}{10**20}/").status_code == 404
    # They belong to the evidence of their case: re-hashed with it, kept and disposed of with it.
    assert companions.owners(kept[0].sha256) == {sent.case.detection_id}


def test_what_was_not_sent_is_forgotten(writer: Client, clock) -> None:
    add(writer, "not_mine", photo())
    forget_expired()
    draft = UploadDraft.objects.get()
    clock(draft.made_at + uploads.KEPT_UNSENT * 2)
    forget_expired()
    assert not UploadDraft.objects.exists() and not Submission.objects.exists()
