"""The pictures Stream sends: what each shows, and the boxes in pixels of it."""

from cameras.adapters.contract import Box
from cameras.adapters.embedded import scaled_box
from cameras.adapters.multipart import Part
from cameras.adapters.vendor_json import VendorFields
from cameras.images import jpeg_size


def role_of(part: Part) -> str:
    """Return what a part shows: Stream can be set to send a cut-out of the vehicle as well."""
    name = f"{part.name} {part.filename.rpartition('/')[2]}".lower()
    if "plate" in part.name.lower():
        return "plate_crop"
    return "vehicle_crop" if "vehicle" in name else "overview"


def boxes_of(result: VendorFields, data: bytes, warnings: list[str]) -> tuple[Box, ...]:
    """Return plate and vehicle as shares of the picture, whose size its own header tells."""
    size = jpeg_size(data)
    if size is None:
        return ()
    found = []
    for kind, box in (
        ("plate", result.fields("box")),
        ("vehicle", result.fields("vehicle", "box")),
    ):
        edges = [box.text(side) for side in ("xmin", "ymin", "xmax", "ymax")]
        if not any(edges):
            continue
        corners = _corners(edges)
        if corners is None:
            warnings.append("box_unreadable")
            continue
        scaled = scaled_box(kind, corners, float(size[0]), float(size[1]), warnings)
        found += [scaled] if scaled else []
    return tuple(found)


def _corners(edges: list[str]) -> tuple[str, ...] | None:
    """Return left, top, width and height of left, top, right and bottom; None if no figures."""
    if not all(edge.isascii() and edge.isdigit() and len(edge) <= 6 for edge in edges):
        return None
    left, top, right, bottom = (int(edge) for edge in edges)
    return str(left), str(top), str(right - left), str(bottom - top)
