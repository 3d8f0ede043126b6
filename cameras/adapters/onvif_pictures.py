"""The pictures in an ONVIF message, as ranges of the raw body."""

from collections.abc import Iterator

from cameras.adapters.contract import MAX_PICTURES, Box, ParsedImage, Profile
from cameras.adapters.embedded import images_in
from cameras.adapters.onvif_fields import Node
from cameras.adapters.onvif_scene import Look, Sighting
from cameras.adapters.ranges import ByteRange, EmbeddedPictures, find_text, is_cut_short

_ADDRESSES = ("ImageRef", "SceneImageRef", "ImageUri")


class _Finder:
    """Where the pictures of one body stand; XML turns CRLF into LF, JSON may escape slashes."""

    def __init__(self, body: bytes):
        self._body = body
        is_json = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
        self._strings = EmbeddedPictures(body) if is_json else None

    def find(self, text: str) -> tuple[ByteRange, bytes] | None:
        """Return range and bytes of a base64 text, None when it is none."""
        if self._strings is not None:
            return self._strings.find(text)
        return find_text(self._body, text) or find_text(self._body, text.replace("\n", "\r\n"))


def pictures_of(
    sighting: Sighting, body: bytes, profile: Profile, warnings: list[str]
) -> tuple[ParsedImage, ...]:
    """Return the pictures of a sighting: each frame's scene, then the cut-outs.

    The boxes of a frame's objects belong to its scene. Appends what is wrong to ``warnings``.
    """
    finder = _Finder(body)
    found: list[ParsedImage] = []
    taken: set[tuple[str, str]] = set()
    overviews = 0
    for kind, text, written, boxes in _listed(sighting):
        role = kind
        if kind in profile.refused_pictures:
            warnings.append("picture_refused")
            continue
        if (kind, text) in taken or (kind != "overview" and kind in {k for k, _ in taken}):
            continue  # the same scene under another object, or a further cut-out of the same thing
        taken.add((kind, text))
        if kind == "overview":
            overviews += 1
            role = f"overview_{overviews}" if overviews <= 3 else "context"
            boxes = (*boxes, *profile.fixed_boxes)
        found += _picture(text, finder, role, written, boxes, warnings)
        if len(found) >= MAX_PICTURES:
            warnings.append("pictures_left_out")
            break
    nodes = [look.scene or look.node for look in sighting.looks]
    nodes += [sighting.data] if sighting.data else []
    if any(node.first(name) for node in nodes for name in _ADDRESSES):
        warnings.append("picture_by_url")
    return tuple(found)


def _picture(
    text: str,
    finder: _Finder,
    role: str,
    written: str,
    boxes: tuple[Box, ...],
    warnings: list[str],
) -> list[ParsedImage]:
    where = finder.find(text)
    if where is None:
        warnings.append("picture_not_jpeg" if len(text.strip()) >= 64 else "picture_empty")
        return []
    place, data = where
    return images_in(
        data,
        place,
        role=role,
        warnings=warnings,
        name=role,
        captured_local=written[:40],
        boxes=boxes,
        cut_short=is_cut_short(text),
    )


def _listed(sighting: Sighting) -> Iterator[tuple[str, str, str, tuple[Box, ...]]]:
    """Yield (kind, base64 text, time as written, boxes), scenes first and in their order."""
    for look in sighting.looks:
        scene = look.scene.child("SceneImage") if look.scene else None
        if scene is not None:
            yield "overview", scene.raw_text, look.written, _boxes_of(sighting, look)
    if sighting.data is not None:
        yield from _of_data(sighting.data, sighting.written)
    for look in sighting.looks:
        for kind, node in _cut_outs(look.node):
            yield kind, node.raw_text, look.written, ()


def _boxes_of(sighting: Sighting, look: Look) -> tuple[Box, ...]:
    """Return the boxes of all looks in the same frame: the vehicle's and its plate's."""
    same = [other for other in sighting.looks if other.scene is look.scene]
    return tuple(box for other in same for box in other.boxes)


def _cut_outs(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield the pictures of an object; one inside the plate's or vehicle's data shows that."""
    plate, vehicle = node.first("LicensePlateInfo", "Image"), node.first("VehicleInfo", "Image")
    if plate is not None:
        yield "plate_crop", plate
    if vehicle is not None:
        yield "vehicle_crop", vehicle
    appearance = node.child("Appearance")
    own = appearance.child("Image") if appearance else None
    if own is not None:
        is_plate = any(found.text == "LicensePlate" for found in node.within("Type"))
        yield ("plate_crop" if is_plate else "vehicle_crop"), own


def _of_data(data: Node, written: str) -> Iterator[tuple[str, str, str, tuple[Box, ...]]]:
    """Yield the pictures a notification itself carries, by what their names say of them."""
    yield from ((kind, node.raw_text, written, ()) for kind, node in _cut_outs(data))
    for child in data.children():
        name, text = child.attribute("Name") or child.name, child.raw_text
        if child.name == "SimpleItem":
            text = child.raw_attribute("Value")
        if "image" in name.lower() and "uri" not in name.lower() and text.strip():
            lower = name.lower()
            kind = "plate_crop" if "plate" in lower else "vehicle_crop"
            yield ("overview" if "scene" in lower else kind), text, written, ()
