"""What Milesight's words mean in ours, and every field name its pushes are known to use.

The maker publishes no list of violation words. Only plain English ones are mapped; a device that
writes others carries them in its profile's ``code_map``.
"""

VIOLATION_WORDS = {
    "speeding": "speed_over",
    "overspeed": "speed_over",
    "over_speed": "speed_over",
    "underspeed": "speed_under",
    "red_light_running": "red_light",
    "running_red_light": "red_light",
    "wrong_direction": "wrong_way",
    "reverse_driving": "wrong_way",
    "illegal_parking": "illegal_stop_parking",
    "occupy_emergency_lane": "emergency_lane",
}
DIRECTIONS = {"approach": "approaching", "away": "receding"}
PLATE_COLOURS = {"white": "white", "yellow": "yellow", "blue": "blue", "red": "red"}
VEHICLE_COLOURS = {"gray": "grey", "none": "", "unknown": "", "other": ""}
VEHICLE_CLASSES = {
    "car": "car",
    "van": "car",
    "suv": "car",
    "bus": "bus",
    "truck": "truck",
    "towtruck": "truck",
    "motor": "motorcycle",
    "motorbike": "motorcycle",
    "bicycle": "bicycle",
    "e-bike": "e_bike",
    "forklift": "special",
    "excavator": "special",
    "police-car": "special",
    "fireengine": "special",
    "ambulance": "special",
}
#: ``region`` is the country of the plate (ISO 3166-1 alpha-3), in violations a number of an area.
VIETNAM = frozenset({"VNM", "VN"})

_NAMES = """
event device time time_msec plate type speed direction detection_region region region_name
resolution_width resolution_height coordinate_x1 coordinate_y1 coordinate_x2 coordinate_y2
confidence plate_color plate_type vehicle_type vehicle_color vehicle_brand plate_image full_image
vehicle_image snapshot violation_type speed_limit lane list_type match_status
evidence_image0 evidence_image1 evidence_image2 evidence_image3
"""
KNOWN_NAMES = frozenset({*_NAMES.split(), "Vehicle Brand", "region name"})
