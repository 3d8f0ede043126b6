"""The pictures of a GA/T 1400 vehicle: base64 text in its ``SubImageList``, never by address."""

from cameras.adapters.contract import Box, ParsedImage, Profile
from cameras.adapters.gat1400_words import PICTURE_ROLES
from cameras.adapters.json_delivery import JsonDelivery
from cameras.adapters.vendor_claims import PictureRoles, box_scale, corner_box, warn_of_missing
from cameras.adapters.vendor_json import VendorFields

_BOXES = {
    "vehicle": ("LeftTopX", "LeftTopY", "RightBtmX", "RightBtmY"),
    "plate": ("PlateNoLeftTopX", "PlateNoLeftTopY", "PlateNoRightBtmX", "PlateNoRightBtmY"),
}
_ADDRESSES = ("StorageUrl1", "StorageUrl2", "StorageUrl3", "StorageUrl4", "StorageUrl5")


def pictures_of(
    delivery: JsonDelivery, vehicle: VendorFields, profile: Profile, warnings: list[str]
) -> list[ParsedImage]:
    """Return the pictures of one vehicle; boxes are drawn into the first full one."""
    roles = PictureRoles(profile)
    images: list[ParsedImage] = []
    listed = vehicle.items("SubImageList", "SubImageInfoObject")
    for item in listed:
        kind = item.text("Type").lstrip("0")
        role_kind = PICTURE_ROLES.get(kind)
        if role_kind is None:
            warnings.append("picture_type_unknown")
        role_kind = role_kind or "context"
        if {role_kind, item.text("Type")} & set(profile.refused_pictures):
            warnings.append("picture_refused")
            continue
        text = item.at("Data")
        if not isinstance(text, str) or not text:
            by_url = item.text("StoragePath")
            missing = "picture_empty" if isinstance(text, str) else "picture_missing"
            warnings.append("picture_by_url" if by_url else missing)
            continue
        role = roles.role(role_kind)
        boxes = _boxes(vehicle, item, profile, warnings) if role == "overview_1" else ()
        images += delivery.embedded(
            text,
            role=role,
            warnings=warnings,
            name=item.text("ImageID")[:60],
            captured_local=item.text("ShotTime"),
            boxes=roles.boxes(role, boxes),
        )
    if not listed and any(vehicle.text(name) for name in _ADDRESSES):
        warnings.append("picture_by_url")
    warn_of_missing(images, len(listed), profile, warnings)
    return images


def _boxes(
    vehicle: VendorFields, item: VendorFields, profile: Profile, warnings: list[str]
) -> tuple[Box, ...]:
    scale = box_scale(profile.plate_box_unit, item.text("Width"), item.text("Height"))
    found: tuple[Box, ...] = ()
    for kind, names in _BOXES.items():
        corners = tuple(vehicle.text(name) for name in names)
        if all(corners):
            found += corner_box(kind, corners, scale, warnings)
    return found
