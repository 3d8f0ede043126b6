"""The schema of the cases. Tables that only grow are guarded as those of the cameras are."""

from cameras.migrations import guard_table, unguard_table

__all__ = ["guard_table", "unguard_table"]
