"""The app's name as Django admin shows it."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class CitizensConfig(AppConfig):
    """Who answers, and how."""

    name = "citizens"
    verbose_name = _("Accounts and payments")

    def ready(self) -> None:
        """Check the settings; keep the book of consents; write alerts; lay answers on the desk."""
        from cameras import companions
        from citizens import alerts, submission_lists
        from citizens.checks import (
            check_identity_settings,
            check_lookup_settings,
            check_sealed_rows,
        )
        from citizens.consents import Book, read_contacts
        from citizens.submission_companions import FILES
        from notices.electronic import register_book
        from violations.answers_above import Desk, register_desk
        from violations.electronic_delivery import register_reader
        from violations.outbox import register_follower

        register(check_lookup_settings)
        register(check_identity_settings)
        register(check_sealed_rows, Tags.database)
        register_book(Book())
        register_reader(read_contacts)
        register_desk(Desk(submission_lists.of_case, submission_lists.waiting))
        companions.register(FILES)
        register_follower(alerts.write)
