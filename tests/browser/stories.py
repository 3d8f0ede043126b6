"""Bring the cases to life behind pages that stand only in the middle of a story.

Each story has cases of its own and ends where nobody else's queue holds them: what belongs to the
second camera of Hà Nội is judged at once, what belongs to Ho Chi Minh City is printed or settled.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cameras.models import Device, EvidenceFile, Unit
from citizens.models import StatementLine
from citizens.statements import importing
from config.demo import journey, post_room
from notices.models import Notice, PaperDelivery, PrintRun, PrintRunItem
from tests.citizens.banking import camt
from tests.scenery import picture
from violations import (
    board_flow,
    camera_pauses,
    measures,
    owing,
    payment_claims,
    recall_estimate,
    recall_job,
    recalls,
    review,
)
from violations.actors import Actor, actor_for
from violations.admin.supervisor_sheet import cases_url
from violations.catalogue import rule_for
from violations.guards import day_in_viet_nam
from violations.models import (
    CaseDeadline,
    Lease,
    Officer,
    PendingMeasure,
    Recall,
    SamplingChange,
    SecondLook,
    StageCapacity,
    Violation,
)
from violations.returned_mail import take_back_mail

if TYPE_CHECKING:
    from tests.browser.acts import Acts

TEN_MINUTES = timedelta(minutes=10)
CAMERA = "CAM-0227"  # of Ho Chi Minh City
QUIET_CAMERA = "CAM-0701"  # no other test hears of it
LETTERS = 4  # two go out, two lie on the table


def told(acts: Acts) -> dict[str, Any]:
    """Tell all stories; returns what an address takes, by the name of its view.

    A name with a second part is a second picture of the same view.
    """
    run, letter, returned = letters_on_their_way(acts)
    recall, finished = recalls_of_a_camera(acts)
    late, claimed = (Violation.objects.get(number=each["number"]) for each in acts.served(2))
    overdue = overdue_warning(late)
    return {
        "adjudication": [disagreement(acts).pk],
        "recall": [recall.number],
        "recall finished": [finished.number],
        "confirmation": [overdue.pk],
        "session_evidence": [overdue.case.number],
        "post_run": [run.pk],
        "post_scan": [run.pk],
        "post_reprint": [run.pk],
        "post_returned": [returned.pk],
        "post_returned on-its-way": [letter.pk],
        "desk:line": [open_books(claimed).pk],
        "recalls with-both": [],
        "board paused": [],
    }


def list_of_the_board() -> str:
    """Return the address behind today's new cases on the board, which are never none.

    Nobody signs in for it: a code of an authenticator is good for one use, and the walk needs it.
    """
    today = day_in_viet_nam(timezone.now()).isoformat()
    return cases_url(stage=StageCapacity.Stage.REVIEW, flow=board_flow.CAME, day=today)


def disagreement(acts: Acts) -> SecondLook:
    """Let two officers judge one case differently; a third has not settled it yet."""
    case = _delivered(acts, CAMERA)
    unit = case.unit
    _draw(unit, 1000)
    _judge(case, "bao", review.Verdict("verify", rule=rule_for(case)))
    looks = SecondLook.objects.filter(case=case)
    journey.wait_for("the second look", lambda: looks.first())
    _draw(unit, 0)
    note = "Đèn chưa chuyển đỏ ở ảnh thứ nhất"
    verdict = review.Verdict("reject", rejection_reason="no_violation", note=note)
    _judge(case, "nhung", verdict, role="second")
    return journey.wait_for("the disagreement", lambda: looks.filter(agrees=False).first())


def recalls_of_a_camera(acts: Acts) -> tuple[Recall, Recall]:
    """Recall a camera's case to the end, propose to recall its next one, and hold it back."""
    device = Device.objects.select_related("site__unit").get(code=QUIET_CAMERA)
    first = _delivered(acts, QUIET_CAMERA)
    finished = _proposed(device, first, timedelta(hours=20), "clock")
    at = timezone.now()
    seen = recall_estimate.fingerprint(finished.estimate)
    word = "Đã đối chiếu với biên bản kiểm tra (mẫu)"
    recalls.approve(finished.pk, by=_acting("minh"), at=at, word=word, seen=seen)
    recall_job.run(finished.pk, now=timezone.now)
    second = _delivered(acts, QUIET_CAMERA)
    _judge(second, "lan", review.Verdict("verify", rule=rule_for(second)))
    acts.wait_for_status(second.number, "verified")
    proposed = _proposed(device, second, timedelta(hours=2), "signal")
    reason = "Tỷ lệ hồ sơ được duyệt thấp hơn mức thường (mẫu)"
    camera_pauses.pause(device, reason=reason, by=_acting("duc"), at=timezone.now())
    finished.refresh_from_db()
    return proposed, finished


def overdue_warning(case: Violation) -> PendingMeasure:
    """Turn the clock of a served case back past its last day to pay; its warning waits."""
    over = day_in_viet_nam(timezone.now()) - timedelta(days=3)
    CaseDeadline.objects.filter(case=case, name="pay_due").update(due_on=over)
    Violation.objects.filter(pk=case.pk).update(pay_due_on=over)
    with transaction.atomic():
        Violation.objects.select_for_update(of=("self",)).get(pk=case.pk)
        measures.propose(case.pk, "warn_unpaid", at=timezone.now())
    return PendingMeasure.objects.select_related("case").get(case=case, kind="warn_unpaid")


