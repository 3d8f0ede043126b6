"""The page on which an officer covers parts of a picture: with numbers alone, without any script."""

from __future__ import annotations

from typing import Any

import pytest

from cameras.models import CustodyEvent, EvidenceFile, Redaction
from tests.cameras.film_bodies import mp4, uploaded_film
from tests.journeys import World, case_at, officer
from tests.violations.desk import clock, place, signed_in
from violations.models import AccessEntry, Violation

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate


@pytest.fixture
def case(place: World) -> Violation:
    return case_at("owner_identified", place)


@pytest.fixture
def file(case: Violation) -> EvidenceFile:
    return case.detection.evidence.get(position=1)


def address(file: EvidenceFile) -> str:
    return f"/can-bo/anh/{file.pk}/che-mo/"


def sent(*rows: tuple[str, str, str, str], reason: str = "người đi bộ (mẫu)") -> dict[str, Any]:
    columns = zip(*rows, strict=True) if rows else ([], [], [], [])
    return {side: list(column) for side, column in zip("xywh", columns, strict=True)} | {
        "reason": reason
    }


def test_the_page_is_a_plain_form_over_the_picture(place: World, file: EvidenceFile) -> None:
    page = signed_in(place.reviewer).get(address(file))
    text = page.content.decode()
    assert page.status_code == 200
    assert f"/can-bo/anh/{file.pk}/" in text
    assert text.count('name="x"') == 4  # three empty rows and the template of a further one
    assert "style=" not in text and "onclick" not in text
    assert "/can-bo/ho-so/" in text


def test_what_is_typed_is_stored_to_the_ten_thousandth(place: World, file: EvidenceFile) -> None:
    client = signed_in(place.reviewer)
    rows = [("12.34", "5", "10,5", "0.01"), ("", "", "", ""), ("90", "90", "10", "10")]
    answer = client.post(address(file), sent(*rows))
    assert answer.status_code == 302
    assert answer["Location"] == f"{address(file)}?xem=ban-sao"
    made = Redaction.objects.get()
    assert made.rectangles == [
        {"x": 1234, "y": 500, "w": 1050, "h": 1},
        {"x": 9000, "y": 9000, "w": 1000, "h": 1000},
    ]
    assert (made.reason, made.made_by) == ("người đi bộ (mẫu)", place.reviewer.user)
    again = client.get(address(file)).context["rows"]
    assert [(row.x, row.y, row.w, row.h) for row in again] == [
        ("12.34", "5", "10.5", "0.01"),
        ("90", "90", "10", "10"),
    ]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(("a", "1", "1", "1"), id="no number"),
        pytest.param(("1", "", "1", "1"), id="a gap"),
        pytest.param(("-1", "1", "1", "1"), id="negative"),
        pytest.param(("1e9", "1", "1", "1"), id="huge"),
        pytest.param(("NaN", "1", "1", "1"), id="not a number"),
        pytest.param(("95", "1", "6", "1"), id="over the edge"),
        pytest.param(("1", "1", "0", "1"), id="no width"),
    ],
)
def test_a_wrong_row_is_refused_in_words_and_keeps_what_was_typed(
    place: World, file: EvidenceFile, row: tuple[str, str, str, str]
) -> None:
    answer = signed_in(place.reviewer).post(address(file), sent(("1", "1", "1", "1"), row))
    assert answer.status_code == 409
    assert "2" in answer.context["fault"]
    kept = answer.context["rows"][1]
    assert (kept.x, kept.y, kept.w, kept.h) == row
    assert not Redaction.objects.exists()


def test_a_reason_is_asked_for(place: World, file: EvidenceFile) -> None:
    answer = signed_in(place.reviewer).post(address(file), sent(("1", "1", "1", "1"), reason=" "))
    assert answer.status_code == 409
    assert answer.context["fault"]
    assert not Redaction.objects.exists()


def test_the_citizens_copy_is_shown_on_the_page_and_the_look_is_noted(
    place: World, file: EvidenceFile
) -> None:
    client = signed_in(place.reviewer)
    assert "ban-cong-dan" not in client.get(address(file)).content.decode()
    assert "ban-cong-dan" in client.get(address(file) + "?xem=ban-sao").content.decode()
    copy = client.get(f"/can-bo/anh/{file.pk}/ban-cong-dan/")
    assert (copy.status_code, copy["Content-Type"]) == (200, "image/jpeg")
    look = CustodyEvent.objects.get(action="viewed")
    assert look.reason.startswith("citizen: ")
    assert AccessEntry.objects.filter(what="evidence", actor=place.reviewer.user).count() == 1


