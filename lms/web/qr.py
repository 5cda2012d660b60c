"""QR codes as small black and white pictures."""

import base64
import io

import segno


def png(text: str, *, scale: int = 4, border: int = 4) -> bytes:
    """A one-bit PNG of the QR code for a text, error correction M.

    The mask is fixed, so that nothing has to be tried and the same text gives the same picture.
    """
    code = segno.make(text, error="m", boost_error=False, micro=False, mask=3)
    out = io.BytesIO()
    code.save(out, kind="png", scale=scale, border=border)
    return out.getvalue()


def data_uri(text: str, *, scale: int = 4, border: int = 4) -> str:
    """The same as an address that a page or a document can carry within itself."""
    return "data:image/png;base64," + base64.b64encode(png(text, scale=scale, border=border)).decode()
