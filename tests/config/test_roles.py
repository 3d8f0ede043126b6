"""The runtime role can do its work and cannot touch history."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.test.utils import isolate_apps

from config.roles import RuntimeRoleError, append_only_tables, grant_runtime

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

ALL = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


@pytest.fixture
def role() -> str:
    name = str(settings.DATABASE_RUNTIME_ROLE)
    if name == connection.settings_dict["USER"]:
        pytest.skip("DATABASE_OWNER_URL and DATABASE_URL name the same role")
    return name


def rights(role: str, table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r FROM unnest(%s::text[]) r WHERE has_table_privilege(%s, %s, r)",
            [list(ALL), role, table],
        )
        return [right for (right,) in cursor.fetchall()]


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_history_can_be_read_and_added_to_only(role: str) -> None:
    grant_runtime(connection, role)
    tables = append_only_tables(apps.get_models())
    assert "public.violations_caseevent" in tables
    assert {table: rights(role, table) for table in tables} == {
        table: ["SELECT", "INSERT"] for table in tables
    }


def test_other_tables_can_be_written_but_not_emptied_at_a_stroke(role: str) -> None:
    grant_runtime(connection, role)
    for table in ("django_session", "citizens_user", "portal_cache"):
        assert rights(role, table) == ["SELECT", "INSERT", "UPDATE", "DELETE"]
    assert rights(role, "django_migrations") == ["SELECT"]


def test_a_wider_grant_of_earlier_days_is_taken_back(role: str) -> None:
    execute(f"GRANT ALL ON violations_caseevent TO {role}")
    execute("GRANT UPDATE ON violations_caseevent TO PUBLIC")
    execute(f"GRANT UPDATE (reason) ON violations_caseevent TO {role}")
    grant_runtime(connection, role)
    grant_runtime(connection, role)
    assert rights(role, "violations_caseevent") == ["SELECT", "INSERT"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_any_column_privilege(%s, 'violations_caseevent', 'UPDATE')", [role]
        )
        assert cursor.fetchone() == (False,)


def test_a_table_made_later_is_closed_to_changes_until_the_rights_are_set_again(role: str) -> None:
    grant_runtime(connection, role)
    execute("CREATE TABLE made_later (id int)")
    assert rights(role, "made_later") == ["SELECT", "INSERT"]
    grant_runtime(connection, role)
    assert rights(role, "made_later") == ["SELECT", "INSERT", "UPDATE", "DELETE"]


def test_the_role_may_connect_and_create_nothing(role: str) -> None:
    grant_runtime(connection, role)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_database_privilege(%s, current_database(), 'CONNECT'),"
            " has_database_privilege(%s, current_database(), 'CREATE'),"
            " has_schema_privilege(%s, 'public', 'USAGE'),"
            " has_schema_privilege(%s, 'public', 'CREATE')",
            [role] * 4,
        )
        assert cursor.fetchone() == (True, False, True, False)


@isolate_apps("violations")
def test_a_model_guards_itself_by_saying_so(role: str) -> None:
    class Diary(models.Model):
        append_only = True

        class Meta:
            app_label = "violations"

        def __str__(self) -> str:
            return "a page"

    execute("CREATE TABLE violations_diary (id int)")
    grant_runtime(connection, role, [Diary])
    assert rights(role, "violations_diary") == ["SELECT", "INSERT"]


def test_a_role_that_grants_cannot_limit_is_refused_with_a_sentence() -> None:
    owner = connection.settings_dict["USER"]
    with pytest.raises(RuntimeRoleError, match="DATABASE_OWNER_URL"):
        grant_runtime(connection, owner)
    with pytest.raises(RuntimeRoleError, match="CREATE ROLE"):
        grant_runtime(connection, "no_such_role")
