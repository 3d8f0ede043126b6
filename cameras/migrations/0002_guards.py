"""What the database itself refuses: to alter or remove what was received.

``refuse_change()`` lets an UPDATE touch only the columns named in the trigger's arguments and
refuses DELETE and TRUNCATE. With no argument a table is append-only.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (to_jsonb(OLD) - TG_ARGV::text[]) IS NOT DISTINCT FROM (to_jsonb(NEW) - TG_ARGV::text[])
       AND TG_NARGS > 0
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on % refused: what is written there stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""

MUTABLE = {
    "cameras_delivery": (
        "state",
        "fault_code",
        "fault_reason",
        "adapter_version",
        "attempts",
        "parsed_at",
    ),
    "cameras_detection": (
        "state",
        "released_by_id",
        "released_at",
        "release_ground",
        "release_note",
        "claimed_at",
    ),
    "cameras_evidencefile": (),
    "cameras_derivative": (),
    "cameras_custodyevent": (),
    "cameras_custodylink": (),
}


def _guard(table: str, mutable: tuple[str, ...]) -> str:
    arguments = ", ".join(f"'{column}'" for column in mutable)
    return f"""
    CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION refuse_change({arguments});
    CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    """


def _unguard(table: str) -> str:
    return f"DROP TRIGGER {table}_is_not_emptied ON {table}; DROP TRIGGER {table}_stays ON {table};"


class Migration(migrations.Migration):
    dependencies = [("cameras", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION refuse_change()"),
        *(
            migrations.RunSQL(_guard(table, mutable), _unguard(table))
            for table, mutable in MUTABLE.items()
        ),
    ]
