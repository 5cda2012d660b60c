"""Archives of strangers, read in memory: nothing is unpacked to a disk, and no archive within is opened."""

import lzma
import posixpath
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from urllib.parse import unquote

from lms.kit.refusing import CannotRead

MOST_FILES = 10_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_TIMES = 200  # how much larger than its packed self a file of more than a megabyte may be
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, ValueError, OSError, EOFError
)  # fmt: skip
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # so that equal files make equal archives


class Archive:
    """The files of a zip by name, read one by one. Raises CannotRead for one that could do harm.

    `most` is how many bytes it may have when it is unpacked, and `largest` how many of them one file.
    """

    def __init__(self, data: bytes, *, most: int = MOST_UNPACKED, largest: int = MOST_UNPACKED // 4) -> None:
        self.largest = largest
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            self._files = {info.filename: info for info in self._zip.infolist() if not info.is_dir()}
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
            raise CannotRead("the file is not a zip that can be read") from None
        _refuse_harm(list(self._files.values()), most)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._files)

    def has(self, name: str) -> bool:
        return name in self._files

    def read(self, name: str) -> bytes:
        """Raises CannotRead where it isn't there or can't be unpacked."""
        if name not in self._files:
            raise CannotRead(f"the package has no file {name[:100]}")
        try:
            with self._zip.open(self._files[name]) as file:
                # The size in the head of a zip is only a claim.
                data = file.read(self.largest + 1)
        except BROKEN as fault:
            raise CannotRead(f"{name[:100]} can't be unpacked: {type(fault).__name__}") from None
        if len(data) > self.largest:
            raise CannotRead(f"{name[:100]} is larger than {self.largest // 1024 // 1024} MB when unpacked")
        return data


class Tarball:
    """The same of a tar.gz. Links and devices in it are refused."""

    def __init__(self, data: bytes, *, most: int = MOST_UNPACKED) -> None:
        try:
            opener = zlib.decompressobj(wbits=31)
            # No more of it is unpacked than may be, whatever its head claims.
            unpacked = opener.decompress(data, most + 1)
            if len(unpacked) > most:
                raise CannotRead(f"the archive would be larger than {most // 1024 // 1024} MB when unpacked")
            with tarfile.open(fileobj=BytesIO(unpacked), mode="r:") as archive:
                self._files = dict(_members(archive))
        except (tarfile.TarError, zlib.error, ValueError, OSError, EOFError):
            raise CannotRead("the file is not a tar.gz that can be read") from None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._files)

    def has(self, name: str) -> bool:
        return name in self._files

    def read(self, name: str) -> bytes:
        """Raises CannotRead where it isn't there."""
        if name not in self._files:
            raise CannotRead(f"the archive has no file {name[:100]}")
        return self._files[name]


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for count, member in enumerate(archive):
        name = member.name.removeprefix("./")
        if count > MOST_FILES:
            raise CannotRead(f"the archive has more than {MOST_FILES} files")
        if leads_out(name):
            raise CannotRead(f"the archive has a path that leads out of it: {name[:100]}")
        if member.isdir():
            continue
        held = archive.extractfile(member) if member.isreg() and not member.issparse() else None
        if held is None:
            raise CannotRead(f"the archive has a link or a device in it: {name[:100]}")
        yield name, held.read()


def pack(files: Mapping[str, bytes]) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        for name, data in files.items():
            package.writestr(zipfile.ZipInfo(name, LONG_AGO), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def beside(path: str, href: str) -> str:
    """The file that `path` names by an address relative to itself; nothing where that leads out of the archive."""
    if "://" in href or href.startswith(("/", "\\")):
        return ""
    return within(posixpath.join(posixpath.dirname(path), href))


def within(href: str) -> str:
    """The file that an address names from the top of the archive; nothing where it leads out."""
    path = posixpath.normpath(unquote(href.partition("#")[0]))
    return "" if leads_out(path) or "://" in href else path


def leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]


def _refuse_harm(files: list[zipfile.ZipInfo], most: int) -> None:
    if len(files) > MOST_FILES:
        raise CannotRead(f"the package has {len(files)} files, and may have {MOST_FILES}")
    if sum(info.file_size for info in files) > most:
        raise CannotRead(f"the package would be larger than {most // 1024 // 1024} MB when unpacked")
    for info in files:
        if leads_out(info.filename):
            raise CannotRead(f"the package has a path that leads out of it: {info.filename[:100]}")
        if info.flag_bits & 1:
            raise CannotRead(f"the package is encrypted: {info.filename[:100]}")
        if info.file_size > 1024 * 1024 and info.file_size > MOST_TIMES * max(info.compress_size, 1):
            raise CannotRead(f"{info.filename[:100]} would be {MOST_TIMES} times as large when unpacked")
