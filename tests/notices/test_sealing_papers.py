"""From an issued paper to sealed bytes: what is written, what waits, what stops, what is void."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import OperationalError, transaction
from django.utils import translation

from config.demo.signing import issue
from notices import production, register, signing_keys
from notices.key_places import forget_opened
from notices.models import Notice, PaperDelivery, PaperEvent, PaperKind, SigningKey
from notices.rendering import template_version
from tests.journeys import START, World, case_at, world
from tests.notices.sealing import StampServer, pdfsig_says, pyhanko_says, stamp_server
from tests.signing import authority
from tests.violations.desk import signed_in

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

NOW = START + timedelta(days=20)
LATER = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def place() -> World:
    return world()


@pytest.fixture
def paper(place: World) -> Notice:
    case_at("notified", place)
    return Notice.objects.get(kind=PaperKind.NOTICE)


def bytes_of(paper: Notice) -> bytes:
    data: bytes = storages["papers"].read(paper.pdf_sha256)
    return data


def test_a_paper_is_made_and_sealed_in_one_go(paper: Notice, tmp_path: Path) -> None:
    assert production.produce(paper.pk, at=NOW)
    paper.refresh_from_db()
    key = SigningKey.objects.get(unit_code=paper.unit_code)
    assert (paper.rendering, paper.seal_key, paper.sealed_at) == ("rendered", key, NOW)
    pdf = bytes_of(paper)
    assert (paper.pdf_sha256, paper.pdf_size) == (sha256(pdf).hexdigest(), len(pdf))
    told = pyhanko_says(pdf)
    assert told.bottom_line and told.signer_reported_dt == NOW.replace(microsecond=0)
    assert "Total document signed" in pdfsig_says(pdf, tmp_path)
    rendered, sealed = paper.events.filter(what__in=["rendered", "sealed"]).order_by("id")
    assert rendered.facts["sha256"] == paper.unsigned_sha256
    assert sha256(pdf[: rendered.facts["size"]]).hexdigest() == paper.unsigned_sha256
    assert rendered.facts["form"] == template_version()
    assert rendered.facts["libraries"]["weasyprint"]
    assert sealed.facts == {"sha256": paper.pdf_sha256, "kid": key.kid, "level": "PAdES-B-B"}


def test_a_paper_is_made_once_and_read_as_it_was_stored(paper: Notice) -> None:
    assert production.produce(paper.pk, at=NOW)
    paper.refresh_from_db()
    first = production.read_pdf(paper)
    assert not production.produce(paper.pk, at=NOW + LATER)
    paper.refresh_from_db()
    assert production.read_pdf(paper) == first == bytes_of(paper)
    assert paper.events.filter(what="sealed").count() == 1


def test_the_same_contents_give_the_same_bytes_before_the_seal(paper: Notice) -> None:
    """The seal is never the same twice; what it is over is."""
    images = production._pictures(paper)
    code = register.lookup_code(paper.pk)
    assert production.produce(paper.pk, at=NOW)
    paper.refresh_from_db()
    stamp = None if paper.stamp is None else bytes(paper.stamp)
    again = production.render(paper.kind, paper.context, images, lookup_code=code, stamp=stamp).pdf
    assert sha256(again).hexdigest() == paper.unsigned_sha256


# ---- a key that must not be used ----


def without_key(unit_code: str) -> None:
    signing_keys.retire(unit_code, reason="thử", by_name="x", at=NOW)


def test_without_a_key_the_paper_stops_with_what_to_do(paper: Notice) -> None:
    without_key(paper.unit_code)
    assert not production.produce(paper.pk, at=NOW)
    paper.refresh_from_db()
    assert paper.rendering == "failed"
    assert "signing_key register" in paper.render_fault
    assert paper.pdf_sha256 == "" and paper.sealed_at is None
    assert not paper.events.filter(what__in=["rendered", "sealed"]).exists()


def rotated(paper: Notice, settings: Any, *, until: datetime) -> SigningKey:
    """Give the unit of a paper a new key that is valid from today until a day."""
    folder = Path(settings.SIGNING_KEYS_DIR)
    name = f"rotated-{paper.pk}-{until:%Y%m%d}"
    chain = issue(folder, name, "Khóa kế tiếp (mẫu)", authority(), at=NOW, until=until)
    return signing_keys.rotate(
        paper.unit_code, place=f"pkcs12:{name}", chain=chain, reason="định kỳ", by_name="x", at=NOW
    )


def test_an_expired_key_stops_the_paper_and_the_next_key_seals_it(
    paper: Notice, settings: Any
) -> None:
    rotated(paper, settings, until=NOW + timedelta(days=1))
    late = NOW + timedelta(days=2)
    assert not production.produce(paper.pk, at=late)
    paper.refresh_from_db()
    assert paper.rendering == "failed"
    assert "expired on 02/11/2026" in paper.render_fault and "rotate" in paper.render_fault
    assert production.unsealed(paper.unit_code) == [paper.pk]

    key = rotated(paper, settings, until=NOW + timedelta(days=400))
    assert production.make_again(paper.pk)
    assert production.produce(paper.pk, at=late)
    paper.refresh_from_db()
    assert (paper.rendering, paper.seal_key, paper.render_fault) == ("rendered", key, "")
    assert pyhanko_says(bytes_of(paper)).bottom_line
    assert production.unsealed(paper.unit_code) == []


def test_one_units_bad_key_blocks_no_other_unit(place: World) -> None:
    case_at("notified", place)
    first = Notice.objects.get()
    second = reissued(first, unit_code=place.other_unit.code)
    without_key(first.unit_code)
    assert [production.produce(each.pk, at=NOW) for each in (first, second)] == [False, True]


# ---- what does not answer ----


@pytest.fixture
def stamping(settings: Any) -> Iterator[StampServer]:
    with stamp_server() as (service, address):
        settings.TIMESTAMP_URL = address
        yield service


def test_a_paper_waits_longer_each_time_while_the_stamp_service_is_down(
    paper: Notice, stamping: StampServer
) -> None:
    stamping.status = 503
    at, waits = NOW, []
    for _ in range(8):
        assert not production.produce(paper.pk, at=at)
        paper.refresh_from_db()
        assert paper.rendering == "pending"
        assert "time-stamp service" in paper.render_fault
        begun = at
        while paper.pk not in production.left_behind(at=at):
            assert not production.produce(paper.pk, at=at)  # nobody may take it before
            at += timedelta(seconds=5)
        waits.append((at - begun).total_seconds() / 30)
    assert [round(wait) for wait in waits] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert not paper.events.filter(what__in=["rendered", "sealed"]).exists()

    stamping.status = 200
    assert production.produce(paper.pk, at=at)
    paper.refresh_from_db()
    assert (paper.rendering, paper.render_fault) == ("rendered", "")
    assert paper.events.get(what="sealed").facts["level"] == "PAdES-B-T"
    assert pyhanko_says(bytes_of(paper), stamp_root=stamping.certificate).bottom_line


def test_the_clerk_reads_why_papers_wait(
    place: World, paper: Notice, stamping: StampServer
) -> None:
    assert "wait to be sealed" not in home_of(place)
    stamping.status = 503
    production.produce(paper.pk, at=NOW)
    assert "1 papers wait to be sealed" in home_of(place)
    assert "The time-stamp service does not answer" in home_of(place)
    stamping.status = 200
    assert production.produce(paper.pk, at=NOW + LATER)
    assert "wait to be sealed" not in home_of(place)


def home_of(place: World) -> str:
    """Return the clerk's workbench in English."""
    client = signed_in(place.clerk)
    client.cookies["django_language"] = "en"
    return client.get("/can-bo/").content.decode()


