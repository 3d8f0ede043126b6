#!/usr/bin/env python
"""Run the portal's commands; schema commands connect as the owner, others as the runtime role."""

import os
import sys

OWNER_COMMANDS = {"migrate", "makemigrations", "grant_runtime", "sqlmigrate", "showmigrations"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ.setdefault("PORTAL_DATABASE_ROLE", "owner")
    # Only this process may need it before Django exists: the PDF engine cannot work without Pango,
    # and a portal that takes cases but can make no papers is worse than one that does not start.
    if len(sys.argv) > 1 and sys.argv[1] in {"demo", "runserver"}:
        from config.requirements_check import require_system_packages

        require_system_packages()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
