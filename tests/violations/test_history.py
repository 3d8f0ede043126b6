"""History stays: the trigger, the role, and the chain each hold it by themselves."""

from __future__ import annotations

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError

from config.roles import grant_runtime
from tests.journeys import case_at, world
from violations import history
from violations.models import CaseEvent, LedgerEntry, Payment, Violation

pytestmark = pytest.mark.gate


@pytest.mark.django_db
def test_the_trigger_refuses_update_and_delete_even_for_the_owner() -> None:
    case = case_at("verified", world())
    for change in (
        lambda: CaseEvent.objects.filter(case=case).update(actor_name="ai đó"),
        lambda: CaseEvent.objects.filter(case=case).delete(),
    ):
        with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
            change()
    assert history.faults(case) == []


@pytest.mark.django_db
def test_the_trigger_refuses_truncate() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE violations_caseevent ENABLE TRIGGER violations_caseevent_is_not_emptied"
        )
        with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
            cursor.execute("TRUNCATE violations_caseevent CASCADE")


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["actor_name", "reason", "at", "to_status", "facts"])
def test_the_chain_names_the_altered_row(column: str) -> None:
    """As the owner, with the trigger disabled: the worst case."""
    case = case_at("notified", world())
    new = {"at": "now()", "facts": "'{}'::jsonb || '{\"x\": 1}'"}.get(column, "'khác'")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE violations_caseevent DISABLE TRIGGER violations_caseevent_stays"
        )
        cursor.execute(
            f"UPDATE violations_caseevent SET {column} = {new} WHERE case_id = %s AND sequence = 2",
            [case.pk],
        )
    assert history.faults(case) == ["row 2 was altered"]


@pytest.mark.django_db
def test_the_chain_names_a_missing_row() -> None:
    case = case_at("notified", world())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE violations_caseevent DISABLE TRIGGER violations_caseevent_stays"
        )
        cursor.execute(
            "DELETE FROM violations_caseevent WHERE case_id = %s AND sequence = 3", [case.pk]
        )
    assert history.faults(case) == ["row 3 is missing"]


@pytest.mark.django_db(transaction=True)
def test_a_status_without_its_event_does_not_commit() -> None:
    case = case_at("verified", world())
    with pytest.raises(DatabaseError, match="no event"):
        Violation.objects.filter(pk=case.pk).update(status="rejected", rejection_reason="other")
    assert Violation.objects.get(pk=case.pk).status == "verified"


@pytest.mark.django_db(transaction=True)
def test_an_unbalanced_posting_does_not_commit() -> None:
    case = case_at("decided", world())
    entry = LedgerEntry.objects.filter(transaction__kind="fine_imposed").first()
    assert entry is not None and case.decision.fine_vnd == 19_000_000
    with pytest.raises(DatabaseError, match="sum to zero"):
        LedgerEntry.objects.create(
            transaction=entry.transaction, account=entry.account, amount_vnd=1
        )


@pytest.mark.django_db
def test_the_database_refuses_one_person_in_two_chairs() -> None:
    case = case_at("notified", world())
    with pytest.raises(IntegrityError, match="verifier_does_not_sign"), transaction.atomic():
        Violation.objects.filter(pk=case.pk).update(signed_by=case.verified_by)


@pytest.mark.django_db
def test_the_same_money_twice_is_one_row() -> None:
    case = case_at("closed", world())
    payment = Payment.objects.get(decision=case.decision)
    payment.pk = None
    with pytest.raises(IntegrityError, match="the_same_money"), transaction.atomic():
        payment.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_the_runtime_role_cannot_alter_history() -> None:
    """Web and worker connect as this role: it may add, and may not change, remove or empty."""
    case_at("notified", world())
    grant_runtime(connection, settings.DATABASE_RUNTIME_ROLE)
    address = settings.RUNTIME_TEST_URL(connection.settings_dict["NAME"])
    with psycopg.connect(address, autocommit=True) as runtime:
        assert runtime.execute("SELECT count(*) FROM violations_caseevent").fetchone() != (0,)
        for statement in (
            "UPDATE violations_caseevent SET reason = 'x'",
            "DELETE FROM violations_caseevent",
            "TRUNCATE violations_caseevent",
            "UPDATE violations_payment SET amount_vnd = 1",
            "DELETE FROM cameras_custodyevent",
            "TRUNCATE violations_violation CASCADE",
            "ALTER TABLE violations_caseevent DISABLE TRIGGER ALL",
            "DROP TABLE violations_caseevent",
            "SET ROLE portal_owner",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                runtime.execute(statement)
