"""What Django admin lists of this app: cases to be read, reference data to be kept."""

from violations.admin import (
    audit_lists,
    calendar_admin,
    case_admin,
    delegation_admin,
    history_admin,
    law_admin,
    licence_admin,
    money_admin,
    officer_admin,
    outbox_admin,
    paper_admin,
    plate_report_admin,
    post_admin,
    signing_key_admin,
)

__all__ = [
    "audit_lists",
    "calendar_admin",
    "case_admin",
    "delegation_admin",
    "history_admin",
    "law_admin",
    "licence_admin",
    "money_admin",
    "officer_admin",
    "outbox_admin",
    "paper_admin",
    "plate_report_admin",
    "post_admin",
    "signing_key_admin",
]
