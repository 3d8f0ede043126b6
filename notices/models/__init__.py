"""What was put on paper: numbers, frozen contents, keys, deliveries, print runs, working days."""

from notices.models.calendar import CalendarChange, CalendarDay, CalendarYear
from notices.models.delivery import PaperDelivery
from notices.models.keys import SigningKey
from notices.models.paper import Notice, NumberSeries, PaperEvent, PaperKind
from notices.models.post import EnvelopeType, PostRange, PrintRun, PrintRunItem, Scan

__all__ = [
    "CalendarChange",
    "CalendarDay",
    "CalendarYear",
    "EnvelopeType",
    "Notice",
    "NumberSeries",
    "PaperDelivery",
    "PaperEvent",
    "PaperKind",
    "PostRange",
    "PrintRun",
    "PrintRunItem",
    "Scan",
    "SigningKey",
]
