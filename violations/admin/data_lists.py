"""The lists of Django admin in groups, as the workbench and the rail name them."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

DATA = (
    (
        "Cases",
        (
            "violations_violation",
            "violations_caseevent",
            "violations_draft",
            "citizens_driverstatement",
            "citizens_nomination",
            "citizens_appointment",
            "citizens_erasure",
        ),
    ),
    (
        "Papers",
        (
            "notices_notice",
            "notices_printrun",
            "notices_paperevent",
            "notices_paperdelivery",
            "citizens_electronicconsent",
            "notices_scan",
            "notices_postrange",
            "notices_envelopetype",
            "notices_signingkey",
        ),
    ),
    (
        "Money",
        (
            "violations_payment",
            "violations_paymentreversal",
            "violations_refund",
            "violations_paymentclaim",
            "violations_statevoucher",
            "violations_ledgertransaction",
            "citizens_paymentattempt",
            "citizens_statementimport",
            "citizens_statementline",
            "citizens_linematch",
        ),
    ),
    (
        "Reference",
        (
            "violations_penaltyrule",
            "violations_beneficiary",
            "violations_platereport",
            "notices_calendarday",
            "notices_calendaryear",
        ),
    ),
    (
        "Cameras",
        (
            "cameras_device",
            "cameras_devicealarm",
            "cameras_detection",
            "cameras_delivery",
            "cameras_custodyevent",
            "cameras_legalhold",
            "cameras_retentionrule",
            "cameras_disposal",
        ),
    ),
    (
        "System",
        (
            "citizens_user",
            "violations_officer",
            "violations_rightschange",
            "violations_factorrecovery",
            "violations_emergencyaccess",
            "violations_accessentry",
            "citizens_citizenaccount",
            "citizens_accountsession",
            "citizens_watchedplate",
            "citizens_platealert",
            "citizens_datacopy",
            "citizens_accountevent",
            "citizens_accountlook",
            "citizens_canaryplate",
            "citizens_canaryalarm",
            "cameras_unit",
        ),
    ),
    (
        "Quality",
        (
            "violations_reviewdecision",
            "violations_secondlook",
            "violations_reviewpostponement",
            "violations_samplingchange",
            "violations_knowncase",
            "violations_knownanswer",
            "violations_stagecapacity",
            "violations_camerapause",
            "violations_signingbatch",
            "violations_signingitem",
            "violations_recall",
            "violations_recallitem",
            "violations_sessiondocument",
            "violations_papersignature",
            "violations_auditsample",
        ),
    ),
)


def readable(user: Any) -> list[dict[str, Any]]:
    """Return the data lists this person may read, in groups."""
    titles = {
        "Cases": gettext("Cases"),
        "Papers": gettext("Papers"),
        "Money": gettext("Money"),
        "Reference": gettext("Law, calendar, accounts"),
        "Cameras": gettext("Cameras"),
        "System": gettext("People and units"),
        "Quality": gettext("Quality and control"),
    }
    groups = []
    for title, models in DATA:
        links = []
        for name in models:
            app, _, model = name.partition("_")
            if not user.has_perm(f"{app}.view_{model}"):
                continue
            try:
                url = reverse(f"admin:{name}_changelist")
            except NoReverseMatch:
                continue
            label = apps.get_model(app, model)._meta.verbose_name_plural
            links.append({"label": str(label).capitalize(), "url": url})
        if links:
            groups.append({"title": titles[title], "links": links})
    return groups
