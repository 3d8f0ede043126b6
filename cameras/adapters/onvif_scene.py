"""What an ONVIF message shows: the objects of its frames and the events about them.

A frame of the metadata stream lists objects (``tt:Object``) with their shape, class, plate and
vehicle; a notification (``wsnt:NotificationMessage``) names a topic and a rule and either carries
the plate itself or the ``ObjectId`` of an object in a frame. Both are brought together here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from cameras.adapters.contract import Box
from cameras.adapters.onvif_fields import Node

#: A message about more than this is no camera's; the others are left out.
MOST_LOOKS, MOST_NOTIFICATIONS = 200, 50
#: Names under which devices write a plate or its likelihood as a simple item.
_PLATE_ITEMS = ("PlateNumber", "LicensePlate", "Plate", "plateNumber", "plate")
_LIKELIHOOD_ITEMS = ("Likelihood", "Confidence")
_VEHICLE_CLASSES = frozenset(
    {"Vehicle", "Vehical", "Car", "Bus", "Truck", "Motorcycle", "Motorbike", "Bicycle", "Bike"}
)


@dataclass(frozen=True)
class Look:
    """One object in one frame; ``scene`` is the frame, None when it came with a notification."""

    written: str
    object_id: str
    parent_id: str
    node: Node
    scene: Node | None
    boxes: tuple[Box, ...]


@dataclass
class Sighting:
    """One plate with every look at its vehicle, and the rule that was broken, if one was named."""

    written: str
    plate: str
    likelihood: str
    looks: list[Look]
    codes: list[str] = field(default_factory=list)
    object_id: str = ""
    operation: str = ""
    items: dict[str, str] = field(default_factory=dict)
    data: Node | None = None

    def first_text(self, *names: str) -> str:
        """Return the first text at a path of names in the notification or in a look."""
        nodes = [*([self.data] if self.data else []), *(look.node for look in self.looks)]
        return next((text for node in nodes if (text := node.first_text(*names))), "")


def sightings(root: Node, warnings: list[str]) -> list[Sighting]:
    """Return the plates of a message; ``warnings`` gets what is wrong with its boxes.

    An object followed through several frames is one sighting; a notification about it takes the
    place of the bare one, because it says more.
    """
    every = (look for frame in root.within("Frame") for look in _looks(frame, warnings))
    looks = list(islice(every, MOST_LOOKS))
    if next(every, None):
        warnings.append("objects_left_out")
    found = [*_of_notifications(root, looks)]
    named = {sighting.object_id for sighting in found if sighting.object_id}
    return found + [sighting for sighting in _of_looks(looks) if sighting.object_id not in named]


def _looks(frame: Node, warnings: list[str]) -> Iterator[Look]:
    written = frame.attribute("UtcTime")
    for node in frame.children():
        if node.name == "Object":
            kind = "vehicle" if _is_vehicle(node) else "plate"
            box = _box(kind, node, frame, warnings)
            yield Look(
                written,
                node.attribute("ObjectId"),
                node.attribute("Parent"),
                node,
                frame,
                (box,) if box else (),
            )


def _is_vehicle(node: Node) -> bool:
    words = {found.text for found in node.within("Type")}
    if "LicensePlate" in words and node.first("VehicleInfo") is None:
        return False
    return bool(words & _VEHICLE_CLASSES) or node.first("VehicleInfo") is not None


def _of_looks(looks: list[Look]) -> Iterator[Sighting]:
    """Yield one sighting for each object that bears a plate, with its vehicle's looks."""
    seen: set[str] = set()
    for number, look in enumerate(looks):
        plate = look.node.first_text("LicensePlateInfo", "PlateNumber")
        name = look.object_id or f"#{number}"
        if not plate or name in seen or _is_told_by_its_vehicle(looks, look):
            continue
        seen.add(name)
        own = _with_parts(looks, look) if look.object_id else [look]
        best = max(own, key=lambda one: (_has_plate(one), _likelihood(one.node)))
        yield Sighting(
            written=best.written,
            plate=best.node.first_text("LicensePlateInfo", "PlateNumber"),
            likelihood=_likelihood_text(best.node),
            looks=own,
            codes=_sources(own),
            object_id=look.object_id,
        )


def _is_told_by_its_vehicle(looks: list[Look], look: Look) -> bool:
    """Tell whether a plate object repeats the plate of the vehicle it is a part of."""
    return any(
        look.parent_id and other.object_id == look.parent_id and _has_plate(other)
        for other in looks
    )


def _sources(looks: list[Look]) -> list[str]:
    names = [look.scene.attribute("Source") for look in looks if look.scene]
    return list(dict.fromkeys(filter(None, names)))


