"""As what a file of a package is handed out, by the ending of its name."""

from pathlib import PurePosixPath

_TEXTS = {
    "html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml", "css": "text/css",
    "js": "text/javascript", "mjs": "text/javascript", "json": "application/json", "xml": "text/xml",
    "xsd": "text/xml", "dtd": "text/plain", "txt": "text/plain", "csv": "text/csv", "vtt": "text/vtt",
    "svg": "image/svg+xml",
}  # fmt: skip
_OTHERS = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "ico": "image/x-icon", "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "wav": "audio/wav", "mp4": "video/mp4",
    "webm": "video/webm", "pdf": "application/pdf", "wasm": "application/wasm",
}  # fmt: skip


def type_of(path: str) -> str:
    """A media type; that of nothing in particular for an ending that is not known."""
    ending = PurePosixPath(path).suffix.lstrip(".").lower()
    if ending in _TEXTS:
        return f"{_TEXTS[ending]}; charset=utf-8" if ending not in ("html", "htm") else "text/html"
    return _OTHERS.get(ending, "application/octet-stream")
