"""The schema of devices and evidence. Tables that only grow are guarded by the statements below."""


def guard_table(table: str, mutable: tuple[str, ...] = ()) -> str:
    """Return the triggers that refuse change; only the columns named may still be written."""
    arguments = ", ".join(f"'{column}'" for column in mutable)
    return f"""
    CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION refuse_change({arguments});
    CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    """


def unguard_table(table: str) -> str:
    """Return the statement that takes the triggers away again."""
    return f"DROP TRIGGER {table}_is_not_emptied ON {table}; DROP TRIGGER {table}_stays ON {table};"
