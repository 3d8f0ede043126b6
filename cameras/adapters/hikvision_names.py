"""The names a Hikvision message may hold: understood, or knowingly left aside.

Others are counted as unknown, so that newer firmware is noticed. Misspelt names are the real ones.
"""

_READ = """
EventNotificationAlert FTP ANPR ipAddress ipv6Address portNo protocol protocolType macAddress
channelID dateTime activePostCount eventType eventState eventDescription channelName
deviceID deviceName UUID picNum monitoringSiteID isDataRetransmission hasMoreData
countryAbbreviation detectionBackgroundImageResolution ISO-CR
country licensePlate originalLicensePlate line direction confidenceLevel plateType
plateColor licenseBright pilotsafebelt vicepilotsafebelt uphone helmet
twoWheelVehicle threeWheelVehicle plateCharBelieve
speedLimit illegalInfo illegalCode illegalName illegalDescription vehicleType
detectDir relaLaneDirectionType carDirectionType detectType alarmDataType dwIllegalTime
redLightTime trafficLightSnap
vehicleInfo index colorDepth color length speed vehicleLogoRecog vehileSubLogoRecog
vehileModel vehicleLogo CRIndex vehicleListName plateSize
pictureInfoList pictureInfo fileName type dataType picRecogMode absTime plateRect
vehicelRect TargetRect targetRect X Y x y width height pId pictureURL
RecordInfo URL VehicleWeightInfo weight limitWeight AxleInfoList AxleInfo axleWeight
"""
_LEFT_ASIDE = """
dynChannelID releatedChannelList region area province cameraNo Rect
DeviceGPSInfo VehicelGPSInfo longitudeType latitudeType Longitude Latitude degree minute sec
pilotsunvisor vicepilotsunvisor envprosign dangmark pendant tissueBox frontChild label decoration
smoking perfumeBox pdvs blackness postPicFileName featurePicFileName barrierGateCtrlType
vehicleTypeByWeight tollRoadVehicleSeries tollRoadVehicleType
CarWindowFeature tempPlate passCard carCard
CarBodyFeature sparetire rack sunRoof words slagTruckCoverPlate vehicleUseType
carWindowInfo carWindowNum carWindowStatusList carWindowStatus passengers windowStatus
actualPassengers vehiclePosition containerInfo containerNum containerList container
containerMainNum containerSubNum containerISONum containerNumConfidence RFID
vehicleCarryFeature isCarry isTarpaulin EntranceInfo parkingID gateID cardNo parkType
vehicleHead listType vehiclePositionControl vehicleMonitorTaskID vehicleThermometryEnabled
currTemperature thermometryUnit plateCategory isNeedVerification vehicelRectName rodeType Custom
accelerationNoise startTime endTime noiseDecibel ADRNo
pilotmask vicepilotMask nonMotorMask pedestrianMask ePlateUUID
SceneInfo scenesID sceneName PTZPos elevation azimuth absoluteZoom monitorDescription
pilotStandardSafebelt vicepilotStandardSafebelt sequence targetID isSecondCamera dataAnalysisType
isOverWeight axleNum axleModel overWeight axleLen devDescInfo axleDistance tollwayVehicleType
tiresNum approvedPassengers limitLength limitWidth limitHeight overLength overWidth overHeight
isOverLimit axleNumConfidence isNotSlowZebraCrossing isTurnRightStop PlateInfoList PlateInfo
VehicleGATInfo vehicleTypeByGAT colorByGAT palteTypeByGAT plateColorByGAT
"""
KNOWN_NAMES = frozenset((_READ + _LEFT_ASIDE).split())
