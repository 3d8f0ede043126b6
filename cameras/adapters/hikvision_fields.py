"""Read a Hikvision event message by local names, whatever namespace or prefix it uses.

Four namespaces are in the field (hikvision.com/ver20, isapi.org/ver20, std-cgi.com/ver10,
psialliance), some with a prefix, some after a byte-order mark. Misspelt names (``vehicelRect``,
``vehileModel``) are the real names and stay as they are.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cameras.adapters.contract import Rejected

MAX_XML_BYTES = 256 * 1024
MAX_DEPTH = 20

_NAMES = """
EventNotificationAlert ipAddress ipv6Address portNo protocol protocolType macAddress
channelID dateTime activePostCount eventType eventState eventDescription channelName
deviceID deviceName UUID picNum monitoringSiteID isDataRetransmission hasMoreData
countryAbbreviation detectionBackgroundImageResolution DeviceGPSInfo longitudeType
latitudeType Longitude Latitude degree minute sec
ANPR country licensePlate originalLicensePlate line direction confidenceLevel plateType
plateColor licenseBright pilotsafebelt vicepilotsafebelt pilotsunvisor vicepilotsunvisor
envprosign dangmark uphone pendant twoWheelVehicle threeWheelVehicle plateCharBelieve
speedLimit illegalInfo illegalCode illegalName illegalDescription vehicleType
featurePicFileName detectDir relaLaneDirectionType carDirectionType detectType
barrierGateCtrlType alarmDataType dwIllegalTime redLightTime trafficLightSnap helmet
vehicleInfo index colorDepth color length speed vehicleLogoRecog vehileSubLogoRecog
vehileModel vehicleLogo CRIndex vehicleListName plateSize region area
pictureInfoList pictureInfo fileName type dataType picRecogMode absTime plateRect
vehicelRect TargetRect targetRect X Y x y width height pId pictureURL VehicleGATInfo
vehicleTypeByGAT colorByGAT palteTypeByGAT plateColorByGAT
"""
#: Every name the adapter understands or knowingly leaves aside; others are counted as unknown.
KNOWN_NAMES = frozenset(_NAMES.split())


class Fields:
    """One element of the message, asked by local names."""

    def __init__(self, element: Element):
        self._element = element

    @property
    def name(self) -> str:
        return _local(self._element.tag)

    def children(self, name: str) -> list["Fields"]:
        """Return the direct children of that name, in order."""
        return [Fields(child) for child in self._element if _local(child.tag) == name]

    def child(self, *names: str) -> "Fields | None":
        """Return the first direct child that has one of the names, tried in that order."""
        for name in names:
            found = self.children(name)
            if found:
                return found[0]
        return None

    def text(self, *path: str) -> str:
        """Return the trimmed text at a path of child names, or an empty string."""
        here: Fields | None = self
        for name in path:
            here = here.child(name) if here else None
        return (here._element.text or "").strip() if here else ""

    def anywhere(self, name: str) -> str:
        """Return the first non-empty text of that name at any depth: firmware moves fields."""
        for element in self._element.iter():
            if _local(element.tag) == name and (element.text or "").strip():
                return (element.text or "").strip()
        return ""

    def is_true(self, name: str) -> bool:
        return self.anywhere(name).lower() in {"true", "1", "yes"}

    def unknown_leaves(self) -> int:
        """Return how many filled fields carry a name this version does not know."""
        return sum(
            1
            for element in self._element.iter()
            if not len(element)
            and (element.text or "").strip()
            and _local(element.tag) not in KNOWN_NAMES
        )


def read_message(data: bytes) -> Fields | Rejected:
    """Parse the XML of one message. No DTD, no entity, at most 256 kB and twenty levels."""
    if len(data) > MAX_XML_BYTES:
        return Rejected("xml_too_large", "The event message is larger than 256 kB.")
    trimmed = data.lstrip(b"\xef\xbb\xbf \t\r\n\x00").rstrip(b"\x00 \t\r\n")
    if not trimmed:
        return Rejected("xml_empty", "The event message is empty.")
    try:
        root = fromstring(trimmed, forbid_dtd=True)
    except DefusedXmlException:
        return Rejected("xml_forbidden", "The event message declares a document type or entity.")
    except (ParseError, ValueError, LookupError, RecursionError):
        return Rejected("xml_malformed", "The event message is not well-formed XML.")
    if any(depth > MAX_DEPTH for depth in _depths(root)):
        return Rejected("xml_too_deep", "The event message is nested too deeply.")
    return Fields(root)


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _depths(root: Element) -> Iterator[int]:
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        yield depth
        waiting.extend((child, depth + 1) for child in element)
