"""Names of values that stand in several places of the schema."""

from violations.models import Violation

STATUSES = [(value, value) for value in Violation.Status.values]
