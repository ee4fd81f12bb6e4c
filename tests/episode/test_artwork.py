"""A cover is checked before it is published, and its two forms are made once."""

from __future__ import annotations

import io
import os
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from ki_briefing.base.errors import ArticleError, ConfigError
from ki_briefing.base.store import Store
from ki_briefing.episode import artwork


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


def saved(folder: Path, name: str, mode: str = "RGB", size: tuple[int, int] = (1400, 1400), **options: object) -> Path:
    path = folder / name
    colour: object = (200, 90, 40, 255)[: len(mode)] if mode in {"RGB", "RGBA", "CMYK"} else 90
    Image.new(mode, size, colour).save(path, **options)  # type: ignore[arg-type]  # Pillow types no forwarded options
    return path


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


def test_the_shipped_cover_fits_every_directory_and_every_tag(store: Store) -> None:
    made = artwork.load_cover(None, store)

    feed, tag, thumbnail = opened(made.feed), opened(made.tag), opened(made.thumbnail)
    assert (feed.format, feed.mode, feed.size) == ("JPEG", "RGB", (3000, 3000))
    assert (tag.format, tag.mode, tag.size) == ("JPEG", "RGB", (800, 800))
    assert len(made.feed) <= 500_000
    assert (thumbnail.format, thumbnail.mode, thumbnail.size) == ("JPEG", "RGB", (400, 400))
    assert len(made.tag) <= 150_000
    assert len(made.thumbnail) <= 30_000


@pytest.mark.parametrize("name", ["cover.jpg", "cover.png"])
def test_a_producers_picture_keeps_its_size_in_the_feed(name: str, tmp_path: Path, store: Store) -> None:
    made = artwork.load_cover(saved(tmp_path, name, size=(1600, 1600)), store)

    assert opened(made.feed).size == (1600, 1600)
    red, green, blue = opened(made.tag).getpixel((400, 400))  # type: ignore[misc]  # an RGB pixel has three
    assert abs(red - 200) + abs(green - 90) + abs(blue - 40) < 12


def test_a_cover_is_made_once_and_the_same_again(tmp_path: Path, store: Store) -> None:
    path = saved(tmp_path, "cover.png")
    first = artwork.load_cover(path, store)
    files = {file: file.stat().st_mtime_ns for file in store.folder.rglob("*") if file.is_file()}

    assert artwork.load_cover(path, store) == first
    assert {file: file.stat().st_mtime_ns for file in store.folder.rglob("*") if file.is_file()} == files
    assert artwork.load_cover(path, Store(tmp_path / "other")) == first


def test_the_place_where_a_photo_was_taken_is_not_passed_on(tmp_path: Path, store: Store) -> None:
    exif = Image.Exif()
    exif[0x010E] = "geheimer Ort"
    made = artwork.load_cover(saved(tmp_path, "photo.jpg", exif=exif), store)

    assert b"geheimer Ort" not in made.feed + made.tag + made.thumbnail
    assert not opened(made.feed).getexif()


@pytest.mark.parametrize(
    ("mode", "name", "size", "complaint"),
    [
        ("RGB", "wide.png", (1600, 1400), "1600 by 1400 pixels, not square"),
        ("RGB", "small.png", (1399, 1399), "directories take 1400 to 3000"),
        ("RGB", "large.png", (3001, 3001), "directories take 1400 to 3000"),
        ("RGB", "cover.bmp", (1400, 1400), "neither JPEG, PNG, WebP nor GIF"),
    ],
)
def test_an_unfit_picture_is_named_with_what_to_do(
    mode: str, name: str, size: tuple[int, int], complaint: str, tmp_path: Path, store: Store
) -> None:
    with pytest.raises(ConfigError, match=complaint) as caught:
        artwork.load_cover(saved(tmp_path, name, mode, size), store)

    assert name in caught.value.message
    assert caught.value.hint


def strange(folder: Path, name: str) -> Path:
    """Return a picture of one orange, as programs other than ours save it."""
    path, orange = folder / name, (200, 90, 40)
    plain = Image.new("RGB", (1400, 1400), orange)
    if name == "druck.jpg":
        plain.convert("CMYK").save(path)
    elif name == "web.webp":
        plain.save(path, lossless=True)
    elif name == "durchsichtig.png":
        hole = Image.new("RGBA", (1400, 1400), (*orange, 255))
        hole.paste((0, 0, 0, 0), (0, 0, 1400, 300))
        hole.save(path)
    elif name == "palette.png":
        plain.quantize(4).save(path, transparency=3)
    elif name in ("bewegt.gif", "bewegt.png"):
        plain.save(path, save_all=True, append_images=[Image.new("RGB", (1400, 1400), "blue")])
    else:
        assert name == "kaputtes-profil.jpg"
        plain.save(path, icc_profile=b"no profile")
    return path


STRANGE = ["druck.jpg", "web.webp", "durchsichtig.png", "palette.png", "bewegt.gif", "bewegt.png"]


@pytest.mark.parametrize("name", [*STRANGE, "kaputtes-profil.jpg"])
def test_a_picture_of_any_kind_becomes_srgb_on_white(name: str, tmp_path: Path, store: Store) -> None:
    made = opened(artwork.load_picture(strange(tmp_path, name), store).feed)

    assert (made.mode, made.info.get("icc_profile")) == ("RGB", None)
    red, green, blue = made.getpixel((700, 900))  # type: ignore[misc]  # an RGB pixel has three
    assert abs(red - 200) + abs(green - 90) + abs(blue - 40) < 16
    if name == "durchsichtig.png":
        assert made.getpixel((700, 100)) == (255, 255, 255)


