"""Reaching an organisation's own systems over HTTP, and nothing of ours.

The library resolves the name, refuses private and otherwise special addresses, and connects to the very address that
it judged, so that a name that leads elsewhere the second time it is asked gains nothing.
"""

from dataclasses import dataclass

import requests
import requests_hardened
from django.conf import settings
from requests_hardened.ip_filter import InvalidIPAddress

SECONDS = (5, 10)  # to connect, and to wait for each part of the answer


@dataclass(frozen=True)
class Answer:
    """The status of an answer; 0 and a sentence where none came."""

    status: int
    fault: str = ""

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


def post(url: str, *, body: str, headers: dict[str, str]) -> Answer:
    """Posts JSON to an address that a person gave. Follows no redirect and reads no body. Never raises for what
    the other side does."""
    session = requests_hardened.Manager(
        requests_hardened.Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=settings.WEBHOOKS_WITHIN,
            never_redirect=True,
            default_timeout=SECONDS,
            user_agent_override=f"{settings.INSTITUTION} webhooks",
        )
    ).get_session()
    # Neither a proxy nor a password of the machine's environment belongs into such a call.
    session.trust_env = False
    told = {"content-type": "application/json; charset=utf-8", **headers}
    try:
        with session, session.post(url, data=body.encode(), headers=told, stream=True) as answer:
            return Answer(answer.status_code)
    except InvalidIPAddress:
        return Answer(0, "The name leads to an address within a private network, which is never called.")
    except requests.exceptions.SSLError:
        return Answer(0, "The certificate of the host could not be trusted.")
    except requests.exceptions.Timeout:
        return Answer(0, "No answer came in time.")
    except requests.exceptions.RequestException:
        return Answer(0, "The host could not be reached.")