def _of_notifications(root: Node, looks: list[Look]) -> Iterator[Sighting]:
    nodes = list(islice(root.within("NotificationMessage"), MOST_NOTIFICATIONS))
    if not nodes and root.first("Data"):
        nodes = [root]  # the JSON form: one notification is the whole message
    for node in nodes:
        data = node.first("Data")
        operation = _anywhere(node, "PropertyOperation")
        if data is None or operation == "Deleted":
            continue
        items = _items(data)
        around = {**_items(node.first("Source")), **_items(node.first("Key"))}
        object_id = around.get("ObjectId") or items.get("ObjectId", "")
        own = [look for look in looks if object_id and look.object_id == object_id]
        own = [other for look in own[:1] for other in _with_parts(looks, look)]
        plate = data.first_text("LicensePlateInfo", "PlateNumber") or _first(items, _PLATE_ITEMS)
        plated = next((look for look in own if _has_plate(look)), None)
        likelihood = _likelihood_text(data) or _first(items, _LIKELIHOOD_ITEMS)
        if not plate and plated:
            plate = plated.node.first_text("LicensePlateInfo", "PlateNumber")
            likelihood = _likelihood_text(plated.node)
        if not plate and not own:
            continue
        yield Sighting(
            written=_anywhere(node, "UtcTime") or (own[0].written if own else ""),
            plate=plate,
            likelihood=likelihood,
            looks=own,
            codes=_codes(around.get("Rule", ""), node.first_text("Topic")),
            object_id=object_id,
            operation=operation,
            items=items,
            data=data,
        )


def _with_parts(looks: list[Look], look: Look) -> list[Look]:
    """Return the looks at an object, at its vehicle and at its own parts (its plate)."""
    names = {look.object_id, look.parent_id} - {""}
    return [one for one in looks if one.object_id in names or one.parent_id == look.object_id]


def _items(node: Node | None) -> dict[str, str]:
    """Return the simple items of a part of a notification, whichever way they are written."""
    if node is None:
        return {}
    found = {item.attribute("Name"): item.attribute("Value") for item in node.within("SimpleItem")}
    for child in node.children():
        if child.is_leaf and child.text:
            found.setdefault(child.name, child.text)
    return found


def _codes(rule: str, topic: str) -> list[str]:
    """Return what a profile may know the event by: its rule, its topic, and that without prefix."""
    bare = "/".join(step.rpartition(":")[2] for step in topic.split("/"))
    return list(dict.fromkeys(filter(None, (rule, topic, bare))))


def _anywhere(node: Node, name: str) -> str:
    own = node.attribute(name)
    inside = (inner.attribute(name) for inner in node.within("Message"))
    return own or next(filter(None, inside), "")


def _first(items: dict[str, str], names: tuple[str, ...]) -> str:
    return next((items[name] for name in names if items.get(name)), "")


def _has_plate(look: Look) -> bool:
    return bool(look.node.first_text("LicensePlateInfo", "PlateNumber"))


def _likelihood_text(node: Node) -> str:
    """Return how sure the device is of the plate; ONVIF lets silence mean 100 %, we do not."""
    number = node.first("LicensePlateInfo", "PlateNumber")
    return number.attribute("Likelihood") if number else ""


def _likelihood(node: Node) -> float:
    return _figure(_likelihood_text(node)) or 0.0


def _box(kind: str, node: Node, frame: Node, warnings: list[str]) -> Box | None:
    """Return a bounding box as shares of the picture, from the top-left corner.

    ONVIF's normalised coordinates run from -1 to 1 with y upwards; a frame written in others
    brings its transformation, ``scale * point + translation`` (Analytics service, 5.3).
    """
    shape = node.first("BoundingBox")
    if shape is None:
        return None
    written = [shape.attribute(edge) for edge in ("left", "top", "right", "bottom")]
    edges = [_figure(text) for text in written]
    scale, move = _vector(frame, "Scale", 1.0), _vector(frame, "Translate", 0.0)
    if None in (*edges, *scale, *move):
        warnings.append("box_unreadable")
        return None
    left, top, right, bottom = (edge or 0.0 for edge in edges)
    across = sorted((edge * (scale[0] or 0.0) + (move[0] or 0.0) + 1) / 2 for edge in (left, right))
    down = sorted((1 - edge * (scale[1] or 0.0) - (move[1] or 0.0)) / 2 for edge in (top, bottom))
    inside = across[0] > -0.001 and across[1] < 1.001 and down[0] > -0.001 and down[1] < 1.001
    if not inside or across[0] >= across[1] or down[0] >= down[1]:
        warnings.append("box_outside_picture")
        return None
    x, y = max(0.0, across[0]), max(0.0, down[0])
    # Shares are rounded so that a transformation leaves no tail of digits in the event.
    width, height = min(1.0, across[1]) - x, min(1.0, down[1]) - y
    sides = (round(x, 6), round(y, 6), round(width, 6), round(height, 6))
    return Box(kind, *sides, ",".join(written))


def _vector(frame: Node, name: str, default: float) -> tuple[float | None, float | None]:
    transformation = frame.child("Transformation")
    found = transformation.child(name) if transformation else None
    if found is None:
        return default, default
    return _figure(found.attribute("x")), _figure(found.attribute("y"))


def _figure(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None  # neither nan nor infinity
