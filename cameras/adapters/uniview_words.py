"""What Uniview's numbers mean in ours, and the names of the fields of its LAPI notifications."""

PLATE_COLOURS = {"1": "white", "3": "red", "4": "blue", "5": "yellow"}
VEHICLE_COLOURS = {
    "0": "black",
    "1": "white",
    "2": "grey",
    "3": "red",
    "4": "blue",
    "5": "yellow",
    "6": "orange",
    "7": "brown",
    "8": "green",
    "9": "purple",
    "10": "blue",
    "11": "pink",
    "13": "silver",
}
#: 3 and 4 are only "medium" and "large", which says nothing about the class.
VEHICLE_CLASSES = {
    "0": "special",
    **dict.fromkeys(("1", "13", "14", "22"), "bus"),
    **dict.fromkeys(("2", "9", "10", "11", "17", "18", "19", "20", "21"), "car"),
    **dict.fromkeys(("5", "6"), "motorcycle"),
    "7": "tractor",
    **dict.fromkeys(("8", "12", "15", "16", "23", "24", "25", "26"), "truck"),
}
#: ``ImageInfo.Type``. Faces and persons are for restricted sight.
PICTURE_ROLES = {
    **dict.fromkeys(("1", "15", "16", "17", "18", "23", "25", "27"), "overview"),
    **dict.fromkeys(("2", "9", "13", "14"), "vehicle_crop"),
    **dict.fromkeys(("4", "5", "10", "11", "12", "19", "20"), "occupant"),
    **dict.fromkeys(("7", "8"), "composite"),
    "3": "context",
    "24": "plate_crop",
    "26": "context",
}
#: Pictures that recorders put into the vehicle itself, outside any list.
OWN_PICTURES = {
    "PanoImage": "overview",
    "FullPicture": "overview",
    "VehicleImage": "vehicle_crop",
    "ObjectPicture": "vehicle_crop",
    "PlateImage": "plate_crop",
}

_NAMES = """
Reference TimeStamp Timestamp Seq SrcID SrcName NotificationType DeviceID DeviceCode RelatedID
RelatedObjects StructureInfo VehicleEventInfo ObjInfo ObjectList ObjectInfo VehicleInfo
FaceNum PersonNum NonMotorVehicleNum VehicleNum VehicleInfoNum VehicleInfoList
VehicleRecordInfoList NonMotorVehicleInfoList ID RecordID ChannelID ChannelName
VehicleDoforFaceID VehicleDoforSubFaceID
Position SmallPicAttachIndex LargePicAttachIndex PlatePicAttachIndex ComAttachNum
ComAttachIndexInfoList AttachIndex ComIndex PassTime PassingTime TriggerType PlateAttributeInfo
PlateAttr PlateStatus PlateConfidence PlateNo Color Type VehicleAttributeInfo VehAttr
LimitedSpeed MarkedSpeed SpeedValue SpeedUnit SimulateFlag DriveStatus VehicleBrand
VehicleBrandType VehicleType VehicleColor VehicleColorDept AimStatus DriverSunVisorStatus
CodriverSunVisorStatus DriverSeatBeltStatus CodriverSeatBeltStatus DriverMobileStatus
TaxiMarkStatus ScuttleStatus NapkinBoxStatus PendantStatus DangerousGoodsMarkStatus
YellowPlateMarkStatus VehicleFaceInfo IsVehicleHead LaneInfo Description PlaceCode PlaceName
LaneType LaneDirection Direction DirectionName ImageNum ImageInfoList Index Format Width Height
CaptureTime CaptureTimeStr DataType Size Data URL Name ImageComposeInfo SubComposeFlag
"""
KNOWN_NAMES = frozenset({*_NAMES.split(), *OWN_PICTURES})
