"""Systems of an organisation are told, signed, until they accept it, and nothing within the house is called."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import uuid4

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from lms.db import clock
from lms.jobs import worker
from lms.kit.machine import IllegalMove
from lms.notifications import channels, outbox, queries
from lms.notifications.actions import calls, endpoints
from lms.notifications.models import Call, Endpoint
from lms.notifications.rules import webhooks


class Receiver(HTTPServer):
    """Somebody else's system: keeps what it is told and answers as it is set to."""

    def __init__(self):
        self.told, self.answers = [], 204
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.told.append((dict(self.headers), body))
        self.send_response(self.server.answers)
        if self.server.answers == 302:
            self.send_header("location", self.server.url)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver():
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def hook(db, receiver):
    return endpoints.add(organisation_id=uuid4(), url=receiver.url, actor_id=1)


def tell(hook, key="k1"):
    outbox.call(
        "watch.standing_changed",
        key=key,
        organisation_id=hook.organisation_id,
        data={"n": key},
        at=clock.now(),
    )


def act(hook):
    return {"organisation_id": hook.organisation_id, "uuid": hook.uuid, "actor_id": 1}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("http://example.org/", "https://"),
        ("ftp://example.org/", "https://"),
        ("https://", "no host"),
        ("https://a:b@example.org/", "name and password"),
        ("https://example.org/#part", "#"),
        ("https://example.org/a b", "no space"),
        ("https://[::1", "no address"),
        ("https://example.org:99999/", "no address"),
        (f"https://example.org/{'a' * 500}", "500"),
    ],
)
def test_an_address_that_can_not_be_called_is_told_why(text, says):
    with pytest.raises(webhooks.UnfitAddress, match=says):
        webhooks.address(text, plain=False)


def test_the_published_example_of_the_specification_has_its_signature():
    """The example of https://www.standardwebhooks.com, computed there."""
    headers = webhooks.headers(
        call_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        body='{"test": 2432232314}',
        secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_while_a_secret_is_replaced_both_sign():
    old, new = webhooks.secret(bytes(32)), webhooks.secret(bytes([1] * 32))
    headers = webhooks.headers(call_id="m", at=datetime.now(UTC), body="{}", secrets=[new, old])
    assert Webhook(old).verify("{}", headers) == Webhook(new).verify("{}", headers) == {}


def test_it_is_told_once_and_a_library_of_others_reads_it(hook, receiver):
    tell(hook)
    tell(hook)
    worker.run_due()
    ((headers, body),) = receiver.told
    assert Webhook(hook.secret).verify(body, headers)["data"] == {"n": "k1"}
    with pytest.raises(WebhookVerificationError):
        Webhook(hook.secret).verify(body.replace("k1", "k2"), headers)
    call = Call.objects.get()
    assert (call.state, headers["webhook-id"]) == ("delivered", str(call.uuid))


def test_nobody_elses_systems_are_told(hook, receiver):
    outbox.call("x.y", key="k", organisation_id=uuid4(), data={}, at=clock.now())
    worker.run_due()
    assert receiver.told == []


@pytest.mark.parametrize("answer", [500, 302, 404])
def test_what_is_not_accepted_waits_and_is_told_again(hook, receiver, answer):
    receiver.answers = answer
    tell(hook)
    worker.run_due()
    assert len(receiver.told) == 1  # nor was a redirect followed
    receiver.answers = 200
    with clock.shifted(minutes=1):
        worker.run_due()
    assert len(receiver.told) == 2
    assert [attempt.status for attempt in Call.objects.get().attempts.all()] == [200, answer]


def test_a_system_that_is_gone_is_paused_and_what_comes_later_waits(hook, receiver):
    receiver.answers = 410
    tell(hook)
    worker.run_due()
    tell(hook, "k2")
    worker.run_due()
    assert len(receiver.told) == 1
    assert [(call.key, call.state) for call in queries.calls(Endpoint.objects.get())] == [
        ("k2", "waiting"),
        ("k1", "given_up"),
    ]
    receiver.answers = 200
    endpoints.move(event="resume", **act(hook))
    worker.run_due()
    assert json.loads(receiver.told[1][1])["data"] == {"n": "k2"}


def test_after_the_last_attempt_it_is_given_up_and_may_be_told_again(hook, receiver):
    receiver.answers = 503
    tell(hook)
    for hours in range(calls.ATTEMPTS):
        with clock.shifted(hours=2 * hours):
            worker.run_due()
    call = Call.objects.get()
    assert (call.state, call.endpoint.state) == ("given_up", "paused")
    with pytest.raises(Call.DoesNotExist):
        calls.again(organisation_id=hook.organisation_id, uuid=call.uuid)
    receiver.answers = 200
    endpoints.move(event="resume", **act(hook))
    for _ in range(2):
        calls.again(organisation_id=hook.organisation_id, uuid=call.uuid)
    worker.run_due()
    assert len(receiver.told) == calls.ATTEMPTS + 1
    assert Call.objects.get().state == "delivered"


def test_an_ended_address_keeps_no_secret_and_is_told_nothing(hook, receiver):
    tell(hook)
    ended = endpoints.move(event="end", **act(hook))
    tell(hook, "k2")
    worker.run_due()
    assert (ended.secret, receiver.told, Call.objects.count()) == ("", [], 1)
    with pytest.raises(Endpoint.DoesNotExist):
        endpoints.move(event="resume", **act(hook))


def test_a_paused_one_can_not_be_paused(hook):
    endpoints.move(event="pause", **act(hook))
    with pytest.raises(IllegalMove):
        endpoints.move(event="pause", **act(hook))


def test_a_renewed_secret_and_the_former_sign_for_a_day(hook, receiver):
    endpoints.renew_secret(**act(hook))
    tell(hook)
    worker.run_due()
    with clock.shifted(hours=25):
        tell(hook, "k2")
        worker.run_due()
    assert [len(headers["webhook-signature"].split()) for headers, _ in receiver.told] == [2, 1]


def test_what_was_told_is_forgotten_after_thirty_days(hook, receiver):
    tell(hook)
    worker.run_due()
    with clock.shifted(days=31):
        tell(hook, "k2")
        calls.forget_old()
    assert [call.key for call in Call.objects.all()] == ["k2"]


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "[::ffff:10.0.0.1]", "[fd00:ec2::254]", "[fe80::1]", "[::]", "[64:ff9b::a00:1]", "[2002:a00:1::]",
        "167772161", "0x0a.1", "012.0.0.1", "10.1",  # 10.0.0.1, as resolvers read it too
    ],
)  # fmt: skip
def test_nothing_within_a_private_network_is_called(host):
    answer = channels.post(f"http://{host}/", body="{}", headers={})
    assert answer.fault == "The name leads to an address within a private network, which is never called."


def test_in_production_this_machine_is_not_called_either(receiver, settings):
    settings.WEBHOOKS_WITHIN = False
    assert not channels.post(receiver.url, body="{}", headers={}).accepted
    assert receiver.told == []


def test_a_host_that_is_not_there_is_said():
    assert (
        channels.post("http://127.0.0.1:1/", body="{}", headers={}).fault == "The host could not be reached."
    )
