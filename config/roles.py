"""What the runtime role may do in the database: everything web and worker need, and not history.

The owner role holds the tables and runs schema commands. Web and worker connect as the runtime
role, which owns nothing: it cannot alter or empty a table, and on the tables of models that say
``append_only = True`` it can only read and add. Triggers guard those tables too; this is the lock
that a mistake in our own code, or a stolen runtime password, cannot open.

One consequence: ``select_for_update()`` needs the right to update, so an append-only row cannot
be locked; lock the row it belongs to.
"""

from collections.abc import Iterable

from django.apps import apps
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql

READ = sql.SQL("SELECT")
READ_AND_ADD = sql.SQL("SELECT, INSERT")
READ_AND_COUNT = sql.SQL("SELECT, UPDATE")
READ_AND_WRITE = sql.SQL("SELECT, INSERT, UPDATE, DELETE")

# Tables that only schema commands write.
READ_ONLY = frozenset({"public.django_migrations", "pgmq.meta", "pgmq.topic_bindings"})
# Workers note here when they last announced a message.
COUNTED = frozenset({"pgmq.notify_insert_throttle"})


class RuntimeRoleError(Exception):
    """The runtime role cannot be limited; the message says why and what to do."""


def grant_runtime(
    connection: BaseDatabaseWrapper,
    runtime_role: str,
    models_to_guard: Iterable[type[models.Model]] | None = None,
) -> None:
    """Give the runtime role exactly the rights it needs; every earlier right is taken first.

    Run it as the owner after every ``migrate``, which may have made tables. Until then a new table
    can be read and added to only (default privileges), so that forgetting it never opens history.
    Other sessions see no moment in between: it is one transaction.

    Raises RuntimeRoleError when the role is missing, or owns what it must not.
    """
    guarded = append_only_tables(apps.get_models() if models_to_guard is None else models_to_guard)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _check_limitable(cursor, runtime_role)
        role = sql.Identifier(runtime_role)
        database = sql.Identifier(connection.settings_dict["NAME"])
        _run(cursor, "REVOKE ALL ON DATABASE {} FROM {}", database, role)
        _run(cursor, "GRANT CONNECT ON DATABASE {} TO {}", database, role)
        for schema in _schemas(cursor):
            _grant_schema(cursor, schema, role, guarded)


def append_only_tables(models_to_guard: Iterable[type[models.Model]]) -> frozenset[str]:
    """Return the table names of the models that declare ``append_only = True``."""
    return frozenset(
        f"public.{model._meta.db_table}"
        for model in models_to_guard
        if getattr(model, "append_only", False) and not model._meta.auto_created
    )


def _grant_schema(
    cursor: CursorWrapper, schema: str, role: sql.Identifier, guarded: frozenset[str]
) -> None:
    name = sql.Identifier(schema)
    for kind in ("SCHEMA {}", "ALL TABLES IN SCHEMA {}", "ALL SEQUENCES IN SCHEMA {}"):
        _run(cursor, f"REVOKE ALL ON {kind} FROM {{}}", name, role)
    for kind in ("TABLES", "SEQUENCES"):
        _run(
            cursor,
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {{}} REVOKE ALL ON {kind} FROM {{}}",
            name,
            role,
        )
    _run(cursor, "GRANT USAGE ON SCHEMA {} TO {}", name, role)
    _run(cursor, "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {} TO {}", name, role)
    _run(
        cursor,
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT SELECT, INSERT ON TABLES TO {}",
        name,
        role,
    )
    _run(
        cursor,
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT USAGE, SELECT ON SEQUENCES TO {}",
        name,
        role,
    )
    for table in _tables(cursor, schema):
        full_name = f"{schema}.{table}"
        if full_name in READ_ONLY:
            rights = READ
        elif full_name in guarded:
            rights = READ_AND_ADD
        elif full_name in COUNTED:
            rights = READ_AND_COUNT
        else:
            rights = READ_AND_WRITE
        identifier = sql.Identifier(schema, table)
        _run(cursor, "REVOKE ALL ON {} FROM PUBLIC", identifier)
        _run(cursor, "GRANT {} ON {} TO {}", rights, identifier, role)
    if schema == "pgmq":
        _run(
            cursor,
            "GRANT EXECUTE ON FUNCTION pgmq.enable_notify_insert(text, integer) TO {}",
            role,
        )


def _check_limitable(cursor: CursorWrapper, runtime_role: str) -> None:
    """Refuse a role that grants cannot limit: the owner itself, its member, or a table's owner."""
    cursor.execute("SELECT oid FROM pg_roles WHERE rolname = %s", [runtime_role])
    if cursor.fetchone() is None:
        raise RuntimeRoleError(
            f"Không có vai trò «{runtime_role}» trong PostgreSQL: hãy tạo (CREATE ROLE … LOGIN). / "
            f"There is no PostgreSQL role «{runtime_role}»: create it (CREATE ROLE … LOGIN)."
        )
    cursor.execute("SELECT pg_has_role(%s, current_user, 'MEMBER')", [runtime_role])
    is_owner = cursor.fetchone()[0]
    cursor.execute(
        "SELECT count(*) FROM pg_tables WHERE tableowner = %s"
        " AND schemaname NOT IN ('pg_catalog', 'information_schema')",
        [runtime_role],
    )
    if is_owner or cursor.fetchone()[0]:
        raise RuntimeRoleError(
            f"Vai trò «{runtime_role}» có quyền của chủ sở hữu nên không hạn chế được: hãy dùng "
            "DATABASE_OWNER_URL với vai trò khác cho migrate. / The role "
            f"«{runtime_role}» has an owner's rights, so it cannot be limited: run migrate as "
            "another role, in DATABASE_OWNER_URL."
        )


def _schemas(cursor: CursorWrapper) -> list[str]:
    cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname IN ('public', 'pgmq')")
    return [name for (name,) in cursor.fetchall()]


def _tables(cursor: CursorWrapper, schema: str) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
    return [name for (name,) in cursor.fetchall()]


def _run(cursor: CursorWrapper, statement: str, *parts: sql.Composable) -> None:
    cursor.execute(sql.SQL(statement).format(*parts))
