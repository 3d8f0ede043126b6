"""The app's name as Django admin shows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitizensConfig(AppConfig):
    """Who answers, and how."""

    name = "citizens"
    verbose_name = _("Accounts and payments")

    def ready(self) -> None:
        """Keep the book of consents for the register of papers and for the case page."""
        from citizens.consents import Book, read_contacts
        from notices.electronic import register_book
        from violations.electronic_delivery import register_reader

        register_book(Book())
        register_reader(read_contacts)
