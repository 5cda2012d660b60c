"""Pictures of strangers: what they are by their content."""

import re
from io import BytesIO

from PIL import Image

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
KINDS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
_DRAWING = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_ACTS = re.compile(rb"<script|\son\w+\s*=|javascript:|<foreignObject|<!ENTITY", re.IGNORECASE)


class NotTaken(Exception):
    """A picture that is refused. The text is the reason."""


class LeftOut(NotTaken):
    """A picture that does no harm, and that pages don't show."""


def checked(data: bytes, name: str) -> bytes:
    """The picture again, where it is one that pages may show. Raises NotTaken."""
    said = name.rpartition("/")[2][:100]
    if len(data) > MOST_BYTES:
        raise NotTaken(f"its picture {said} is larger than {MOST_BYTES // 1024 // 1024} MB")
    if _DRAWING.search(data[:4000]) or name.lower().endswith((".svg", ".svgz")):
        if _ACTS.search(data):
            raise NotTaken(f"its picture {said} is a drawing (SVG) that has a script in it")
        raise LeftOut(f"its picture {said} is a drawing (SVG) and left out: save it as PNG")
    try:
        with Image.open(BytesIO(data), formats=list(KINDS)) as picture:
            width, height = picture.size
    except Exception:  # whatever the library meets in a file of strangers, it is no picture that we take
        raise NotTaken(f"its picture {said} is no PNG, JPEG, GIF or WebP that can be read") from None
    if width * height > MOST_PIXELS:
        raise NotTaken(
            f"its picture {said} has {width} times {height} dots, which is more than is shown here"
        )
    return data
