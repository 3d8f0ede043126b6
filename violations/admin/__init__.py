"""The officers' pages: their own, drawn in the staff frame, and the lists of Django admin."""

from violations.admin import registration

__all__ = ["registration"]
