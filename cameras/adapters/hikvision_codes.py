"""What Hikvision's words and codes mean in ours. Only documented ones; a device may override."""

#: Chinese national codes that Hikvision ships, and one custom code seen in the field. A device
#: with its own dictionary (``/ISAPI/ITC/illegalDictionary``) carries its own map in its profile.
VIOLATION_CODES = {
    "1208": "wrong_lane",
    "1240": "no_seat_belt",
    "1301": "wrong_way",
    "1345": "lane_marking",
    "1625": "red_light",
    "151002": "no_helmet",
}
NO_VIOLATION = frozenset({"", "0", "-"})

VEHICLE_CLASSES = {
    "vehicle": "car",
    "smallCar": "car",
    "miniCar": "car",
    "saloon": "car",
    "coupe": "car",
    "SUVMPV": "car",
    "SUV": "car",
    "MPV": "car",
    "van": "car",
    "largeBus": "bus",
    "mediumBus": "bus",
    "minibus": "bus",
    "bus": "bus",
    "motorVehicle": "car",
    "hatchback": "car",
    "truck": "truck",
    "smallTruck": "truck",
    "lightTruck": "truck",
    "mediumHeavyTruck": "truck",
    "heavyTruck": "truck",
    "pickupTruck": "truck",
    "minitruck": "truck",
    "buggy": "truck",  # the vendor's word for a small goods vehicle
    "slagTruck": "truck",
    "containerTruck": "truck",
    "oilTankTruck": "truck",
    "concreteMixer": "truck",
    "platformTrailer": "truck",
    "crane": "special",
    "twoWheelVehicle": "motorcycle",
    "threeWheelVehicle": "motorcycle",
    "motorcycle": "motorcycle",
}
#: The older figure inside ``vehicleInfo``, read where the word above is missing. Two-wheelers (4)
#: may have an engine or none; the vendor has one figure for both.
VEHICLE_FIGURES = {"1": "car", "4": "motorcycle", "6": "car"}
#: The vehicle register's words differ from the vendor's in a few places.
VEHICLE_COLOURS = {"gray": "grey", "deepBlue": "blue", "cyan": "blue", "unknown": "", "other": ""}
PLATE_COLOURS = {"white": "white", "yellow": "yellow", "blue": "blue", "red": "red"}
#: Some regions write the colour of the plate before its text. Green and black are no colours of
#: ours; black is a province as well, and then belongs to the plate.
COLOUR_PREFIXES = {
    "黄绿": "unknown",
    "蓝": "blue",
    "黄": "yellow",
    "白": "white",
    "红": "red",
    "绿": "unknown",
    "黑": "unknown",
}
BLACK = "黑"

#: ``carDirectionType`` is measured in the picture; ``direction`` depends on the installation.
PICTURE_DIRECTIONS = {"0": "approaching", "1": "receding"}
DIRECTIONS = {"forward": "approaching", "reverse": "receding"}

#: ``detectType`` is the principle of measurement. Mixed (5) and none (0) prove no method.
SPEED_METHODS = {"1": "loop", "2": "video_estimate", "3": "video_estimate", "4": "radar"}

#: The twelve kinds of the vendor. Crops of a person are ``occupant``: not in ordinary views.
PICTURE_ROLES = {
    "detectionPicture": "overview",
    "licensePlatePicture": "plate_crop",
    "vehiclePicture": "vehicle_crop",
    "nonMotorPicture": "vehicle_crop",
    "pedestrianDetectionPicture": "overview",
    "compositePicture": "composite",
    "pilotPicture": "occupant",
    "copilotPicture": "occupant",
    "pedestrianPicture": "occupant",
    "featurePicture": "context",
    "panoramaPicture": "context",
    "plateBinaryPicture": "context",
}
