"""Taking files from strangers: how much comes is looked at before any of it is read, and nothing is written to a disk."""

import io
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

# What goes round a file in a form, and the fields beside it.
_AROUND: Final = 100_000


class NoLength(Exception):
    """The request does not say how long it is."""


def bound(request: HttpRequest, most: int) -> None:
    """Lets a request bring files of `most` bytes together, kept in memory.

    To be called before anything of the body is read. Raises NoLength, and RequestDataTooBig for what says that it is
    larger; reading POST or FILES raises RequestDataTooBig later for what is larger all the same.
    """
    said = request.META.get("CONTENT_LENGTH") or ""
    if not said and "HTTP_TRANSFER_ENCODING" in request.META:
        raise NoLength
    if said.isdecimal() and int(said[:20]) > most + _AROUND:
        raise RequestDataTooBig(f"more than {most} bytes")
    request.upload_handlers = [_InMemory(request, most)]


class _InMemory(FileUploadHandler):
    """Keeps files in memory, and stops where all of them together are larger than `most`."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self.most = self.left = most

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.left -= len(raw_data)
        if self.left < 0:
            raise RequestDataTooBig(f"more than {self.most} bytes")
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.file.seek(0)
        return InMemoryUploadedFile(
            file=self.file,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