def test_the_copy_for_others_exists_once_something_is_covered(
    place: World, file: EvidenceFile
) -> None:
    client = signed_in(place.reviewer)
    other = f"/can-bo/anh/{file.pk}/ban-che/"
    assert client.get(other).status_code == 409
    client.post(address(file), sent(("1", "1", "10", "10")))
    assert other in client.get(address(file)).content.decode()
    assert client.get(other).status_code == 200


@pytest.mark.parametrize("who", ["leader", "clerk", "technician", "auditor", "administrator"])
def test_the_page_is_closed_to_other_roles(place: World, file: EvidenceFile, who: str) -> None:
    client = signed_in(getattr(place, who))
    assert client.get(address(file)).status_code == 403
    assert client.post(address(file), sent(("1", "1", "1", "1"))).status_code == 403
    assert not Redaction.objects.exists()


def test_a_picture_of_another_unit_or_of_the_occupants_is_not_found(
    place: World, file: EvidenceFile
) -> None:
    stranger = officer("la", "Lạ", "Reviewing officer", place.other_unit)
    assert signed_in(stranger).get(address(file)).status_code == 404
    inside = EvidenceFile.objects.create(
        detection=file.detection,
        delivery=file.delivery,
        position=8,
        role="occupant",
        sha256=file.sha256,
        offset=file.offset,
        size=file.size,
        media_type="image/jpeg",
        width=1280,
        height=720,
    )
    client = signed_in(place.reviewer)
    for there in ("", "nho/", "che-mo/", "ban-cong-dan/"):
        assert client.get(f"/can-bo/anh/{inside.pk}/{there}").status_code == 404


# Films on the officers' pages


def test_the_case_page_plays_a_film_only_on_demand(place: World, case: Violation) -> None:
    film = uploaded_film(case.detection, mp4())
    page = signed_in(place.reviewer).get(f"/can-bo/ho-so/{case.number}/")
    text = page.content.decode()
    assert f'src="/can-bo/phim/{film.pk}/"' in text
    assert 'preload="none"' in text and "autoplay" not in text
    assert film.sha256[:16] in text
    assert [one.pk for one in page.context["films"]] == [film.pk]
    assert film not in page.context["pictures"]
    assert "media-src 'self'" in page["Content-Security-Policy"]


def test_a_film_is_sent_to_its_unit_alone_and_both_logs_say_so(
    place: World, case: Violation
) -> None:
    film = uploaded_film(case.detection, mp4())
    there = f"/can-bo/phim/{film.pk}/"
    answer = signed_in(place.reviewer).get(there, headers={"Range": "bytes=0-99"})
    assert (answer.status_code, answer["Content-Type"]) == (206, "video/mp4")
    assert len(b"".join(answer.streaming_content)) == 100  # type: ignore[attr-defined]
    assert CustodyEvent.objects.get(action="viewed").reason == f"film: {case.number}"
    signed_in(place.reviewer).get(there, headers={"Range": "bytes=100-199"})
    assert AccessEntry.objects.get(what="evidence").case == case
    assert signed_in(place.other_leader).get(there).status_code == 404
    assert signed_in(place.clerk).get(there).status_code == 403
    assert signed_in(place.reviewer).get(f"/can-bo/anh/{film.pk}/").status_code == 404


def test_the_review_page_offers_a_film_and_counts_it_as_no_picture(
    place: World, clock: Any
) -> None:
    case = case_at("detected", place)
    film = uploaded_film(case.detection, mp4())
    sheet = signed_in(place.reviewer).get("/can-bo/duyet/").context["sheet"]
    assert sheet.films == [film]
    assert film.sha256 not in sheet.files
    assert sheet.others == []


def test_what_a_picture_says_of_itself_is_a_claim_on_the_review_page(
    place: World, clock: Any
) -> None:
    case = case_at(
        "detected",
        place,
        canonical={"images": []},
    )
    file = case.detection.evidence.get(position=1)
    case.detection.canonical = {
        "images": [
            {"sha256": file.sha256, "exif": {"Model": "CAM 7", "datetime_original": "2026:10:12"}}
        ]
    }
    from violations.admin import evidence_sheet

    [claim] = evidence_sheet.claims(case, case.detection.evidence.order_by("position"))
    assert claim.number == 1
    assert [value for _label, value in claim.said] == ["2026:10:12", "CAM 7"]
    assert claim.says_something and not claim.is_doubtful
