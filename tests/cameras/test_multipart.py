"""Raw multipart bodies are cut by position; pictures survive byte for byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.adapters.contract import Rejected
from cameras.adapters.multipart import MAX_PARTS, parse_multipart

pytestmark = pytest.mark.gate

TYPE = "multipart/form-data; boundary=cut"


def body_of(*parts: tuple[bytes, bytes], newline: bytes = b"\r\n", closed: bool = True) -> bytes:
    raw = b"".join(
        b"--cut" + newline + head + newline + newline + content + newline for head, content in parts
    )
    return raw + (b"--cut--" + newline if closed else b"")


def test_a_part_without_a_filename_keeps_every_byte():
    picture = bytes(range(256)) * 40
    body = body_of((b'Content-Disposition: form-data; name="detectionPicture"', picture))
    [part] = parse_multipart(body, TYPE)
    assert part.of(body) == picture
    assert (part.name, part.filename, part.complete) == ("detectionPicture", "", True)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=6))
def test_any_bytes_come_back_exactly_when_they_do_not_hold_the_boundary(contents):
    head = b'Content-Disposition: form-data; name="p"; filename="p.jpg"'
    body = body_of(*((head, content) for content in contents if b"--cut" not in content))
    parts = parse_multipart(body, TYPE)
    kept = [content for content in contents if b"--cut" not in content]
    if kept:
        assert [part.of(body) for part in parts] == kept


def test_the_boundary_inside_picture_bytes_does_not_cut_the_picture():
    picture = b"\xff\xd8--cut\x00 and --cutter\r\n--cutoff\xff\xd9"
    body = body_of((b"Content-Type: image/jpeg", picture))
    [part] = parse_multipart(body, TYPE)
    assert part.of(body) == picture


def test_bare_line_feeds_and_quoted_boundaries_are_read():
    body = body_of((b"Content-Type: text/xml; charset=utf-8", b"<a/>"), newline=b"\n")
    [part] = parse_multipart(body, 'multipart/mixed; boundary="cut"')
    assert (part.of(body), part.media_type) == (b"<a/>", "text/xml")


def test_a_lost_boundary_parameter_is_found_in_the_first_line():
    body = body_of((b"Content-Type: text/xml", b"<a/>"))
    [part] = parse_multipart(body, "multipart/form-data")
    assert part.of(body) == b"<a/>"


def test_a_body_that_breaks_off_gives_its_last_part_as_incomplete():
    whole = body_of(
        (b"Content-Type: text/xml", b"<a/>"), (b"Content-Type: image/jpeg", b"\xff" * 90)
    )
    first, second = parse_multipart(whole[:-60], TYPE)
    assert (first.complete, second.complete) == (True, False)


def test_an_empty_part_has_no_bytes():
    body = body_of((b'Content-Disposition: form-data; name="a"', b""), (b"X: y", b"next"))
    first, second = parse_multipart(body, TYPE)
    assert (first.length, second.of(body)) == (0, b"next")


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"", TYPE, "boundary_absent"),
        (b"no boundary here", "text/plain", "boundary_missing"),
        (b"--cut--\r\n", TYPE, "no_parts"),
        (body_of(*[(b"X: y", b"z")] * (MAX_PARTS + 1)), TYPE, "too_many_parts"),
        (b"--cut\r\nX: " + b"y" * 9000, TYPE, "header_too_large"),
    ],
)
def test_what_is_no_multipart_is_rejected_with_a_code(body, content_type, code):
    assert parse_multipart(body, content_type).code == code


@given(st.binary(max_size=400), st.text(max_size=60))
def test_garbage_never_raises(body, content_type):
    parsed = parse_multipart(b"--cut\r\n" + body, "multipart/x; boundary=cut" + content_type)
    assert isinstance(parsed, Rejected | tuple)
