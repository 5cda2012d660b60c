"""Something wrong with a file: bytes flipped, cut, doubled and taken from elsewhere, also within an archive."""

import io
import random
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence

from lms.kit.archives import pack

# What parsers stumble over: ends, nothings, numbers at the edge, marks of other formats, characters that are none.
ODD = [
    b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", "\u202e".encode(), "\ud7ff\uffff".encode(), b"\r", b"\n" * 9,
    b"-1", b"0", b"1e999", b"NaN", b"-0", b"9" * 40, b"1/0", b"0x", b"%00", b"&#0;", b"&#xD800;", b"&a;", b"<!DOCTYPE a>",
    b"]]>", b"<![CDATA[", b"--", b"<a>" * 60, b"{" * 60, b"[" * 60, b'"', b"'", b"\\", b"}", b"{", b"=", b"~", b"#", b":", b"::",
    b"null", b"true", b"[]", b"{}", b"!!python/object/apply:os.system [x]", b"&x [*x]", b"*x", b"...", b"---\n", b"../", b"/etc/passwd",
    b"file:///etc/passwd", b"http://127.0.0.1/", b"javascript:x", b"=cmd|x!A1", b"endstream", b"endobj", b"/Kids [1 0 R]", b"/Length 99999999",
]  # fmt: skip


def spoiled(seed: bytes, chance: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """The file with one to five things wrong."""
    data = bytearray(seed)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        chance.choice(_WAYS)(data, chance, others or (seed,))
    return bytes(data)


def spoiled_within(seed: bytes, chance: random.Random) -> bytes:
    """An archive of which one file is spoiled, gone, doubled or under another name; whole again as an archive."""
    files = _files(seed)
    name = chance.choice(sorted(files))
    way = chance.randrange(8)
    if way < 5:
        files[name] = spoiled(files[name], chance, sorted(files.values()))
    elif way == 5:
        del files[name]
    elif way == 6:
        files[
            chance.choice(("../x", "a/../../b", "x" * 300, "\ud7ff.md", "CON", "a\\b", ".", name + "/x"))
        ] = files[name]
    else:
        files[chance.choice(sorted(files))] = files[name]
    return _packed(files, seed)


def _files(seed: bytes) -> dict[str, bytes]:
    if seed.startswith(b"\x1f\x8b"):
        with tarfile.open(fileobj=io.BytesIO(seed)) as archive:
            held = {member.name: archive.extractfile(member) for member in archive if member.isreg()}
            return {name: file.read() for name, file in held.items() if file}
    with zipfile.ZipFile(io.BytesIO(seed)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _packed(files: Mapping[str, bytes], seed: bytes) -> bytes:
    if not seed.startswith(b"\x1f\x8b"):
        return pack(files)
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return held.getvalue()


def _flip(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    for _ in range(chance.choice((1, 1, 4, 16))):
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)


def _cut(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    begin, end = _span(data, chance)
    del data[begin:end]


def _end(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    del data[chance.randrange(len(data) + 1) :]


def _double(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    begin, end = _span(data, chance)
    data[end:end] = data[begin:end] * chance.choice((1, 1, 2, 30))


def _swap(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    begin, end = _span(data, chance)
    piece = data[begin:end]
    del data[begin:end]
    place = chance.randrange(len(data) + 1)
    data[place:place] = piece


def _odd(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    begin, end = _span(data, chance)
    if chance.random() < 0.5:
        end = begin
    data[begin:end] = chance.choice(ODD)


def _word(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    """A number or a word is another."""
    words = [
        part
        for part in bytes(data[:200_000]).replace(b'"', b" ").replace(b">", b" ").split()
        if len(part) < 40
    ]
    if words:
        old = chance.choice(words)
        new = chance.choice(ODD) if chance.random() < 0.5 else chance.choice(words)
        place = data.find(old)
        data[place : place + len(old)] = new


def _graft(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> None:
    other = bytearray(chance.choice(others))
    begin, end = _span(other, chance)
    place = chance.randrange(len(data) + 1)
    data[place:place] = other[begin:end]


def _span(data: bytearray, chance: random.Random) -> tuple[int, int]:
    begin = chance.randrange(len(data) + 1)
    return begin, min(len(data), begin + chance.choice((1, 2, 8, 32, 200, 2000)))


_WAYS: list[Callable[[bytearray, random.Random, Sequence[bytes]], None]] = [
    _flip, _cut, _end, _double, _swap, _odd, _odd, _word, _word, _graft
]  # fmt: skip
