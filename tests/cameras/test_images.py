"""Pictures from outside: what is opened, what is refused, what a copy loses."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageChops, ImageDraw

from cameras import images
from cameras.adapters.contract import Box
from cameras.images import (
    ImageRefused,
    blur_outside,
    crop_to,
    inspect_jpeg,
    jpeg_ranges,
    safe_copy,
)

pytestmark = pytest.mark.gate

PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "samples" / "photos"


def picture(size=(1280, 720), colour="steelblue", **save) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", **save)
    return out.getvalue()


def checked(size=(1280, 720)) -> bytes:
    """Return a picture full of fine detail, so that blur is measurable."""
    drawn = Image.new("RGB", size, "black")
    draw = ImageDraw.Draw(drawn)
    for left in range(0, size[0], 8):
        draw.rectangle((left, 0, left + 3, size[1]), fill="white")
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=95)
    return out.getvalue()


def contrast(data: bytes, box: tuple[int, int, int, int]) -> int:
    low, high = Image.open(io.BytesIO(data)).convert("L").crop(box).getextrema()
    return high - low


def steepest(data: bytes, box: tuple[int, int, int, int]) -> int:
    """Return the largest step between two neighbouring pixels of a row."""
    part = Image.open(io.BytesIO(data)).convert("L").crop(box)
    shifted = ImageChops.offset(part, 1, 0)
    steps = ImageChops.difference(part, shifted).crop((1, 0, part.width, part.height))
    return steps.getextrema()[1]


def refused(data: bytes) -> str:
    with pytest.raises(ImageRefused) as caught:
        inspect_jpeg(data)
    return caught.value.code


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 4}])
def test_a_sound_picture_has_a_size_and_no_flag(options):
    facts = inspect_jpeg(picture(**options))
    assert (facts.width, facts.height, facts.flags) == (1280, 720, ())


def test_a_small_picture_is_flagged_as_too_small_for_evidence():
    assert inspect_jpeg(picture((640, 480))).flags == ("low_resolution",)


def test_a_zip_behind_a_picture_is_flagged_and_gone_in_the_copy():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    data = picture() + out.getvalue()
    assert inspect_jpeg(data).flags == ("trailing_bytes",)
    assert b"run.js" not in safe_copy(data, 800)


def test_two_joined_pictures_are_flagged_and_told_apart():
    first, second = picture(), picture(colour="red")
    assert inspect_jpeg(first + second).flags == ("joined_jpeg",)
    assert jpeg_ranges(first + second) == [(0, len(first)), (len(first), len(second))]


def test_a_truncated_picture_is_flagged_and_never_shown_as_whole():
    data = checked()[:-4000]
    assert "truncated" in inspect_jpeg(data).flags
    with pytest.raises(ImageRefused) as caught:
        safe_copy(data, 800)
    assert caught.value.code == "truncated"


@pytest.mark.parametrize("form", ["PNG", "GIF", "BMP", "TIFF"])
def test_other_picture_formats_are_refused(form):
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, form)
    assert refused(out.getvalue()) == "not_jpeg"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"PK\x03\x04",
        b"%!PS-Adobe",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\x00\x02" * 3,
    ],
)
def test_what_is_no_picture_is_refused(data):
    assert refused(data) == "not_jpeg"


def test_a_picture_that_claims_a_huge_size_is_refused_before_it_is_decoded():
    data = bytearray(picture((64, 64)))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
    assert refused(bytes(data)) == "too_many_pixels"


def test_more_than_six_mebibytes_are_refused():
    assert refused(picture() + bytes(6 * 1024 * 1024)) == "too_large"


def test_damaged_tables_are_refused_as_undecodable():
    data = bytearray(picture((64, 64)))
    tables = data.index(b"\xff\xc4")
    data[tables + 5 : tables + 21] = b"\xff" * 16
    assert refused(bytes(data)) == "undecodable"


def test_metadata_are_read_as_a_claim_and_left_out_of_the_copy():
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "CAM\x00 7"
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.GPSInfo)[1] = "N"
    data = picture(exif=exif)
    facts = inspect_jpeg(data)
    assert ("Model", "CAM 7") in facts.exif or ("Model", "CAM") in facts.exif
    assert ("GPS", "present") in facts.exif
    assert "rotated" in facts.flags
    copy = Image.open(io.BytesIO(safe_copy(data, 800)))
    assert dict(copy.getexif()) == {}
    assert "exif" not in copy.info


def test_broken_metadata_are_no_metadata():
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "CAM"
    data = bytearray(picture(exif=exif))
    start = data.index(b"Exif\x00\x00") + 6
    data[start + 8 : start + 20] = b"\xff" * 12
    assert inspect_jpeg(bytes(data)).width == 1280


def test_a_copy_keeps_the_shape_within_the_largest_side():
    copy = Image.open(io.BytesIO(safe_copy(picture((1920, 1080)), 960)))
    assert copy.size == (960, 540)


def test_a_grey_picture_becomes_a_colour_copy():
    out = io.BytesIO()
    Image.new("L", (1300, 800), 90).save(out, "JPEG")
    assert Image.open(io.BytesIO(safe_copy(out.getvalue(), 500))).mode == "RGB"


def test_only_the_vehicle_stays_sharp():
    shown = blur_outside(checked(), Box("vehicle", 0.4, 0.4, 0.2, 0.2))
    assert steepest(shown, (540, 320, 740, 420)) > 100
    for outside in [(0, 0, 400, 700), (850, 0, 1280, 700), (540, 0, 740, 200)]:
        assert steepest(shown, outside) < 12


def test_several_boxes_stay_sharp():
    shown = blur_outside(
        checked(), [Box("vehicle", 0.4, 0.4, 0.2, 0.2), Box("signal", 0.8, 0.1, 0.1, 0.1)]
    )
    assert contrast(shown, (1040, 80, 1140, 130)) > 200


def test_a_box_outside_the_picture_leaves_nothing_sharp():
    shown = blur_outside(checked(), Box("vehicle", 1.2, 0.4, 0.2, 0.2))
    assert steepest(shown, (0, 0, 1280, 720)) < 12


def test_the_watermark_is_written_at_the_foot():
    plain = blur_outside(picture(), Box("vehicle", 0.4, 0.4, 0.2, 0.2))
    marked = blur_outside(
        picture(), Box("vehicle", 0.4, 0.4, 0.2, 0.2), watermark="Bản xem của chủ xe"
    )
    assert contrast(plain, (300, 690, 980, 718)) < 20
    assert contrast(marked, (300, 690, 980, 718)) > 150


def test_a_detail_is_cut_out_and_enlarged():
    detail = Image.open(io.BytesIO(crop_to(checked(), Box("plate", 0.5, 0.5, 0.05, 0.02))))
    assert max(detail.size) == 320
    with pytest.raises(ImageRefused):
        crop_to(checked(), Box("plate", 1.5, 0.5, 0.1, 0.1))


def test_the_pixel_limit_stays_below_the_limit_of_the_decoder():
    assert images.MAX_PIXELS < Image.MAX_IMAGE_PIXELS


@pytest.mark.skipif(not PHOTOS.is_dir(), reason="the shared samples are not on this machine")
def test_real_photographs_are_opened_and_copied():
    for path in sorted(PHOTOS.glob("*.jpg")):
        facts = inspect_jpeg(path.read_bytes())
        copy = Image.open(io.BytesIO(safe_copy(path.read_bytes(), 400)))
        assert max(copy.size) == min(400, max(facts.width, facts.height))
