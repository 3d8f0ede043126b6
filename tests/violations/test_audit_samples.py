"""A random sample: the same seed draws the same, every case is as likely, and the export is proof."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import uuid
import zipfile
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils.translation import override

from tests.journeys import START, World, acting, case_at
from tests.violations.desk import NOW, clock, place, signed_in
from violations import audit_samples, review
from violations.audit_export import table
from violations.audit_samples import Population
from violations.guards import Refused
from violations.models import AccessEntry, AuditSample, Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

DAYS = Population(START.date() - timedelta(days=1), START.date() + timedelta(days=60))
LATER = START + timedelta(days=50)


def take(place: World, size: int = 2, seed: str = "hạt", population: Population = DAYS):
    return audit_samples.take(population, size=size, seed=seed, by=place.auditor.user, at=LATER)


def reject(case: Violation, place: World) -> None:
    by = acting(place.reviewer)
    lease = review.lease_next(by, at=NOW)
    assert lease is not None and lease.case_id == case.pk
    verdict = review.Verdict(
        "reject", rejection_reason="no_violation", viewed_files=("x",), visible_ms=4000
    )
    decided = review.decide(case.pk, lease.token, verdict, by=by, at=NOW)
    assert review.finalise(decided.pk, at=decided.effective_at)


def rows_of(data: bytes, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def test_the_same_seed_draws_the_same_and_another_draws_otherwise(place: World) -> None:
    for minute in range(8):
        case_at("detected", place, at=START + timedelta(minutes=minute))
    first, _data = take(place, 3)
    again, _data = take(place, 3)
    assert first.case_numbers == again.case_numbers
    assert first.population_size == 8
    drawn = {tuple(take(place, 3, seed=str(number))[0].case_numbers) for number in range(6)}
    assert len(drawn) > 1


def test_the_database_ranks_as_anybody_can_compute(place: World) -> None:
    cases = [case_at("detected", place, at=START + timedelta(minutes=m)) for m in range(6)]
    cases.sort(key=lambda case: audit_samples.rank_of("hạt", case.pk))
    sample, _data = take(place, 4)
    assert sample.case_numbers == [case.number for case in cases[:4]]


def test_a_seed_that_is_not_given_is_drawn_and_kept(place: World) -> None:
    case_at("detected", place)
    one, _data = take(place, 1, seed="")
    two, _data = take(place, 1, seed=" ")
    assert len(one.seed) == 32
    assert one.seed != two.seed


def test_every_case_is_as_likely(place: World) -> None:
    """Chi-square over 400 fixed seeds: 5 of 20, so 100 expected a case; 43.8 is 0.1 % at 19."""
    ids = [uuid.UUID(int=number) for number in range(20)]
    hits = Counter()
    for seed in range(400):
        hits.update(sorted(ids, key=lambda case_id: audit_samples.rank_of(str(seed), case_id))[:5])
    chi = sum((hits[case_id] - 100) ** 2 / 100 for case_id in ids)
    assert chi < 43.8


def test_filters_narrow_and_rejected_cases_are_in(place: World) -> None:
    rejected = case_at("detected", place)
    reject(rejected, place)
    case_at("verified", place)
    case_at("detected", place, kind="speed_over")
    whole, _data = take(place, 50)
    assert whole.population_size == 3
    assert rejected.number in whole.case_numbers
    only, _data = take(
        place, 50, population=Population(DAYS.from_on, DAYS.until_on, statuses=("rejected",))
    )
    assert only.case_numbers == [rejected.number]
    fast, _data = take(
        place, 50, population=Population(DAYS.from_on, DAYS.until_on, device="CAM-0533")
    )
    assert fast.size == 1


@pytest.mark.parametrize(
    ("population", "size", "said"),
    [
        (Population(DAYS.until_on, DAYS.from_on), 1, "ends before"),
        (DAYS, 0, "1 to 500"),
        (DAYS, 501, "1 to 500"),
        (Population(DAYS.from_on, DAYS.until_on, unit="PC08-HCM"), 1, "No case fits"),
        (Population(DAYS.from_on, DAYS.until_on, officer="B-khoa"), 1, "No case fits"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_kept(
    place: World, population: Population, size: int, said: str
) -> None:
    case_at("detected", place)
    with override("en"), pytest.raises(Refused, match=said):
        take(place, size, population=population)
    assert not AuditSample.objects.exists()
    assert not AccessEntry.objects.filter(what="sample").exists()


def test_only_who_holds_the_right_draws(place: World) -> None:
    case_at("detected", place)
    for person in (place.leader, place.administrator, place.supervisor):
        with pytest.raises(Refused):
            audit_samples.take(DAYS, size=1, by=person.user, at=LATER)
        assert signed_in(person).get("/can-bo/kiem-toan/").status_code == 403
        assert signed_in(person).post("/can-bo/kiem-toan/rut/", {}).status_code == 403


def test_the_export_tells_what_was_done_and_nothing_of_the_owner(place: World) -> None:
    case = case_at("decided", place, plate="30F12345")
    signed_in(place.reviewer).get(f"/can-bo/ho-so/{case.number}/")
    sample, data = take(place)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert manifest["seed"] == "hạt"
    assert [row["number"] for row in manifest["cases"]] == [case.number] == sample.case_numbers
    assert len(rows_of(data, "history.csv")) == case.events.count()
    assert rows_of(data, "cases.csv")[0]["faults_of_the_history"] == "whole"
    assert ("case", "lan") in {(r["what"], r["by"]) for r in rows_of(data, "access.csv")}
    assert "30F12345" not in everything and "30F-123.45" not in everything
    logged = AccessEntry.objects.filter(case=case, what="sample")
    assert [entry.actor for entry in logged] == [place.auditor.user]


def test_an_altered_history_shows_in_the_export(place: World) -> None:
    case = case_at("verified", place)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE violations_caseevent DISABLE TRIGGER violations_caseevent_stays"
        )
        cursor.execute(
            "UPDATE violations_caseevent SET reason = 'sửa' WHERE case_id = %s AND sequence = 2",
            [case.pk],
        )
    _sample, data = take(place)
    assert "row 2 was altered" in rows_of(data, "cases.csv")[0]["faults_of_the_history"]


def test_one_changed_bit_of_the_export_is_found_by_its_hash(place: World) -> None:
    case_at("detected", place)
    sample, data = take(place)
    assert sample.export_sha256 == hashlib.sha256(data).hexdigest()
    assert audit_samples.sample_of_export(data) == sample
    for position in (0, len(data) // 2, len(data) - 1):
        changed = bytearray(data)
        changed[position] ^= 1
        assert audit_samples.sample_of_export(bytes(changed)) is None


def test_nothing_in_the_export_runs_as_a_formula() -> None:
    assert table(["a"], [["=1+1"], ["@x"], ["an"]]) == "a\n'=1+1\n'@x\nan\n"


def test_the_page_answers_with_the_export_and_lists_it(place: World, clock) -> None:
    case = case_at("detected", place)
    clock(LATER)
    client = signed_in(place.auditor)
    sent = {
        "from_on": DAYS.from_on.isoformat(),
        "until_on": DAYS.until_on.isoformat(),
        "size": "5",
        "seed": "ab12",
    }
    answer = client.post("/can-bo/kiem-toan/rut/", sent)
    assert answer["Content-Type"] == "application/zip"
    sample = AuditSample.objects.get()
    assert sample.case_numbers == [case.number]
    assert hashlib.sha256(answer.content).hexdigest() == sample.export_sha256
    assert sample.export_sha256[:16] in client.get("/can-bo/kiem-toan/").content.decode()
    for wrong in ({"size": "0"}, {"from_on": "x"}, {"device": "NONE"}, {"seed": "<b>"}):
        assert client.post("/can-bo/kiem-toan/rut/", sent | wrong).status_code == 422
    assert AuditSample.objects.count() == 1
