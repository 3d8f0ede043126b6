"""How devices are, in words, with the shape and the tone that go with them (look.md, 3.1)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from cameras.device_states import NEW, ReleaseGround
from cameras.models import DeviceAlarm
from cameras.wording import word


@dataclass(frozen=True)
class Look:
    """A state in a word, the chip that carries it, and how urgent it is: the smaller the more."""

    label: Promise
    tone: str
    shape: str
    rank: int


STATES: dict[str, Look] = {
    "offline": Look(gettext_lazy("no signal"), "bad", "square", 0),
    "quarantined": Look(gettext_lazy("in quarantine"), "warn", "diamond", 1),
    "late": Look(gettext_lazy("heartbeat late"), "warn", "triangle", 2),
    "degraded": Look(gettext_lazy("needs attention"), "warn", "triangle", 3),
    "maintenance": Look(gettext_lazy("under maintenance"), "neutral", "pause", 4),
    "online": Look(gettext_lazy("in order"), "ok", "disc", 5),
    "revoked": Look(gettext_lazy("revoked"), "out", "cross", 6),
}

REASONS: dict[str, Promise] = {
    "never_seen": gettext_lazy("Nothing has come from this device yet."),
    "silent": gettext_lazy("Nothing has come for longer than is usual. Check line and power."),
    "heartbeat_late": gettext_lazy("The last heartbeat is more than three minutes old."),
    "quiet": gettext_lazy("It is alive, but sees far less than usual at this hour."),
    "clock_drifted": gettext_lazy("Its clock is more than one second wrong. Set it."),
    "disk": gettext_lazy("Less than 10 % of its disk is free."),
    "frames_low": gettext_lazy("It takes fewer than 10 pictures a second."),
    "lens": gettext_lazy("Its lens is reported dirty or covered."),
    "moved": gettext_lazy("It is reported as moved from its place."),
    "backlog": gettext_lazy("Events wait at the gateway for more than five minutes."),
    "verification_ended": gettext_lazy("There is no valid verification certificate."),
    "verification_ends_soon": gettext_lazy("Its verification ends within 30 days."),
    "approval_ended": gettext_lazy("There is no valid approval of use."),
    "approval_ends_soon": gettext_lazy("Its approval of use ends within 30 days."),
    "key_certificate_ended": gettext_lazy("The certificate of its key has ended."),
    "key_certificate_ends_soon": gettext_lazy("The certificate of its key ends within 30 days."),
}

LENSES: dict[str, Promise] = {
    "ok": gettext_lazy("clean"),
    "clean": gettext_lazy("clean"),
    "dirty": gettext_lazy("dirty"),
    "covered": gettext_lazy("covered"),
    "blocked": gettext_lazy("covered"),
    "unknown": gettext_lazy("not known"),
}


def look_of(code: str) -> Look:
    """Return the word, shape and tone of a state."""
    return STATES[code]


def alarm_word(code: str) -> str:
    """Return an alarm in words."""
    return str(dict(DeviceAlarm.Code.choices).get(code, code))


def state_reason(stored: str) -> str:
    """Return why a device is in its state: the code of an alarm, of a ground, or words."""
    if stored == NEW:
        return gettext("New: its profile waits for approval by another person.")
    code, separator, note = stored.partition(": ")
    grounds = dict(ReleaseGround.choices)
    if code in grounds:
        return f"{grounds[code]}{separator}{note}"
    return alarm_word(stored)


def alarm_figures(code: str, detail: dict[str, object]) -> str:
    """Return an alarm's figures in a line."""
    sentences = {
        "offline": gettext("silent for %(silent_s)s s"),
        "quiet": gettext("usually %(usual_per_hour)s an hour"),
        "clock_drifted": gettext("%(offset_ms)s ms"),
        "flooding": gettext("%(deliveries)s deliveries in 5 minutes"),
        "rejects": gettext("%(rejected)s of %(judged)s"),
        "volume": gettext("%(events)s events, usually %(usual)s"),
        "disk": gettext("%(free_pct)s %% free"),
        "backlog": gettext("oldest %(oldest_s)s s"),
        "configuration": gettext("%(before)s, now %(now)s"),
    }
    if code == "rejects" and detail.get("replays"):
        return gettext("old pictures or signatures: %(replays)s") % detail
    if code in {"certificate", "picture"}:
        reasons = detail.get("reasons")
        return " ".join(word(REASONS, str(one)) for one in reasons) if reasons else ""  # type: ignore[attr-defined]
    try:
        return sentences.get(code, "") % detail
    except KeyError:
        return ""  # an alarm opened by hand or by an older version has other figures
