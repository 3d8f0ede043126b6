"""The portal's codes in the reader's language, for the officers' pages."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop, ngettext

KINDS = {
    "red_light": gettext_noop("Red light"),
    "speed_over": gettext_noop("Speeding"),
    "speed_under": gettext_noop("Below the minimum speed"),
    "stop_line": gettext_noop("Over the stop line"),
    "wrong_way": gettext_noop("Against the traffic"),
    "wrong_lane": gettext_noop("Wrong lane"),
    "lane_marking": gettext_noop("Over a lane marking"),
    "illegal_turn": gettext_noop("Forbidden turn"),
    "illegal_u_turn": gettext_noop("Forbidden U-turn"),
    "illegal_reverse": gettext_noop("Forbidden reversing"),
    "illegal_stop_parking": gettext_noop("Forbidden stopping or parking"),
    "emergency_lane": gettext_noop("In the emergency lane"),
    "restricted_time_or_vehicle": gettext_noop("Forbidden road or time"),
    "no_helmet": gettext_noop("No helmet"),
    "riders_over_limit": gettext_noop("Too many riders"),
    "no_seat_belt": gettext_noop("No seat belt"),
    "phone_use": gettext_noop("Phone in use"),
    "umbrella_use": gettext_noop("Umbrella in use"),
    "pedestrian_priority": gettext_noop("Pedestrians not given way"),
    "bus_lane": gettext_noop("In the bus lane"),
    "motorcycle_on_expressway": gettext_noop("Motorcycle on an expressway"),
    "box_junction": gettext_noop("In the box junction"),
    "following_distance": gettext_noop("Following too close"),
    "overload_weight": gettext_noop("Overloaded"),
    "no_or_obscured_plate": gettext_noop("Plate missing or hidden"),
}

#: The decree's groups of vehicles and persons, as the catalogue names them.
VEHICLE_GROUPS = {
    "CAR": gettext_noop("cars and similar vehicles"),
    "MOTO": gettext_noop("motorcycles and mopeds"),
    "SPECIAL": gettext_noop("special machinery"),
    "BICYCLE": gettext_noop("bicycles and other primitive vehicles"),
    "BICYCLE_MOTOR": gettext_noop("motorised bicycles"),
    "PEDESTRIAN": gettext_noop("pedestrians"),
    "CAR_PASSENGER": gettext_noop("passengers of cars"),
    "MOTO_PASSENGER": gettext_noop("passengers of motorcycles"),
    "ANY_PERSON": gettext_noop("any person"),
    "INDIVIDUAL": gettext_noop("individuals"),
    "ORGANISATION": gettext_noop("organisations"),
    "TRUCK": gettext_noop("trucks"),
    "BUS": gettext_noop("passenger cars and buses"),
    "WASTE_TRUCK": gettext_noop("waste trucks"),
    "FOUR_WHEEL_CART": gettext_noop("four-wheeled motor carts"),
    "OWNER_CAR_INDIVIDUAL": gettext_noop("owners of cars, individuals"),
    "OWNER_CAR_ORGANISATION": gettext_noop("owners of cars, organisations"),
    "OWNER_MOTO_INDIVIDUAL": gettext_noop("owners of motorcycles, individuals"),
    "OWNER_MOTO_ORGANISATION": gettext_noop("owners of motorcycles, organisations"),
}

REASONS = {
    "plate_unreadable": gettext_noop("Plate unreadable"),
    "no_violation": gettext_noop("No violation"),
    "wrong_plate_or_vehicle": gettext_noop("Wrong plate or vehicle"),
    "priority_vehicle": gettext_noop("Priority vehicle"),
    "directed_by_officer": gettext_noop("Directed by an officer"),
    "picture_or_camera_fault": gettext_noop("Picture or camera fault"),
    "duplicate": gettext_noop("Duplicate"),
    "signal_or_sign_fault": gettext_noop("Signal or sign fault"),
    "other": gettext_noop("Another reason + note"),
}

VEHICLE_CLASSES = {
    "car": gettext_noop("Car"),
    "bus": gettext_noop("Bus"),
    "truck": gettext_noop("Truck"),
    "tractor": gettext_noop("Tractor"),
    "motorcycle": gettext_noop("Motorcycle"),
    "moped": gettext_noop("Moped"),
    "e_bike": gettext_noop("E-bike"),
    "bicycle": gettext_noop("Bicycle"),
    "special": gettext_noop("Special vehicle"),
    "unknown": gettext_noop("Unknown"),
}

COLOURS = {
    "black": gettext_noop("Black"),
    "white": gettext_noop("White"),
    "grey": gettext_noop("Grey"),
    "silver": gettext_noop("Silver"),
    "red": gettext_noop("Red"),
    "blue": gettext_noop("Blue"),
    "green": gettext_noop("Green"),
    "yellow": gettext_noop("Yellow"),
    "brown": gettext_noop("Brown"),
    "orange": gettext_noop("Orange"),
    "purple": gettext_noop("Purple"),
    "pink": gettext_noop("Pink"),
    "beige": gettext_noop("Beige"),
    "unknown": gettext_noop("Unknown"),
}

CLOCKS = {
    "time_bar": gettext_noop("Time bar for a sanction"),
    "notice_due": gettext_noop("Send the notice"),
    "no_show": gettext_noop("The owner answers the notice"),
    "record_due": gettext_noop("Make the record"),
    "explanation_due": gettext_noop("The person may explain"),
    "decision_due": gettext_noop("Decide"),
    "service_due": gettext_noop("Send the decision"),
    "pay_due": gettext_noop("Pay the fine"),
    "lapse": gettext_noop("Execute the decision"),
    "complaint_due": gettext_noop("First complaint"),
    "complaint_accepted_due": gettext_noop("Accept or refuse the complaint"),
    "complaint_decided_due": gettext_noop("Decide the complaint"),
    "second_complaint_due": gettext_noop("Second complaint"),
    "carry_out_due": gettext_noop("Cancel or amend the decision, as was decided"),
    "order_sent_due": gettext_noop("Send the order of suspension"),
    "lawsuit_due": gettext_noop("Lawsuit"),
    # Before the decision:
    "record_forwarded_due": gettext_noop("Hand over the record"),
    "hearing_request_due": gettext_noop("The person may ask for a hearing"),
    "hearing_notice_due": gettext_noop("Call the hearing"),
    "relief_decided_due": gettext_noop("Answer the request for relief"),
    "points_notice_due": gettext_noop("Tell the driver of the licence points"),
    "licence_suspension_sent_due": gettext_noop("Send the suspension to the licence agency"),
    "enforcement_sent_due": gettext_noop("Send the decision on enforcement"),
    "bank_answer_due": gettext_noop("The bank gives its information"),
    "bank_transfer_after": gettext_noop("The bank may transfer after this day"),
    "deferral_end": gettext_noop("The deferral ends"),
    "instalments_end": gettext_noop("The payment in parts ends"),
    "change_due": gettext_noop("Change the decision"),
    "dialogue_after": gettext_noop("The dialogue may be held from this day"),
    "clean_record": gettext_noop("Counts as never sanctioned"),
}


def kind(code: str) -> str:
    """Name a kind of violation; an act no camera shows has none."""
    return gettext(KINDS.get(code, code)) if code else "–"


def vehicle_group(code: str) -> str:
    """Name a group of vehicles or persons of the decree."""
    return gettext(VEHICLE_GROUPS.get(code, code))


def reason(code: str) -> str:
    """Name a reason of rejection."""
    return gettext(REASONS.get(code, code))


def vehicle_class(code: str) -> str:
    """Name a class of vehicle."""
    return gettext(VEHICLE_CLASSES.get(code, code))


def colour(code: str) -> str:
    """Name a colour; a word we do not know is shown as it came."""
    return gettext(COLOURS.get(code, code)) if code else ""


def plate_colour(code: str) -> str:
    """Name the ground of a plate."""
    return {
        "white": gettext("white plate"),
        "yellow": gettext("yellow plate"),
        "blue": gettext("blue plate"),
        "red": gettext("red plate"),
    }.get(code, gettext("plate colour unknown"))


def age(hours: int) -> str:
    """Say how old something is: in hours up to two days, then in days."""
    if hours < 48:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = hours // 24
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def clock(code: str) -> str:
    """Name a clock of a case."""
    return gettext(CLOCKS.get(code, code))
