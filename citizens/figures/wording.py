"""The words of the open figures: kinds of violations, reasons, contests and their outcomes."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "speed_over": _("Speeding"),
    "speed_under": _("Too slow"),
    "red_light": _("Passing a red light"),
    "stop_line": _("Beyond the stop line"),
    "wrong_way": _("Against the direction"),
    "wrong_lane": _("In a wrong lane"),
    "lane_marking": _("Across a marking"),
    "illegal_turn": _("Forbidden turn"),
    "illegal_u_turn": _("Forbidden U-turn"),
    "illegal_reverse": _("Forbidden reversing"),
    "illegal_stop_parking": _("Forbidden stopping or parking"),
    "emergency_lane": _("In the emergency lane"),
    "restricted_time_or_vehicle": _("Forbidden hours or vehicle"),
    "no_helmet": _("Without a helmet"),
    "riders_over_limit": _("Too many riders"),
    "no_seat_belt": _("Without a seat belt"),
    "phone_use": _("Telephone in hand"),
}
REASONS = {
    "plate_unreadable": _("Plate cannot be read"),
    "no_violation": _("No violation"),
    "wrong_plate_or_vehicle": _("Wrong plate or vehicle"),
    "priority_vehicle": _("Vehicle with priority"),
    "directed_by_officer": _("Directed by an officer"),
    "picture_or_camera_fault": _("Fault of picture or camera"),
    "duplicate": _("Seen twice"),
    "signal_or_sign_fault": _("Fault of light or sign"),
    "other": _("Other reasons"),
}
CONTESTS = {
    "complaint": _("Complaints"),
    "explanation": _("Explanations"),
    "second_look": _("“Not my vehicle”: looked at again"),
}
OUTCOMES = {
    "complaint_dismissed": _("Complaint: the decision stands"),
    "complaint_partly_upheld": _("Complaint: upheld in part"),
    "complaint_upheld": _("Complaint: upheld"),
    "second_look_upheld": _("Looked at again: confirmed"),
    "second_look_overturned": _("Looked at again: dropped"),
}
