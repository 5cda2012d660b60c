"""Packages of items: a zip with imsmanifest.xml. Nothing is unpacked to a disk, and no package within is opened."""

import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from urllib.parse import unquote

from exams.rules.exchange import xml
from exams.rules.exchange.frame import CannotRead

MANIFEST = "imsmanifest.xml"
MOST_FILES = 10_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_TIMES = 200  # how much larger than its packed self a file of more than a megabyte may be
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, ValueError, OSError, EOFError
)  # fmt: skip
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # so that equal items make equal packages


class Package:
    """The files of a package by name, read one by one. Raises CannotRead for one that could do harm."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            self._files = {info.filename: info for info in self._zip.infolist() if not info.is_dir()}
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
            raise CannotRead("the file is not a zip that can be read") from None
        _refuse_harm(list(self._files.values()))

    def read(self, name: str) -> bytes:
        """Raises CannotRead where it isn't there or can't be unpacked."""
        if name not in self._files:
            raise CannotRead(f"the package has no file {name[:100]}")
        try:
            with self._zip.open(self._files[name]) as file:
                # The size in the head of a zip is only a claim.
                data = file.read(MOST_UNPACKED // 4 + 1)
        except BROKEN as fault:
            raise CannotRead(f"{name[:100]} can't be unpacked: {type(fault).__name__}") from None
        if len(data) > MOST_UNPACKED // 4:
            raise CannotRead(
                f"{name[:100]} is larger than {MOST_UNPACKED // 4 // 1024 // 1024} MB when unpacked"
            )
        return data

    def items(self) -> Iterator[tuple[str, str]]:
        """Identifier and file of each resource of the manifest that is an item; the file is nothing where its address
        leads out of the package."""
        return self._resources("imsqti_item")

    def stimuli(self) -> Iterator[tuple[str, str]]:
        """The same of each shared text."""
        return self._resources("imsqti_stimulus")

    def others(self) -> Iterator[tuple[str, str, str]]:
        """Identifier, type and file of each resource that is neither."""
        manifest = xml.parse(self.read(MANIFEST), "a manifest")
        for resource in manifest.iter():
            kind = resource.get("type", "")
            if xml.name(resource) == "resource" and not kind.startswith(("imsqti_item", "imsqti_stimulus")):
                yield resource.get("identifier", ""), kind, _within(resource.get("href", ""))

    def _resources(self, of: str) -> Iterator[tuple[str, str]]:
        manifest = xml.parse(self.read(MANIFEST), "a manifest")
        seen: set[str] = set()
        for resource in manifest.iter():
            kind = resource.get("type", "")
            if xml.name(resource) == "resource" and kind.startswith(of):
                path = _within(resource.get("href", ""))
                # A file that is named a thousand times is read once.
                if not path or path not in seen:
                    yield resource.get("identifier", ""), path
                seen.add(path)


def pack(files: Mapping[str, bytes]) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        for name, data in files.items():
            package.writestr(zipfile.ZipInfo(name, LONG_AGO), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def beside(path: str, href: str) -> str:
    """The file that `path` names by an address relative to itself; nothing where that leads out of the package."""
    if "://" in href or href.startswith(("/", "\\")):
        return ""
    return _within(posixpath.join(posixpath.dirname(path), href))


def _within(href: str) -> str:
    path = posixpath.normpath(unquote(href.partition("#")[0]))
    return "" if _leads_out(path) or "://" in href else path


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]


def _refuse_harm(files: list[zipfile.ZipInfo]) -> None:
    if len(files) > MOST_FILES:
        raise CannotRead(f"the package has {len(files)} files, and may have {MOST_FILES}")
    if sum(info.file_size for info in files) > MOST_UNPACKED:
        raise CannotRead(f"the package would be larger than {MOST_UNPACKED // 1024 // 1024} MB when unpacked")
    for info in files:
        if _leads_out(info.filename):
            raise CannotRead(f"the package has a path that leads out of it: {info.filename[:100]}")
        if info.flag_bits & 1:
            raise CannotRead(f"the package is encrypted: {info.filename[:100]}")
        if info.file_size > 1024 * 1024 and info.file_size > MOST_TIMES * max(info.compress_size, 1):
            raise CannotRead(f"{info.filename[:100]} would be {MOST_TIMES} times as large when unpacked")