def open_books(case: Violation) -> StatementLine:
    """Read a statement in whose money nobody can place for sure; the person says it was paid."""
    decision, at = case.decision, timezone.now()
    today = day_in_viet_nam(at)
    told = f"nop phat theo QD so {decision.notice.number} bien so {case.plate}"
    owed = owing.amount_due(decision, on=today).remaining_vnd
    importing.import_statement(
        camt(
            [(owed, "FT0001", told), (350_000, "FT0002", "nop phat giao thong")],
            account=decision.beneficiary.account,
            on=today,
        ),
        name="saoke.xml",
        units={case.unit.code},
        by_user=_acting("kim").officer.user,
        at=at,
    )
    payment_claims.claim_paid(
        case.pk, channel="bank", paid_on=today, amount_vnd=owed, reference="FT0001", at=at
    )
    return StatementLine.objects.get(bank_reference="FT0001")


def letters_on_their_way(acts: Acts) -> tuple[PrintRun, PaperDelivery, PaperDelivery]:
    """Print letters: a run in the middle of its scans, and one posted, of which one came back.

    Returns the run, the letter that is on its way, and the one that came back.
    """
    numbers = acts.identified(LETTERS, kind="motorcycle")
    papers = [acts.signed_notice(number) for number in numbers]
    clerk = acts.visitor("long")
    post_room.print_and_post(clerk, papers[:2])
    gone = [PaperDelivery.objects.get(notice=paper, route="post") for paper in papers[:2]]
    now = timezone.now()
    returned = take_back_mail(
        gone[1].pk,
        reason="absent",
        returned_on=day_in_viet_nam(now),
        proof="Phiếu báo số 12 (mẫu)",
        photograph=picture("phong bì"),
        by=_acting("long"),
        at=now,
    )
    return _run_under_way(acts, papers[2:]), gone[0], returned


def _run_under_way(acts: Acts, papers: list[Notice]) -> PrintRun:
    """Print a run, scan its first letter, and print the second again."""
    clerk = acts.visitor("long")
    page = clerk.open("/can-bo/in/")
    clerk.press(page, page.form("/in/dot/"), paper=[str(paper.pk) for paper in papers])
    run = PrintRun.objects.filter(items__notice=papers[0]).latest("created_at")
    ready = PrintRun.objects.filter(pk=run.pk, state=PrintRun.State.READY)
    journey.wait_for("the run to be joined", ready.first)
    address = reverse("violations:post_run", args=[run.pk])
    page = clerk.open(address)
    clerk.press(page, page.form("da-in"))
    code, label = acts.letters(str(run.pk))[0]
    page = clerk.open(f"{address}quet/")
    form = next(each for each in page.forms if each.action.endswith("/quet/"))
    clerk.press(page, form, letter=code, number=label)
    assert PrintRunItem.objects.get(run=run, letter_code=code).inserted_at is not None
    page = clerk.open(f"{address}in-lai/")
    form = next(each for each in page.forms if "reason" in each.fields)
    clerk.press(page, form, letter="2", reason="jam", words="kẹt giấy ở khay ra (mẫu)")
    assert PrintRunItem.objects.filter(run=run, copy_number=2).exists()
    return run


def _proposed(device: Device, case: Violation, before: timedelta, defect: str) -> Recall:
    """Let the supervisor of Hà Nội propose to recall a camera up to its newest case."""
    until = case.occurred_at + timedelta(seconds=1)
    at = timezone.now()
    period = ([device], case.occurred_at - before, until)
    return recalls.propose(
        *period,
        defect=defect,
        basis="Biên bản kiểm tra hiện trường số 07 (mẫu)",
        seen=recall_estimate.fingerprint(recall_estimate.dry_run(*period, at=at)),
        by=_acting("duc"),
        at=at,
    )


def _judge(case: Violation, username: str, verdict: review.Verdict, *, role: str = "first") -> None:
    """Give a verdict on this very case; a worker lets it take effect."""
    at = timezone.now()
    by = _acting(username)
    seen = EvidenceFile.objects.filter(detection_id=case.detection_id).order_by("position")
    frames = [{"sha256": sha256, "ms": 2100, "zoom": 2} for sha256 in _hashes(seen)]
    lease = Lease.objects.create(
        case=case, officer=by.officer, role=role, acquired_at=at, expires_at=at + TEN_MINUTES
    )
    looked = replace(
        verdict,
        viewed_files=tuple(frame["sha256"] for frame in frames),
        visible_ms=6300,
        viewing={"frames": frames},
    )
    review.decide(case.pk, lease.token, looked, by=by, at=at)


def _hashes(files: Any) -> list[str]:
    return [str(sha256) for sha256 in files.values_list("sha256", flat=True)]


def _draw(unit: Unit, per_mille: int) -> None:
    """Set how much of the accepted is looked at again, as a supervisor could."""
    SamplingChange.objects.create(
        unit=unit,
        stratum="accepted",
        per_mille=per_mille,
        reason="thử bằng trình duyệt",
        changed_at=timezone.now(),
    )


def _delivered(acts: Acts, camera: str) -> Violation:
    number = acts.deliver(camera, known=False)[0]["number"]
    return Violation.objects.select_related("unit", "detection").get(number=number)


def _acting(username: str) -> Actor:
    return actor_for(Officer.objects.select_related("user").get(user__username=username).user)
