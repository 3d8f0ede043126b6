"""What the words of Axis License Plate Verifier mean in ours, and the names of its fields."""

PLATE_PICTURES = frozenset({"plate", "lp", "license plate", "licenseplate"})
VEHICLE_PICTURES = frozenset({"vehicle", "car", "vehicle crop"})
VEHICLE_COLOURS = {"gray": "grey", "unknown": "", "undefined": ""}
VEHICLE_CLASSES = {
    "car": "car",
    "suv": "car",
    "van": "car",
    "pickup": "truck",
    "bus": "bus",
    "truck": "truck",
    "big_truck": "truck",
    "motorcycle": "motorcycle",
    "motorbike": "motorcycle",
}

_NAMES = """
packetCounter capture_timestamp frame_timestamp capture_ts current_ts current_ts2 datetime
UtcTime plateText plateUnicode plateUTF8 plateASCII plateCountry plateISO3166-2 plateRegion
plateRegionCode plateList plateListMode plateListDescription plateConfidence carState roiID
geotag lat lon imageType plateImageType plateImageSize carMoveDirection timeProcessing
plateCoordinates plateCoordinatesRelative carID GEOtarget imagesURI imageFile imageFile2 image
imageArray ImageArray ImageType ImageFormat BinaryImage profileID vehicle_info view type color
brand model confidenceMMR confidenceColor coordinates camera_info SerialNumber ProdShortName
IPAddress MACAddress sensorProviderID violation
"""
KNOWN_NAMES = frozenset(_NAMES.split())
