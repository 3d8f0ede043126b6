"""The roles of the force and what each may do. Least privilege: no role includes another."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_noop

VIEW_CASES = (
    "violations.view_violation",
    "violations.view_caseevent",
    "violations.view_casedeadline",
    "notices.view_notice",
)

ROLES: dict[str, tuple[str, ...]] = {
    gettext_noop("Reviewing officer"): (
        *VIEW_CASES,
        "violations.review_case",
        "violations.propose_papers",
        "violations.record_service",
        "violations.export_evidence",
        "cameras.add_redaction",
        "violations.view_platereport",
        "violations.add_platereport",
        "violations.change_platereport",
    ),
    gettext_noop("Signing leader"): (
        *VIEW_CASES,
        "violations.sign_papers",
        "violations.approve_recall",
        "violations.view_recall",
        "violations.approve_recovery",
        "violations.break_glass",
        "violations.view_delegation",
        "violations.add_delegation",
        "violations.change_delegation",
        # What a complaint or a court may still need is kept on a leader's word.
        "cameras.view_legalhold",
        "cameras.add_legalhold",
        "cameras.change_legalhold",
    ),
    # Sees that the work of the shift flows and is right; decides no first look and signs nothing.
    gettext_noop("Supervisor"): (
        *VIEW_CASES,
        "violations.adjudicate_case",
        "violations.supervise_queue",
        "violations.propose_recall",
        "violations.view_recall",
        "violations.break_glass",
        "violations.view_reviewdecision",
        "violations.view_platereport",
        "cameras.view_device",
        "cameras.view_devicealarm",
    ),
    gettext_noop("Clerk"): (
        "notices.view_notice",
        "notices.view_printrun",
        "notices.view_printrunitem",
        "notices.print_notice",
        # What goes out of the house is the clerk's: sending again changes no word of it.
        "violations.view_agencymessage",
        "violations.view_agencyresend",
        "violations.manage_outbox",
    ),
    gettext_noop("Camera technician"): (
        "cameras.view_unit",
        "cameras.view_site",
        "cameras.add_site",
        "cameras.change_site",
        "cameras.view_device",
        "cameras.add_device",
        "cameras.change_device",
        "cameras.view_devicealarm",
        "cameras.view_profileversion",
        "cameras.approve_profile",  # what another technician has proposed
        "cameras.view_devicecertificate",
        "cameras.add_devicecertificate",
        "cameras.view_delivery",
        "cameras.view_detection",
        "cameras.view_evidencefile",
        "cameras.view_custodyevent",
        "cameras.release_detection",
    ),
    gettext_noop("Auditor"): (
        *VIEW_CASES,
        "cameras.view_delivery",
        "cameras.view_detection",
        "cameras.view_custodyevent",
        "cameras.view_custodylink",
        "cameras.view_checkpoint",
        "cameras.view_witnessreceipt",
        "cameras.view_rehash",
        "cameras.view_disposal",
        "cameras.view_legalhold",
        "cameras.view_retentionrule",
        "violations.view_accessentry",
        "violations.view_agencymessage",
        "violations.view_agencyresend",
        "violations.view_agencywarning",
        "violations.view_decision",
        "violations.view_draft",
        "violations.view_payment",
        "violations.view_ledgertransaction",
        "violations.view_ledgerentry",
        "violations.view_licence",
        "violations.view_penaltyrule",
        "violations.view_pointsentry",
        "violations.view_reviewdecision",
        "violations.draw_sample",
        "violations.view_auditsample",
        "violations.view_camerapause",
        "violations.view_recall",
        "notices.view_printrun",
        "notices.view_paperevent",
        "citizens.view_gatewayevent",
        "citizens.view_lookupentry",
        "citizens.view_paymentattempt",
    ),
    # Manages people and reference data; has no rights on cases at all.
    gettext_noop("Administrator"): (
        "citizens.view_user",
        "citizens.add_user",
        "citizens.change_user",
        "violations.approve_recovery",
        "violations.view_rightschange",
        "violations.view_officer",
        "violations.add_officer",
        "violations.change_officer",
        "violations.view_officertitle",
        "violations.add_officertitle",
        "violations.change_officertitle",
        "violations.view_delegation",
        "violations.add_delegation",
        "violations.change_delegation",
        "violations.view_beneficiary",
        "violations.add_beneficiary",
        "violations.view_penaltyrule",
        "cameras.view_unit",
        "cameras.add_unit",
        "cameras.change_unit",
        "cameras.view_disposal",
        "cameras.view_retentionrule",
        "cameras.add_retentionrule",
        "cameras.change_retentionrule",
        "notices.view_calendarday",
        "notices.add_calendarday",
        "notices.change_calendarday",
        "notices.view_calendarchange",
        "notices.view_calendaryear",
        "notices.add_calendaryear",
    ),
}


def establish_roles() -> None:
    """Make every role with exactly its permissions, taking away what was added by hand.

    Raises Permission.DoesNotExist when a name here is wrong: a role that silently lacks a right is
    found on the street.
    """
    for role, names in ROLES.items():
        group, _created = Group.objects.get_or_create(name=role)
        wanted = []
        for name in names:
            app, codename = name.split(".")
            wanted.append(Permission.objects.get(content_type__app_label=app, codename=codename))
        group.permissions.set(wanted)
