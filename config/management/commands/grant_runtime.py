"""``manage.py grant_runtime``: prepare the database for the role that web and worker use."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.celery import install_queue, uses_database
from config.roles import RuntimeRoleError, grant_runtime


class Command(BaseCommand):
    """Install the queue where it lives in the database, then set the runtime role's rights."""

    help = "Install the queue and set the runtime role's rights; run as owner after migrate."
    requires_system_checks: list[str] = []  # it needs the models alone, not the pages

    def handle(self, *args: Any, **options: Any) -> None:
        """Run as the owner: ``PORTAL_DATABASE_ROLE=owner manage.py grant_runtime``."""
        role = settings.DATABASE_RUNTIME_ROLE
        if connection.settings_dict["USER"] == role:
            raise CommandError(
                "Hãy chạy bằng vai trò chủ sở hữu: PORTAL_DATABASE_ROLE=owner (và "
                "DATABASE_OWNER_URL khác DATABASE_URL). / Run as the owner: "
                "PORTAL_DATABASE_ROLE=owner (and a DATABASE_OWNER_URL other than DATABASE_URL)."
            )
        if uses_database(settings.CELERY_BROKER_URL):
            install_queue(connection)
        try:
            grant_runtime(connection, role)
        except RuntimeRoleError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Quyền của «{role}» đã đặt xong. / The rights of «{role}» are set.")