def test_sixteen_bits_become_eight(tmp_path: Path, store: Store) -> None:
    Image.new("I;16", (1400, 1400), 0x8080).save(tmp_path / "grau.png")

    made = opened(artwork.load_picture(tmp_path / "grau.png", store).feed)

    assert made.getpixel((700, 700)) == pytest.approx((128, 128, 128), abs=2)


def test_colours_of_another_profile_are_shown_as_they_are_meant(tmp_path: Path, store: Store) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB", 5000)).tobytes()
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = swapped.replace(b"rXYZ", b"tmpX").replace(b"bXYZ", b"rXYZ").replace(b"tmpX", b"bXYZ")  # red means blue
    seen = {}
    for name, profile in (("lab.jpg", lab), ("swapped.jpg", swapped)):
        path = saved(tmp_path, name, icc_profile=profile)
        seen[name] = opened(artwork.load_picture(path, store).feed).getpixel((700, 700))

    assert seen["lab.jpg"] == pytest.approx((200, 90, 40), abs=6)  # of other colours than the picture's: passed over
    assert seen["swapped.jpg"] == pytest.approx((40, 90, 200), abs=6)


def test_a_photo_is_upright_though_the_camera_was_not(tmp_path: Path, store: Store) -> None:
    picture, exif = Image.new("RGB", (1400, 1400), "black"), Image.Exif()
    picture.paste((255, 255, 255), (0, 0, 1400, 300))  # its top, which is its right when it is upright
    exif[0x0112] = 6
    picture.save(tmp_path / "foto.jpg", exif=exif)

    made = opened(artwork.load_picture(tmp_path / "foto.jpg", store).feed).convert("L")

    assert made.getpixel((1300, 1000)) > 240  # type: ignore[operator]  # one channel's pixel is a number
    assert made.getpixel((100, 100)) < 16  # type: ignore[operator]


def test_a_torn_missing_or_hostile_file_is_an_error_of_the_settings(tmp_path: Path, store: Store) -> None:
    whole = saved(tmp_path, "whole.png").read_bytes()
    torn = tmp_path / "torn.png"
    torn.write_bytes(whole[: len(whole) // 2])
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(whole[:16] + (60_000).to_bytes(4, "big") * 2 + whole[24:])
    words = tmp_path / "words.png"
    words.write_text("Das ist kein Bild.", encoding="utf-8")

    for path in (torn, bomb, words, tmp_path / "absent.png", tmp_path):
        with pytest.raises(ConfigError):
            artwork.load_cover(path, store)


@pytest.mark.parametrize("size", [(1600, 900), (900, 1600), (4000, 3000), (700, 700)])
def test_an_articles_picture_becomes_a_square_cover(size: tuple[int, int], tmp_path: Path, store: Store) -> None:
    path = saved(tmp_path, "bild.jpg", size=size)

    made = artwork.load_picture(path, store)

    assert opened(made.feed).size == (1400, 1400)
    assert opened(made.tag).size == (800, 800)
    assert artwork.load_picture(path, store) == made


def test_an_articles_picture_is_cut_around_its_middle(tmp_path: Path, store: Store) -> None:
    picture = Image.new("RGB", (2000, 1000), (0, 0, 0))
    picture.paste((255, 255, 255), (500, 0, 1500, 1000))
    picture.save(tmp_path / "bild.png")

    square = opened(artwork.load_picture(tmp_path / "bild.png", store).feed).convert("L")

    assert square.crop((20, 20, 1380, 1380)).getextrema()[0] > 240  # type: ignore[operator]  # one channel's darkest


@pytest.mark.parametrize(("name", "size"), [("klein.jpg", (1600, 699)), ("bild.bmp", (1400, 1400))])
def test_a_picture_that_cannot_be_a_cover_is_the_articles_fault(
    name: str, size: tuple[int, int], tmp_path: Path, store: Store
) -> None:
    with pytest.raises(ArticleError, match=name) as caught:
        artwork.load_picture(saved(tmp_path, name, size=size), store)

    assert caught.value.hint


@pytest.mark.parametrize("name", ["pipe", "a\0b", "x" * 5000, "/dev/zero"])
def test_what_is_no_file_is_refused_at_once_and_the_setting_named(name: str, tmp_path: Path, store: Store) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ConfigError, match="cannot be read") as caught:
        artwork.load_cover(tmp_path / name, store)

    assert "[podcast] cover in show.toml" in caught.value.hint
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("size", [(9400, 9400), (6001, 1000), (6000, 6001)])
def test_an_articles_picture_is_refused_by_its_header_before_a_pixel_is_decoded(
    size: tuple[int, int], tmp_path: Path, store: Store
) -> None:
    whole = saved(tmp_path, "bild.png").read_bytes()
    header = whole[12:16] + b"".join(side.to_bytes(4, "big") for side in size) + whole[24:29]
    (tmp_path / "bild.png").write_bytes(whole[:12] + header + zlib.crc32(header).to_bytes(4, "big") + whole[33:])

    with pytest.raises(ArticleError, match="at most 6000 each way and 36 million in all") as caught:
        artwork.load_picture(tmp_path / "bild.png", store)

    assert "the article's image" in caught.value.hint
