"""The HTTP of it: bearer key, idempotency, faults on demand, and a payment page for browsers."""

import contextlib
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from tests.payments import account as accounts
from tests.payments import doors, encoding
from tests.payments.account import Account, Refused


@dataclass
class Fault:
    """What goes wrong with the next request to a path: a `status`, or silence for so many `seconds`, or a cut line.

    `after` says that the work was done before it went wrong.
    """

    path: str
    status: int = 0
    seconds: float = 0
    after: bool = False


@dataclass
class Kept:
    """An answer kept for its idempotency key."""

    digest: str
    status: int = 0
    body: bytes = b""


@dataclass
class Stripe:
    """A server that is running; `asked` has the requests that came, `kept` the answers by idempotency key."""

    url: str
    account: Account
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    kept: dict[str, Kept] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def count(self, method: str, path: str) -> int:
        return sum((method, path) == (one, other) for one, other, _ in self.asked)


def _answered(server: Stripe, method: str, path: str, text: str, key: str | None) -> tuple[int, bytes, bool]:
    """Status, body, and whether it is the answer that was given before."""
    digest = hashlib.sha256(f"{method} {path} {text}".encode()).hexdigest()
    with server.lock:
        known = server.kept.get(key) if key and method == "POST" else None
        if known is not None:
            if known.digest != digest:
                message = "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than the one given if you meant to execute a different request."
                return 400, json.dumps(Refused(400, message, kind="idempotency_error").body).encode(), False
            return known.status, known.body, True
        try:
            given = encoding.decoded(text)
            server.asked.append((method, path, given))
            status, body = 200, json.dumps(doors.ask(server.account, method, path, given)).encode()
        except (Refused, encoding.Garbled, ValueError) as fault:
            refused = fault if isinstance(fault, Refused) else Refused(400, f"Invalid request: {fault}")
            # As Stripe does: what was never begun isn't kept.
            return refused.status, json.dumps(refused.body).encode(), False
        if key and method == "POST":
            server.kept[key] = Kept(digest, status, body)
        return status, body, False


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stripe: Stripe

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path.startswith("/c/"):
            self._page(path.split("/")[-1], {})
        else:
            self._api("GET", path, query)

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path.startswith("/c/"):
            self._page(self.path.split("/")[-1], dict(parse_qsl(text)))
        else:
            self._api("POST", self.path, text)

    # The API

    def _api(self, method: str, path: str, text: str) -> None:
        if self.headers.get("Authorization") != f"Bearer {self.stripe.account.key}":
            refused = Refused(401, "Invalid API Key provided.")
            self._send(401, json.dumps(refused.body).encode())
            return
        fault = next((one for one in self.stripe.faults if one.path == path), None)
        if fault is not None:
            self.stripe.faults.remove(fault)
        if fault is None or fault.after:
            status, body, again = _answered(
                self.stripe, method, path, text, self.headers.get("Idempotency-Key")
            )
        if fault is None:
            self._send(status, body, **({"Idempotent-Replayed": "true"} if again else {}))
        elif fault.status:
            kind = "rate_limit" if fault.status == 429 else "api_error"
            self._send(fault.status, json.dumps(Refused(fault.status, "Not now.", kind=kind).body).encode())
        else:
            time.sleep(fault.seconds)
            self.close_connection = True

    def _send(self, status: int, body: bytes, *, kind: str = "application/json", **headers: str) -> None:
        lines = [
            f"HTTP/1.1 {status} -",
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
            f"Request-Id: req_{secrets.token_hex(7)}",
            f"Stripe-Version: {accounts.VERSION}",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]
        # Head and body in one write: in two, the second waits for the other side's acknowledgement.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    # The page for people

    def _page(self, known: str, form: dict[str, str]) -> None:
        session = self.stripe.account.objects.get(known)
        if session is None or session["status"] == "expired":
            self._html(404, "<p>This payment page has expired. Go back to the shop and begin again.</p>")
            return
        if session["status"] == "complete":
            self._html(200, "<p>You have already paid.</p>")
            return
        if not form:
            self._html(200, _form(session, ""))
            return
        if form.get("consent") == "refused":
            self._html(402, _form(session, "We are unable to authenticate your payment method."))
            return
        self._pay(session, form)

    def _pay(self, session: accounts.Document, form: dict[str, str]) -> None:
        account, number = self.stripe.account, form.get("number", "").replace(" ", "")
        with self.stripe.lock:
            before = len(account.events)
            try:
                came = account.pay(session, number, consented="consent" in form)
            except Refused as fault:
                came = str(fault)
            said = account.events[before:]
        if account.told:
            account.told(said)
        if came == "consent":
            self._html(200, _consent(session, number))
        elif came in ("paid", "processing"):
            where = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
            self._send(303, b"", Location=where)
        else:
            self._html(402, _form(session, came))

    def _html(self, status: int, body: str) -> None:
        page = f"<!doctype html><html lang=en><meta charset=utf-8><title>Checkout</title><main><h1>Checkout</h1>{body}</main>"
        self._send(status, page.encode(), kind="text/html; charset=utf-8")

    def log_message(self, *_: object) -> None:
        pass


def _form(session: accounts.Document, says: str) -> str:
    alert = f"<p role=alert>{html.escape(says)}</p>" if says else ""
    amount = f"{session['amount_total'] / 100:.2f} {session['currency'].upper()}"
    cancel = html.escape(session["cancel_url"] or "")
    return (
        f"{alert}<p>Pay {amount}</p><form method=post>"
        "<label>Card number <input name=number autocomplete=cc-number></label><button>Pay</button></form>"
        f'<a href="{cancel}">Back</a>'
    )


def _consent(session: accounts.Document, number: str) -> str:
    return (
        f"<p>Your bank asks for your consent.</p><form method=post><input type=hidden name=number value={number}>"
        "<button name=consent value=given>Complete</button> <button name=consent value=refused>Fail</button></form>"
    )


@contextlib.contextmanager
def serving(*, port: int = 0) -> Iterator[Stripe]:
    """A fresh account, served on this machine until the end of the block."""

    class Door(_Door):
        pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

    server = Server(("127.0.0.1", port), Door)
    url = f"http://127.0.0.1:{server.server_port}"
    Door.stripe = Stripe(url, Account(base=url))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Door.stripe
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
