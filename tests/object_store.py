"""A small store that speaks S3's protocol over HTTP: objects are put, headed, fetched whole or in part, listed and deleted.

What is asked has to be signed by the key that the store knows, and what is put has to have the checksum that came with it.
It can be slow, and it can be away.
"""

import base64
import contextlib
import hashlib
import hmac
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from botocore.config import Config

from tests.serving import free_port

KEY, SECRET, BUCKET = "the-institution", "a long secret of the tests", "papers"
# https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
SIGNED_BY = "AWS4-HMAC-SHA256"


@dataclass
class Stored:
    content: bytes
    type: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def tag(self) -> str:
        return hashlib.md5(self.content, usedforsecurity=False).hexdigest()


@dataclass
class Store:
    port: int = field(default_factory=free_port)
    objects: dict[str, Stored] = field(default_factory=dict)
    seconds: float = 0
    """How long each answer takes."""
    asked: list[str] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {
            "STORAGE_BUCKET": BUCKET,
            "STORAGE_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "eu-central-1",
        }

    @property
    def storage(self) -> dict[str, Any]:
        """The same for a process that has its settings already."""
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "access_key": KEY,
                "secret_key": SECRET,
                "bucket_name": BUCKET,
                "endpoint_url": self.environment["STORAGE_ENDPOINT"],
                "region_name": self.environment["AWS_DEFAULT_REGION"],
                "file_overwrite": False,
                "client_config": Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1}),
            },
        }

    def open(self) -> None:
        door = type("Door", (_Door,), {"store": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), door)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Nobody listens any more; what is stored stays."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@contextlib.contextmanager
def serving() -> Iterator[Store]:
    store = Store()
    store.open()
    try:
        yield store
    finally:
        store.close()


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: Store

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._may_enter(body):
            return
        told = self.headers.get("x-amz-checksum-crc32")
        if told is not None and base64.b64decode(told) != zlib.crc32(body).to_bytes(4, "big"):
            self._fault(400, "BadDigest")
            return
        kind = self.headers.get("Content-Type", "binary/octet-stream")
        if self.headers.get("If-None-Match") == "*" and self._key in self.store.objects:
            self._fault(412, "PreconditionFailed")
            return
        self.store.objects[self._key] = stored = Stored(body, kind)
        self._send(200, headers={"ETag": f'"{stored.tag}"'})

    def do_GET(self) -> None:
        if not self._may_enter():
            return
        if not self._key:
            self._list()
        elif found := self._found():
            first, _, last = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
            part = found.content[int(first) : int(last) + 1 if last else None]
            if "Range" in self.headers:
                of = f"bytes {first}-{int(first) + len(part) - 1}/{len(found.content)}"
                self._send(206, part, headers=_about(found) | {"Content-Range": of})
            else:
                self._send(200, part, headers=_about(found))

    def do_HEAD(self) -> None:
        if self._may_enter() and (found := self._found()):
            self._send(200, headers=_about(found), length=len(found.content))

    def do_DELETE(self) -> None:
        if self._may_enter():
            self.store.objects.pop(self._key, None)
            self._send(204)

    # What is asked

    @property
    def _key(self) -> str:
        """Of the object, within the bucket; empty for the bucket itself."""
        return unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}").removeprefix("/")

    def _found(self) -> Stored | None:
        found = self.store.objects.get(self._key)
        if found is None:
            self._fault(404, "NoSuchKey")
        return found

    def _list(self) -> None:
        asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        prefix, apart = asked.get("prefix", ""), asked.get("delimiter", "")
        within, folders = [], set()
        for key in sorted(key for key in self.store.objects if key.startswith(prefix)):
            head, found, _ = key[len(prefix) :].partition(apart) if apart else (key, "", "")
            if found:
                folders.add(f"{prefix}{head}{apart}")
            else:
                within.append(key)
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.store.objects[key].content)}</Size></Contents>"
            for key in within
        )
        rows += "".join(
            f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in sorted(folders)
        )
        self._send(
            200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()
        )

    def _may_enter(self, body: bytes = b"") -> bool:
        self.store.asked.append(f"{self.command} {self._key}")
        time.sleep(self.store.seconds)
        if self._is_signed(body):
            return True
        self._fault(403, "SignatureDoesNotMatch")
        return False

    def _is_signed(self, body: bytes) -> bool:
        how, _, rest = self.headers.get("Authorization", "").partition(" ")
        said = dict(part.strip().partition("=")[::2] for part in rest.split(","))
        if how != SIGNED_BY or not said.get("Credential", "").startswith(f"{KEY}/"):
            return False
        digest = self.headers.get("x-amz-content-sha256", "")
        if digest not in {"UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()}:
            return False
        path, query = urlsplit(self.path).path, urlsplit(self.path).query
        pairs = sorted(
            (quote(a, safe="-_.~"), quote(b, safe="-_.~"))
            for a, b in parse_qsl(query, keep_blank_values=True)
        )
        names = said["SignedHeaders"].split(";")
        headers = "".join(f"{name}:{' '.join(self.headers.get(name, '').split())}\n" for name in names)
        asked = "\n".join(
            [self.command, path, "&".join(f"{a}={b}" for a, b in pairs), headers, ";".join(names), digest]
        )
        _, day, region, service, end = said["Credential"].split("/")
        key = f"AWS4{SECRET}".encode()
        for part in (day, region, service, end):
            key = hmac.digest(key, part.encode(), "sha256")
        scope = "/".join((day, region, service, end))
        told = "\n".join(
            [SIGNED_BY, self.headers["x-amz-date"], scope, hashlib.sha256(asked.encode()).hexdigest()]
        )
        return hmac.compare_digest(hmac.digest(key, told.encode(), "sha256").hex(), said["Signature"])

    # What is answered

    def _fault(self, status: int, code: str) -> None:
        self._send(status, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode())

    def _send(
        self,
        status: int,
        body: bytes = b"",
        *,
        headers: dict[str, str] | None = None,
        length: int | None = None,
    ) -> None:
        self.send_response(status)
        # No connection outlives its answer: when the store is away, it is away for everybody.
        for name, value in (
            {"Content-Type": "application/xml", "Connection": "close"} | (headers or {})
        ).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _about(found: Stored) -> dict[str, str]:
    return {
        "Content-Type": found.type,
        "ETag": f'"{found.tag}"',
        "Last-Modified": format_datetime(found.at, usegmt=True),
        "Accept-Ranges": "bytes",
    }
