"""The app's name as Django admin shows it."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class CitizensConfig(AppConfig):
    """Who answers, and how."""

    name = "citizens"
    verbose_name = _("Accounts and payments")

    def ready(self) -> None:
        """Check the settings of the look-up; keep the book of consents for papers and cases."""
        from cameras import companions
        from citizens import submission_lists
        from citizens.checks import check_lookup_settings
        from citizens.consents import Book, read_contacts
        from citizens.submission_companions import FILES
        from notices.electronic import register_book
        from violations.answers_above import Desk, register_desk
        from violations.electronic_delivery import register_reader

        register(check_lookup_settings)
        register_book(Book())
        register_reader(read_contacts)
        register_desk(Desk(submission_lists.of_case, submission_lists.waiting))
        companions.register(FILES)
