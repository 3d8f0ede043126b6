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
    "bus": "bus",
    "truck": "truck",
    "smallTruck": "truck",
    "lightTruck": "truck",
    "mediumHeavyTruck": "truck",
    "heavyTruck": "truck",
    "pickupTruck": "truck",
    "platformTrailer": "truck",
    "twoWheelVehicle": "motorcycle",
    "motorcycle": "motorcycle",
}
#: The vehicle register's words differ from the vendor's in a few places.
VEHICLE_COLOURS = {"gray": "grey", "deepBlue": "blue", "cyan": "blue", "unknown": "", "other": ""}
PLATE_COLOURS = {"white": "white", "yellow": "yellow", "blue": "blue", "red": "red"}

#: ``carDirectionType`` is measured in the picture; ``direction`` depends on the installation.
PICTURE_DIRECTIONS = {"0": "approaching", "1": "receding"}
DIRECTIONS = {"forward": "approaching", "reverse": "receding"}

#: ``detectType`` is the principle of measurement. Mixed (5) and none (0) prove no method.
SPEED_METHODS = {"1": "loop", "2": "video_estimate", "3": "video_estimate", "4": "radar"}

PICTURE_ROLES = {
    "detectionPicture": "overview",
    "licensePlatePicture": "plate_crop",
    "vehiclePicture": "vehicle_crop",
    "nonMotorPicture": "vehicle_crop",
    "compositePicture": "composite",
    "pilotPicture": "occupant",
    "copilotPicture": "occupant",
    "featurePicture": "context",
    "plateBinaryPicture": "context",
}
