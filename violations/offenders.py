"""On what basis a person may be named as the offender. NĐ 168/2024 Đ47 k6, k8b

Whoever drove answers for the driving. An owner answers for the owner's own acts (Đ32), and, if he
neither says who drove nor shows that it was not he, for the driver's act: an individual as an
individual, an organisation as an organisation.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext

from violations.models import CommuneRequest, Party, Violation, WorkingSession

OWNER_ARTICLE = "32."


def against(case: Violation, offender: Party, basis: str, today: date) -> str | None:
    """Return why this person may not be named on this basis on a day, or None when he may."""
    if basis == Party.Basis.DROVE:
        if offender.kind != Party.Kind.ORGANISATION:
            return None
        return gettext(
            "An organisation does not drive. It answers as the owner who does not say who drove "
            "(Đ47 k8b), or for the owner's own act (Đ32)."
        )
    if basis not in Party.Basis.values:
        return gettext("Choose why this person answers for the violation.")
    registered = _is_registered_owner(case, offender)
    if not registered and not _is_reported_buyer(case, offender):
        return gettext(
            "Only the owner answers on this basis: the registered one, or a buyer whom the commune "
            "police has reported (Đ47 k6)."
        )
    if basis == Party.Basis.OWNER_ACT:
        if any(act.provision.startswith(OWNER_ARTICLE) for act in case.beside.acts):
            return None
        return gettext("No act in this case is the owner's own (NĐ 168/2024 Đ32).")
    return None if _has_not_cooperated(case, registered, today) else _still_may_say_who_drove()


def _is_registered_owner(case: Violation, offender: Party) -> bool:
    owner = case.parties.filter(role=Party.Role.OWNER).first()
    return owner is not None and (owner.kind, owner.identity_number) == (
        offender.kind,
        offender.identity_number,
    )


def _is_reported_buyer(case: Violation, offender: Party) -> bool:
    name = offender.full_name.strip().casefold()
    reports = case.commune_requests.filter(outcome=CommuneRequest.Outcome.SOLD)
    return bool(name) and any(name in report.buyer.casefold() for report in reports)


def _has_not_cooperated(case: Violation, registered: bool, today: date) -> bool:
    """Tell whether the owner had his chance to say who drove and did not take it.

    The latest session with the owner's side counts. The twenty days of the notice count only
    against the registered owner: nobody has written to a buyer.
    """
    latest = (
        case.sessions.exclude(present_as=WorkingSession.Present.DRIVER).order_by("held_at").last()
    )
    if latest is not None:
        return not latest.names_driver
    clock = case.beside.clocks.get("no_show")
    return registered and clock is not None and not clock.provisional and today > clock.due_on


def _still_may_say_who_drove() -> str:
    return gettext(
        "The owner has not had his chance yet: this basis needs minutes in which he does not say "
        "who drove, or the end of the twenty days of the notice (Đ47 k8b)."
    )
