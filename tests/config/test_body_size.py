"""What is larger than any page takes is refused unread, whatever its form says."""

import io
from collections.abc import Iterator

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


class Unread(io.BytesIO):
    """A body that fails the test when somebody reads it."""

    def read(self, *_sizes: object) -> bytes:
        pytest.fail("the body was read")


def answer(path: str, length: str, body: io.BytesIO) -> tuple[str, bytes]:
    """Send a request as a server hands it on; returns the status and the page."""
    environment = RequestFactory()._base_environ(
        PATH_INFO=path,
        REQUEST_METHOD="POST",
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=length,
        HTTP_ACCEPT_LANGUAGE="en",
    )
    told: list[str] = []
    environment["wsgi.input"] = body
    parts: Iterator[bytes] = WSGIHandler()(environment, lambda status, *_rest: told.append(status))
    return told[0], b"".join(parts)


@pytest.mark.parametrize("path", ["/tra-cuu/", "/can-bo/doi-soat/sao-ke/", "/khong-co/"])
@pytest.mark.parametrize("length", [str(200 * 1024 * 1024), "9" * 30, "-1", "1e9"])
def test_two_hundred_megabytes_are_refused_unread(path, length) -> None:
    status, page = answer(path, length, Unread())
    assert status == "413 Request Entity Too Large"
    assert b"Nothing of it was read or kept." in page


def test_an_ordinary_form_is_read() -> None:
    status, _page = answer("/tra-cuu/", "0", io.BytesIO())
    assert status == "403 Forbidden", "a form without its token"
