"""A credential goes into a picture and comes out again; nothing else comes out."""

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from certificates.rules import baking

TEXT = '{"name": "Zoë"}'


def plain(**told):
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, "PNG", **told)
    return out.getvalue()


def test_what_goes_into_a_png_comes_out_and_others_see_the_same_picture():
    baked = baking.png(plain(), TEXT)
    assert baking.from_png(baked) == TEXT
    image = Image.open(io.BytesIO(baked))
    image.load()
    assert image.text["openbadgecredential"] == TEXT


def test_a_packed_text_is_read_as_far_as_a_credential_may_be_long():
    for text, fits in ((TEXT, True), ("x" * 20_000_000, False)):
        told = PngInfo()
        told.add_itxt("openbadgecredential", text, zip=True)
        if fits:
            assert baking.from_png(plain(pnginfo=told)) == text
        else:
            with pytest.raises(baking.Unbaked, match="too large"):
                baking.from_png(plain(pnginfo=told))


def test_what_goes_into_an_svg_comes_out():
    assert baking.from_svg(baking.svg("<svg><path/></svg>", TEXT).encode()) == TEXT


BAKED = baking.png(plain(), TEXT)
DAMAGED = {
    "nothing": b"",
    "no picture": b"GIF89a",
    "without a credential": plain(),
    "two credentials": baking.png(BAKED, TEXT),
    "broken off": BAKED[:60],
    "altered": BAKED.replace(b"Zo", b"Zu"),
    "a length beyond the end": BAKED[:8] + struct.pack(">I", 2**31) + BAKED[12:],
    "another first chunk": BAKED[:8] + struct.pack(">I4sI", 0, b"IEND", zlib.crc32(b"IEND")),
}


@pytest.mark.parametrize("picture", DAMAGED.values(), ids=DAMAGED)
def test_a_png_without_one_whole_credential_is_refused(picture):
    with pytest.raises(baking.Unbaked):
        baking.from_png(picture)


@pytest.mark.parametrize(
    "picture",
    [
        b"", b"<svg/>", b"\xff\xfe", b"<svg" * 100_000,
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>',
        baking.svg("<svg><path/></svg>", TEXT).replace("<path/>", f'<o:credential xmlns:o="{baking.NAMESPACE}">x</o:credential>').encode(),
    ],
)  # fmt: skip
def test_an_svg_without_one_whole_credential_is_refused(picture):
    with pytest.raises(baking.Unbaked):
        baking.from_svg(picture)
