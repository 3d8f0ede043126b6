"""What Dahua's words and codes mean in ours: SDK numbers, CGI names, pictures, vehicles, colours.

Only documented ones; a device may override them in its profile. Misspelt names (``Pedestrain``,
``Unknow``, ``JamLenght``) are the real names and stay as they are.
"""

import re

#: ``EM_EVENT_TYPE`` of the SDK, the CGI names (without their running number), and the Chinese
#: national codes some firmware writes into ``ViolationCode``.
VIOLATION_CODES = {
    "0x100": "red_light",
    "0x101": "lane_marking",
    "0x102": "wrong_way",
    "0x103": "illegal_turn",
    "0x104": "illegal_turn",
    "0x105": "illegal_u_turn",
    "0x106": "speed_over",
    "0x107": "speed_under",
    "0x108": "illegal_stop_parking",
    "0x109": "wrong_lane",
    "0x10a": "lane_marking",
    "0x10b": "lane_marking",
    "0x10c": "emergency_lane",
    "0x10f": "pedestrian_priority",
    "0x11b": "wrong_lane",
    "0x124": "bus_lane",
    "0x125": "illegal_reverse",
    "0x12a": "box_junction",
    "0x136": "restricted_time_or_vehicle",
    "0x137": "stop_line",
    "0x138": "no_seat_belt",
    "0x13a": "phone_use",
    "0x16c": "overload_weight",
    "0x229": "restricted_time_or_vehicle",
    "0x22d": "following_distance",
    "1208": "wrong_lane",
    "1240": "no_seat_belt",
    "1301": "wrong_way",
    "1345": "lane_marking",
    "1625": "red_light",
    "151002": "no_helmet",
    "TrafficRunRedLight": "red_light",
    "TrafficOverLine": "lane_marking",
    "TrafficOverline": "lane_marking",
    "TrafficCrossLane": "lane_marking",
    "TrafficOverYellowLine": "lane_marking",
    "TrafficRetrograde": "wrong_way",
    "TrafficTurnLeft": "illegal_turn",
    "TrafficTurnRight": "illegal_turn",
    "TrafficUTurn": "illegal_u_turn",
    "TrafficOverSpeed": "speed_over",
    "TrafficUnderSpeed": "speed_under",
    "TrafficParking": "illegal_stop_parking",
    "TrafficWrongRoute": "wrong_lane",
    "TrafficBacking": "illegal_reverse",
    "TrafficOverStopLine": "stop_line",
    "TrafficPedestrainPriority": "pedestrian_priority",
    "TrafficWithoutSafeBelt": "no_seat_belt",
    "TrafficAssistantWithoutSafeBelt": "no_seat_belt",
    "TrafficDriverCalling": "phone_use",
    "TrafficNonMotorWithoutSafehat": "no_helmet",
    "TrafficNonMotorOverload": "riders_over_limit",
    "TrafficNonMotorHoldUmbrella": "umbrella_use",
    "TrafficNonMotorInMotorRoute": "wrong_lane",
}
#: A vehicle went by, or was photographed by hand: that alone accuses nobody.
PASSAGES = frozenset(
    {
        "",
        "0",
        "0x17",
        "0x19",
        "0x120",
        "0x0",
        "TrafficJunction",
        "TrafficTollGate",
        "TrafficGate",
        "TrafficCarMeasurement",
        "TrafficManualSnap",
        "TrafficVehiclePosition",
        "TrafficNonMotor",
    }
)
#: What is said of the road or of somebody on foot; it becomes an event only if it names a plate.
NO_VEHICLE = frozenset({"TrafficJam", "TrafficFlowStat", "TrafficPedestrain", "0x1b"})

#: Pictures by the name of their object, without a running number.
PICTURE_ROLES = {
    "NormalPic": "overview",
    "CutoutPic": "plate_crop",
    "VehiclePic": "vehicle_crop",
}
#: A picture with such a name may show a face, and is kept out of ordinary views.
OCCUPANT_WORDS = ("face", "seat", "driver", "pilot", "human", "rider")

VEHICLE_CLASSES = {
    "passengercar": "car",
    "saloon": "car",
    "salooncar": "car",
    "car": "car",
    "motor": "car",
    "microbus": "car",
    "van": "car",
    "suv": "car",
    "mpv": "car",
    "suv-mpv": "car",
    "bus": "bus",
    "largebus": "bus",
    "midbus": "bus",
    "mediumbus": "bus",
    "passengerbus": "bus",
    "truck": "truck",
    "largetruck": "truck",
    "midtruck": "truck",
    "mediumtruck": "truck",
    "heavytruck": "truck",
    "lighttruck": "truck",
    "microtruck": "truck",
    "pickup": "truck",
    "tankcar": "truck",
    "tractor": "tractor",
    "motorcycle": "motorcycle",
    "lightmotorcycle": "motorcycle",
    "dualtriwheelmotorcycle": "motorcycle",
    "moped": "moped",
    "electricbike": "e_bike",
    "electricbicycle": "e_bike",
    "bicycle": "bicycle",
}
#: "YellowbottomBlackText" names the ground first; our words have no black and no green.
PLATE_COLOURS = {
    "white": "white",
    "yellow": "yellow",
    "yellowbottomblacktext": "yellow",
    "blue": "blue",
    "bluebottomwhitetext": "blue",
    "red": "red",
}
VEHICLE_COLOURS = {"gray": "grey", "unknown": "", "unknow": "", "other": ""}

