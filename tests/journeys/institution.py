"""A real institution for a journey: prepared and served like any other, in a folder of its own."""

import html
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from allauth.mfa.totp.internal.auth import hotp_value

from lms.settings import Secrets
from tests.mode import ROOT

READY_SECONDS = 600  # an empty database is migrated and the whole library is loaded in it
MAIL_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Institution:
    """`manage.py serve --prepare` in demonstration mode: its address, its post, its clock."""

    folder: Path
    name: str
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    used: dict[str, set[int]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def database(self) -> str:
        """The name of its database on PostgreSQL, else the file."""
        given = os.environ.get("DATABASE_URL", "")
        if given.startswith("postgres"):
            return f"{urlsplit(given).path.strip('/')}_{self.name}"
        return str(self.folder / "auditorium.sqlite3")

    @property
    def password(self) -> str:
        """The demonstration people's."""
        return json.loads((self.folder / "secrets" / "keys.json").read_text())["demonstration_password"]

    def code_for(self, name: str) -> str:
        """What an authenticator app shows one of the demonstration's staff, by the secret that the first run prints.

        Each code holds once, and those before and after the present one hold too; when all three are used it waits.
        """
        kept = Secrets(**json.loads((self.folder / "secrets" / "keys.json").read_text()))
        while True:
            now = int(time.time()) // 30
            fresh = [one for one in (now, now - 1, now + 1) if one not in self.used.setdefault(name, set())]
            if fresh:
                self.used[name].add(fresh[0])
                return f"{hotp_value(kept.demonstration_totp, fresh[0]):06d}"
            time.sleep(1)

    def open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "manage.py", "serve", "--prepare", "--port", str(self.port)]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment(), stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        deadline = time.monotonic() + READY_SECONDS
        while self._get("/health/ready")[0] != 200:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise RuntimeError(f"The institution did not open:\n{self.log()[-4000:]}")
            time.sleep(0.3)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=20)

    def manage(self, *command: str) -> str:
        """What an operator types: `institution.manage("load_library")`."""
        ran = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout

    def log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")

    # The post

    def letters(self, to: str) -> list[str]:
        """The text of every message that this address got, the newest first."""
        page = self._get("/demonstration/mail/")[1]
        articles = re.findall(r"<article.*?</article>", page, re.DOTALL)
        texts = [html.unescape(re.sub(r"<[^>]+>", " ", article)) for article in articles]
        return [text for text in texts if f"To {to} " in text]

    def letter(self, to: str, containing: str) -> str:
        """Waits for a message: mail is sent by the worker."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for text in self.letters(to):
                if containing in text:
                    return text
            time.sleep(0.3)
        raise AssertionError(f"No letter to {to} says “{containing}”; there are: {self.letters(to)}")

    def link(self, to: str, containing: str) -> str:
        """The first address in a message, on this institution."""
        found = re.search(rf"{re.escape(self.url)}\S+", self.letter(to, containing))
        assert found, f"no link in the letter to {to}"
        return found.group(0).rstrip(".")

    # The clock

    def move_clock(self, *, days: int) -> None:
        """Through the demonstration's own door: `days` ahead of today, for everybody; 0 brings it back."""
        _, form, cookie = self._get("/demonstration/clock/", with_cookie=True)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token, form[:500]
        body = f"csrfmiddlewaretoken={token.group(1)}&days={days}"
        status, answer, _ = self._ask(
            "POST",
            "/demonstration/clock/",
            body=body,
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": cookie,
                "Origin": self.url,
            },
        )
        assert status == 302, answer[:500]

    # Below

    def _environment(self) -> dict[str, str]:
        environment = {
            **os.environ,
            "MODE": "demonstration",
            "LOCAL_DIR": str(self.folder),
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            **self.environment,
        }
        given = os.environ.get("DATABASE_URL", "")
        if given.startswith("postgres"):
            environment["DATABASE_URL"] = urlunsplit(urlsplit(given)._replace(path=f"/{self.database}"))
        else:
            environment.pop("DATABASE_URL", None)
        broker = os.environ.get("BROKER_URL", "")
        if broker.startswith("redis") and self.name != "shared":
            # Two institutions at one broker would hear each other's bells.
            environment["BROKER_URL"] = re.sub(
                r"/(\d*)$", lambda number: f"/{int(number[1] or 0) + 1}", broker
            )
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        return environment

    def _get(self, path: str, *, with_cookie: bool = False) -> tuple:
        try:
            status, text, cookie = self._ask("GET", path)
        except (OSError, http.client.HTTPException):
            status, text, cookie = 0, "", ""
        return (status, text, cookie) if with_cookie else (status, text)

    def _ask(self, method: str, path: str, **how) -> tuple[int, str, str]:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        how["headers"] = {"Host": f"localhost:{self.port}", **how.get("headers", {})}
        try:
            asked.request(method, path, **how)
            answer = asked.getresponse()
            cookies = [
                value.split(";")[0] for key, value in answer.getheaders() if key.lower() == "set-cookie"
            ]
            return answer.status, answer.read().decode(), "; ".join(cookies)
        finally:
            asked.close()
