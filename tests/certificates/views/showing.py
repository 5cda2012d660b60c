"""A stranger shows something to have it verified."""

import io
import json

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import html
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


def show(content, name="certificate.pdf", **fields):
    """A stranger shows a file on the page; returns (status, text without markup)."""
    answer = Client().post("/verify/", {"file": SimpleUploadedFile(name, content), **fields})
    return answer.status_code, " ".join(html.strip_tags(answer.content.decode()).split())


def ask(content=None, **fields):
    """The same by the interface, a file as a form or anything else as JSON."""
    if content is not None:
        answer = Client().post("/api/v1/verify", {"document": SimpleUploadedFile("a", content), **fields})
    else:
        answer = Client().post("/api/v1/verify", json.dumps(fields), content_type="application/json")
    return answer.status_code, answer.json()


def outcomes(told):
    return {check["id"]: check["outcome"] for check in told["checks"]}


def updated(content, change):
    """The file with a revision appended by some program."""
    update = IncrementalPdfFileWriter(io.BytesIO(content))
    change(update)
    out = io.BytesIO()
    update.write(out)
    return out.getvalue()
