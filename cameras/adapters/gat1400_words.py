"""The code tables of GA/T 1400.3-2017 that concern vehicles, and the names of its fields."""

#: ColorType: 1 black, 2 white, 3 grey, 4 red, 5 blue, 6 yellow, 7 orange, 8 brown, 9 green,
#: 10 purple, 11 cyan, 12 pink, 13 transparent, 99 other.
COLOURS = {
    "1": "black",
    "2": "white",
    "3": "grey",
    "4": "red",
    "5": "blue",
    "6": "yellow",
    "7": "orange",
    "8": "brown",
    "9": "green",
    "10": "purple",
    "11": "blue",
    "12": "pink",
}
#: Only the colours Vietnamese plates have.
PLATE_COLOURS = {"2": "white", "4": "red", "5": "blue", "6": "yellow"}
#: VehicleClass after GA 24.4, by its first letters; the longer one goes first.
VEHICLE_CLASSES = {
    "K1": "bus",
    "K2": "bus",
    "K3": "car",
    "K4": "car",
    "M1": "motorcycle",
    "M2": "moped",
    "H": "truck",
    "Q": "truck",
    "B": "truck",
    "G": "truck",
    "D": "bus",
    "T": "tractor",
    "J": "special",
    "N": "special",
    "Z": "special",
}
#: ImageType. Faces and persons are for restricted sight; 07 and 08 are several pictures in one.
PICTURE_ROLES = {
    "1": "overview",
    "2": "plate_crop",
    "3": "context",
    "4": "occupant",
    "5": "occupant",
    "6": "context",
    "7": "composite",
    "8": "composite",
    "9": "vehicle_crop",
    "10": "occupant",
    "11": "occupant",
    "12": "vehicle_crop",
    "13": "context",
    "14": "overview",
    "100": "context",
}

_NAMES = """
MotorVehicleListObject MotorVehicleObjectList MotorVehicleObject SubscribeNotificationListObject
SubscribeNotificationObject NotificationID SubscribeID Title TriggerTime InfoIDs
MotorVehicleID InfoKind SourceID TollgateID DeviceID StorageUrl1 StorageUrl2 StorageUrl3
StorageUrl4 StorageUrl5 LeftTopX LeftTopY RightBtmX RightBtmY MarkTime AppearTime DisappearTime
LaneNo HasPlate PlateClass PlateColor PlateNo PlateNoAttach PlateDescribe IsDecked IsAltered
IsCovered Speed LimitSpeed Direction DrivingStatusCode UsingPropertiesCode VehicleClass
VehicleBrand VehicleModel VehicleStyles VehicleLength VehicleWidth VehicleHeight VehicleColor
VehicleColorDepth VehicleHood VehicleTrunk VehicleWheel WheelPrintedPattern VehicleWindow
VehicleRoof VehicleDoor SideOfVehicle CarOfVehicle RearviewMirror VehicleChassis VehicleShielding
FilmColor IsModified HitMarkInfo VehicleBodyDesc VehicleFrontItem DescOfFrontItem VehicleRearItem
DescOfRearItem NumOfPassenger PassTime PassTimeMills NameOfPassedRoad IsSuspicious Sunvisor
SafetyBelt Calling PlateReliability PlateCharReliability BrandReliability SubImageList
SubImageInfoObject ImageID EventSort StoragePath Type FileFormat ShotTime Width Height Data
PlateNoLeftTopX PlateNoLeftTopY PlateNoRightBtmX PlateNoRightBtmY
IllegalType ViolateType ViolateTypeGA RedTime IfResend ImageCount FeatureList
"""
KNOWN_NAMES = frozenset(_NAMES.split())
