"""Films in ranges: what a player asks for, what it gets, what the custody log says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.test import RequestFactory

from cameras import evidence, film_views
from cameras.models import CustodyEvent
from tests import journeys
from tests.cameras.factories import AT, detected, hikvision
from tests.cameras.film_bodies import film_in_delivery, mp4, uploaded_film

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

FILM = mp4()
SIZE = len(FILM)


@pytest.fixture(autouse=True)
def _nothing_remembered():
    film_views._whole_until.clear()


@pytest.fixture
def place():
    return journeys.world()


@pytest.fixture
def detection(place):
    return detected(place.red_light_camera, hikvision())


@pytest.fixture
def film(detection):
    return uploaded_film(detection, FILM)


def ask(film, place, wanted="", *, at=AT, who="reviewer", **headers):
    named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    if wanted:
        named["HTTP_RANGE"] = wanted
    request = RequestFactory().get("/", **named)
    user = getattr(place, who).user
    return film_views.film_response(film, request, reason="HS-1", at=at, actor=user)


def sent(answer) -> bytes:
    return b"".join(answer.streaming_content)


def looks() -> int:
    return CustodyEvent.objects.filter(action="viewed").count()


def test_the_whole_film_comes_with_its_own_type_and_no_way_to_keep_it(film, place):
    answer = ask(film, place)
    assert answer.status_code == 200
    assert sent(answer) == FILM
    assert {
        name: answer.headers[name]
        for name in (
            "Content-Type",
            "Content-Length",
            "Accept-Ranges",
            "ETag",
            "X-Content-Type-Options",
            "Cache-Control",
            "Content-Security-Policy",
        )
    } == {
        "Content-Type": "video/mp4",
        "Content-Length": str(SIZE),
        "Accept-Ranges": "bytes",
        "ETag": f'"{film.sha256}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    assert "Content-Range" not in answer.headers


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=0-", 0, SIZE),
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        (f"bytes=10-{SIZE * 9}", 10, SIZE),
        ("bytes=-7", SIZE - 7, SIZE),
        (f"bytes=-{SIZE * 9}", 0, SIZE),
    ],
)
def test_one_range_is_sent_as_a_part(film, place, wanted, start, stop):
    answer = ask(film, place, wanted)
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{SIZE}"
    assert answer.headers["Content-Length"] == str(stop - start)
    assert sent(answer) == FILM[start:stop]


@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
def test_a_range_behind_the_end_is_answered_416(film, place, wanted):
    answer = ask(film, place, wanted)
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"
    assert answer.content == b""
    assert looks() == 0


@pytest.mark.parametrize(
    "wanted",
    ["bytes=0-1,5-6", "bytes=9-2", "bytes=-", "bytes=a-b", "lines=0-5", "bytes=0-" + "9" * 40],
)
def test_what_is_no_single_range_gets_the_whole(film, place, wanted):
    answer = ask(film, place, wanted)
    assert answer.status_code == 200
    assert sent(answer) == FILM


def test_a_range_of_another_film_gets_the_whole(film, place):
    same = ask(film, place, "bytes=5-9", if_range=f'"{film.sha256}"')
    other = ask(film, place, "bytes=5-9", if_range='"another"')
    assert (same.status_code, sent(same)) == (206, FILM[5:10])
    assert (other.status_code, sent(other)) == (200, FILM)


def test_a_film_inside_the_delivery_is_cut_out_of_it(place):
    push = hikvision()
    offset = len(push.body)
    push.body += FILM
    detection = detected(place.red_light_camera, push)
    film = film_in_delivery(detection, FILM, offset)
    assert sent(ask(film, place, "bytes=50-59")) == FILM[50:60]


def test_one_viewing_is_one_row_however_many_ranges_it_takes(film, place):
    for start in (0, 500, 1000, 2000):
        ask(film, place, f"bytes={start}-")
    assert looks() == 1
    row = CustodyEvent.objects.get(action="viewed")
    assert (row.evidence, row.actor, row.reason) == (film, place.reviewer.user, "film: HS-1")
    ask(film, place, "bytes=0-", at=AT + timedelta(minutes=3))
    assert looks() == 2


def test_nobody_sees_a_film_unseen_by_leaving_out_its_first_byte(film, place):
    ask(film, place, "bytes=1-")
    assert looks() == 1
    ask(film, place, "bytes=1-", who="leader")
    assert looks() == 2
    ask(film, place, "bytes=1-", at=AT + timedelta(hours=2))
    assert looks() == 3


def test_a_large_film_is_never_in_memory_as_a_whole(detection, place, monkeypatch):
    data = mp4(3_000_000)
    film = uploaded_film(detection, data)
    store, asked = type(storages["evidence"]), []
    read = store.read

    def noted(self, sha256, offset=0, size=None):
        asked.append(size)
        return read(self, sha256, offset, size)

    monkeypatch.setattr(store, "read", noted)
    assert sent(ask(film, place)) == data
    assert asked and all(size is not None and size <= film_views.PIECE for size in asked)


def test_an_altered_film_sends_no_byte_and_notes_no_look(film, place):
    path = storages["evidence"]._path(film.object_sha256)
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    answer = ask(film, place)
    assert answer.status_code == 409
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert looks() == 0


def test_a_film_that_is_gone_says_when(film, place):
    from cameras.models import Disposal

    evidence.store().remove(film.object_sha256)
    assert ask(film, place).status_code == 409
    Disposal.objects.create(
        sha256=film.object_sha256, size=SIZE, record_class="case", ground="mẫu", disposed_at=AT
    )
    answer = ask(film, place)
    assert answer.status_code == 410
    assert "12/10/2026" in answer.content.decode()


def test_a_picture_is_no_film(detection, place):
    with pytest.raises(ValueError, match="no film"):
        ask(detection.evidence.first(), place)