def test_a_key_file_that_is_away_is_waited_for(paper: Notice, settings: Any) -> None:
    key = rotated(paper, settings, until=NOW + timedelta(days=400))
    path = Path(settings.SIGNING_KEYS_DIR) / f"{key.place.partition(':')[2]}.p12"
    kept = path.read_bytes()
    path.unlink()
    forget_opened()
    assert not production.produce(paper.pk, at=NOW)
    paper.refresh_from_db()
    assert paper.rendering == "pending" and path.name in paper.render_fault
    path.write_bytes(kept)
    assert production.produce(paper.pk, at=NOW + LATER)


def test_a_key_retired_while_it_seals_is_not_the_papers(
    paper: Notice, stamping: StampServer, settings: Any
) -> None:
    """The rotation comes between the seal and the writing; the next try takes the next key."""
    first = signing_keys.key_in_use(paper.unit_code, at=NOW)
    real, put = storages["papers"].put, []

    def put_and_rotate(data: bytes) -> str:
        put.append(rotated(paper, settings, until=NOW + timedelta(days=400)))
        return str(real(data))

    store = storages["papers"]
    store.put = put_and_rotate
    try:
        assert not production.produce(paper.pk, at=NOW)
    finally:
        del store.put
    paper.refresh_from_db()
    assert (paper.rendering, paper.pdf_sha256) == ("pending", "")
    assert production.produce(paper.pk, at=NOW + LATER)
    paper.refresh_from_db()
    assert paper.seal_key == put[0] != first
    assert paper.events.filter(what="sealed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_while_sealing_costs_nothing(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are stored, the transaction fails: the claim runs out and the next try writes."""
    case_at("notified", place)
    paper = Notice.objects.get()

    def gone(*given: Any, **named: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr(PaperEvent.objects, "create", gone)
        with pytest.raises(OperationalError):
            production.produce(paper.pk, at=NOW)
    paper.refresh_from_db()
    assert (paper.rendering, paper.pdf_sha256, paper.sealed_at) == ("pending", "", None)
    assert not production.produce(paper.pk, at=NOW + timedelta(minutes=2))
    assert production.produce(paper.pk, at=NOW + LATER)
    assert paper.events.filter(what="rendered").count() == 1


# ---- papers that no longer hold ----


def reissued(paper: Notice, **changes: Any) -> Notice:
    with transaction.atomic():
        return register.issue(
            paper.kind,
            unit=register.IssuingUnit(changes.get("unit_code", paper.unit_code), "CSGT"),
            context=paper.context,
            subject=paper.subject,
            images=paper.images,
            at=NOW,
            by_name="Lê Quang Minh",
        )


def test_a_wrong_paper_is_superseded_and_never_overwritten(paper: Notice) -> None:
    assert production.produce(paper.pk, at=NOW)
    paper.refresh_from_db()
    before = bytes_of(paper)
    context = paper.context | {"respond_by": None, "recipients": ["Như trên", "Lưu: hồ sơ"]}
    with transaction.atomic():
        new = register.supersede(
            paper,
            unit=register.IssuingUnit(paper.unit_code, "CSGT"),
            context=context,
            reason="sai nơi nhận",
            at=NOW,
            by_name="Minh",
        )
    paper.refresh_from_db()
    assert new.supersedes == paper and paper.superseded_by == new
    assert new.number == paper.number + 1
    assert (paper.voided_at, paper.voided_by, paper.void_reason) == (NOW, new, "sai nơi nhận")
    assert bytes_of(paper) == before == production.read_pdf(paper)
    assert paper.events.get(what="voided").facts == {"by": new.number_text, "why": "sai nơi nhận"}


def test_a_void_paper_stays_void_and_is_not_voided_twice(paper: Notice) -> None:
    register.void(paper, reason="thử", at=NOW, by_name="Minh")
    with pytest.raises(register.AlreadyVoid):
        register.void(paper, reason="lần nữa", at=NOW, by_name="Minh")
    assert paper.events.filter(what="voided").count() == 1


def test_what_waits_to_be_sent_is_called_off_with_the_paper(paper: Notice) -> None:
    waiting = paper.deliveries.get()
    assert waiting.state == PaperDelivery.State.WAITING
    register.void(paper, reason="thử", at=NOW, by_name="Minh")
    waiting.refresh_from_db()
    assert waiting.state == PaperDelivery.State.CALLED_OFF


def test_a_void_paper_is_still_made(paper: Notice) -> None:
    """What was issued stands in the register with its file, void or not."""
    register.void(paper, reason="thử", at=NOW, by_name="Minh")
    assert production.produce(paper.pk, at=NOW)