PLATE_NOT_READ = {
    "": "plate_unread",
    "unknown": "plate_unread",
    "unknow": "plate_unread",
    "unrecognized": "plate_unread",
    "未识别": "plate_unread",
    "noplate": "no_plate",
    "unlicensed": "no_plate",
    "无牌": "no_plate",
    "无牌车": "no_plate",
    "无车牌": "no_plate",
}

#: By the movement in the picture, by what of the vehicle is seen, by the installation.
MOVEMENTS = {"approach": "approaching", "leave": "receding"}
SIDES = {"head": "approaching", "tail": "receding"}
DIRECTIONS = {"Obverse": "approaching", "Reverse": "receding"}

#: ``TriggerType`` (or in words ``SnapInfo.Source``) is the principle of measurement.
SPEED_METHODS = {
    "0": "loop",
    "1": "radar",
    "2": "video_estimate",
    "loop": "loop",
    "radar": "radar",
    "video": "video_estimate",
}
#: ``LightState`` as number or word. 0 and everything else say nothing.
NOT_RED = frozenset({"1", "3", "green", "yellow"})

_NAMES = """
Picture PicName Plate IsExist PlateNumber PlateColor PlateType Confidence Region Channel UploadNum
BoundingBox OriginalBoundingBox Vehicle VehicleColor VehicleType VehicleSign VehicleSeries
VehicleBoundingBox SnapInfo Source TimeZone DSTTune LanNo Direction OpenStrobe AllowUser BlockUser
AllowUserEndTime BlockUserEndTime DefenceCode DeviceID AccurateTime SnapTime NormalPic CutoutPic
VehiclePic Pics Content PicType Type URL
id method params SID session eventList Events EventBaseInfo Code Action Index Data Class Name
CommInfo Country ExtraPlates GPSInfo Latitude Longitude RadarInfo CoordinateX CoordinateY Seat
SafeBelt SnapCategory StandardVehicleType VehicleTypeByFunc CountInGroup CustomSeq EventID EventSeq
FrameSequence GroupID IndexInGroup JunctionDirection VehicleDirection Lane LocaleTime MainSeat
SubSeat Mark NonMotor Category Color Image MainColor NumOfCycling ObjectID Text RiderList Age Angle
Bag Cap CarrierBag DownClothes FaceAttributes FeatureValid HairStyle HasHat Helmet LowerBodyColor
MessengerBag NonMotorColor RainCoat ShoulderBag Umbrella UniformStyle UpClothes UpperBodyColor
directionRun humanNum noMotorTripLineDirection Speed Object AxleCount BelongID Center DriverCalling
DriverSmoking ObjectType RelativeID SerialUUID ShotFrame SpeedTypeInternal TrackType PTS
RadarSpeedSetTime RadarSpeedSourceTime RealUTC RealUTCMS RemoteSnap RoadwayNumber RuleID RuleId
Sequence TextSource TrafficCar CustomFlowDirection CustomRoadwayDirection DeviceAddress
DrivingDirection Event EventCode FlowDirection LowerSpeedLimit MachineGroup MachineName
OverSpeedMargin PhysicalLane RoadwayNo RouteNo UTC UnderSpeedMargin UpperSpeedLimit VehicleColorRGB
VehicleSize ViolationCode ViolationDesc ViolationName UTCMS BrandYearText CarLogoIndex
CarSeriesIndex Extra FusionInfo CartPosX CartPosY GpsPosValid GpsPostion ObjectSource
RadarCoorXyValid SpeedValid SpeedX SpeedY ViolationSnapSource VsfGrpIdx TriggerType TriggerOccur
RedLightUTC LightState RecNo OpenStrobeState PlateInfo FrontPlateNumber FrontPlateColor
BackPlateNumber BackPlateColor CarWeightInfo AxleNum AxleWeightInfo AxleLengthInfo OverWeight
TotalWeight AxisType MeasurementScene LimitWeight LimitWeightPercent RealWeightPercent LimitLength
LimitWidth LimitHeight Ultralimit ApplicationScene WeightCapturetime WeightGroupid WeightTime VehId
VehLength VehWidth VehHeight VehVolume Dir Time RailingHigh VehSpeed VehType AxisNum VehTopHeight
VehBottomHeight EventNo DistanceHead DistanceTail JamLenght JamRealLength Status Active
"""
#: Every name the adapter understands or knowingly leaves aside; others are counted as unknown.
KNOWN_NAMES = frozenset(_NAMES.split())

_SDK_NUMBER = re.compile(r"0[xX]0*([0-9a-fA-F]{1,8})")
_RUNNING_NUMBER = re.compile(r"(?<=[A-Za-z])_?[0-9]{1,3}\Z")


def plain_code(text: str) -> str:
    """Return a code as the maps write it: ``0x00000106`` as 0x106, ``TrafficOverSpeed1`` bare."""
    number = _SDK_NUMBER.fullmatch(text)
    if number:
        return f"0x{number.group(1).lower()}"
    return _RUNNING_NUMBER.sub("", text)
