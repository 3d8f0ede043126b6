"""The closed word lists of the canonical event ``vn.traffic.violation-event/1``."""

VEHICLE_CLASSES = frozenset(
    {
        "car",
        "bus",
        "truck",
        "tractor",
        "motorcycle",
        "moped",
        "e_bike",
        "bicycle",
        "special",
        "unknown",
    }
)
PLATE_COLOURS = frozenset({"white", "yellow", "blue", "red", "unknown"})
VIOLATION_TYPES = frozenset(
    {
        "speed_over",
        "speed_under",
        "red_light",
        "stop_line",
        "wrong_way",
        "wrong_lane",
        "lane_marking",
        "illegal_turn",
        "illegal_u_turn",
        "illegal_reverse",
        "illegal_stop_parking",
        "emergency_lane",
        "restricted_time_or_vehicle",
        "no_helmet",
        "riders_over_limit",
        "no_seat_belt",
        "phone_use",
        "umbrella_use",
        "pedestrian_priority",
        "bus_lane",
        "motorcycle_on_expressway",
        "box_junction",
        "following_distance",
        "overload_weight",
        "no_or_obscured_plate",
        "other",
    }
)
IMAGE_ROLES = frozenset(
    {
        "overview_1",
        "overview_2",
        "overview_3",
        "plate_crop",
        "vehicle_crop",
        "signal_view",
        "context",
        "composite",
        "occupant",
    }
)
#: What became of a delivery; every adapter answers each of them in its vendor's own words.
OUTCOMES = frozenset(
    {
        "stored",
        "duplicate",
        "conflict",
        "in_progress",
        "malformed",
        "schema",
        "heartbeat",
        "unauthenticated",
        "forbidden",
        "too_large",
        "flooding",
        "full",
        "clock_impossible",
    }
)
