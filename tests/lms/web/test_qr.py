import base64
import struct

from lms.web import qr

ADDRESS = "https://example.org/v/AIMS-LA-7F3K9-2QXM4-T/?k=abcdefghijklmnop"


def test_the_same_text_gives_the_same_picture():
    assert qr.png(ADDRESS) == qr.png(ADDRESS)
    assert qr.png(ADDRESS) != qr.png(ADDRESS + "q")


def test_it_is_a_square_png_of_one_bit():
    picture = qr.png(ADDRESS, scale=1, border=4)
    width, height, depth = struct.unpack(">IIB", picture[16:25])
    assert picture.startswith(b"\x89PNG")
    assert width == height
    assert depth == 1


def test_the_address_carries_the_picture_itself():
    head, body = qr.data_uri(ADDRESS).split(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(body) == qr.png(ADDRESS)
