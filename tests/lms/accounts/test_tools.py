"""Another tool logs its people in with us: the whole code flow, as an independent library speaks it."""

import base64
import hashlib
import json
import re
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.urls import reverse

from lms.accounts.actions import tools

pytestmark = pytest.mark.django_db

BACK = "https://forum.example/back"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-long"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def forum(olga):
    return tools.register(name="Forum", addresses=[BACK], actor_id=olga.pk)


def asked(forum, **other) -> dict[str, str]:
    return {
        "client_id": forum[0].pk,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid profile email",
        "state": "s",
        "nonce": "n",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | other


def agrees(client, forum, action="grant"):
    page = client.get("/openid/identity/o/authorize", asked(forum))
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.content.decode()))
    fields["request"] = fields.get("request", "")
    return client.post(
        "/openid/identity/o/authorize",
        {**page.context["form"].initial, "scopes": ["openid", "profile", "email"], "action": action},
    )


def token(client, forum, code: str, secret: str | None = None):
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": forum[0].pk,
        "client_secret": secret or forum[1],
        "code_verifier": VERIFIER,
    }
    return client.post("/openid/identity/o/api/token", given)


def test_a_tool_learns_who_has_agreed_and_can_check_it_by_our_keys(client, forum, ada, settings) -> None:
    told = client.get("/openid/.well-known/openid-configuration").json()
    assert told["issuer"] == f"{settings.PUBLIC_URL}/openid"
    client.force_login(ada)
    answer = agrees(client, forum)
    back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
    given = parse_qs(back.query)
    assert given["state"] == ["s"]
    said = token(client, forum, given["code"][0]).json()
    keys = {key["kid"]: key for key in client.get("/openid/.well-known/jwks.json").json()["keys"]}
    key = jwt.PyJWK(keys[jwt.get_unverified_header(said["id_token"])["kid"]])
    claims = jwt.decode(
        said["id_token"], key, algorithms=["RS256"], audience=forum[0].pk, issuer=told["issuer"]
    )
    assert (claims["sub"], claims["nonce"]) == (str(ada.uuid), "n")
    info = client.get(
        "/openid/identity/o/api/userinfo", headers={"authorization": f"Bearer {said['access_token']}"}
    ).json()
    assert (info["sub"], info["email"], info["name"]) == (str(ada.uuid), ada.email, "Ada Kamau")


def test_a_code_is_given_for_once_and_to_who_knows_the_secret(client, forum, ada) -> None:
    client.force_login(ada)
    code = parse_qs(urlsplit(agrees(client, forum).headers["Location"]).query)["code"][0]
    assert token(client, forum, code, secret="guessed").status_code in {400, 401}
    assert token(client, forum, code).status_code in {200, 400}
    assert token(client, forum, code).status_code == 400


def test_who_does_not_agree_is_told_of_to_nobody(client, forum, ada) -> None:
    client.force_login(ada)
    back = agrees(client, forum, action="cancel").headers["Location"]
    assert parse_qs(urlsplit(back).query)["error"] == ["access_denied"]


def test_an_address_that_was_not_registered_gets_nothing(client, forum, ada) -> None:
    client.force_login(ada)
    answer = client.get("/openid/identity/o/authorize", asked(forum, redirect_uri="https://evil.example/"))
    assert answer.status_code in {200, 400}
    assert "form" not in (answer.context or {})
    assert "evil.example" not in answer.headers["Content-Security-Policy"]


def test_the_page_that_asks_may_lead_to_the_tool_and_nowhere_else(client, forum, ada) -> None:
    client.force_login(ada)
    page = client.get("/openid/identity/o/authorize", asked(forum))
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' https://forum.example;" in policy + ";"


def test_a_visitor_signs_in_first(client, forum) -> None:
    assert client.get("/openid/identity/o/authorize", asked(forum)).url.startswith(reverse("account_login"))


def test_whoever_runs_the_platform_registers_renews_and_ends_a_tool(client, olga) -> None:
    client.force_login(olga)
    page = client.post(reverse("organisations:tools"), {"name": "Forum", "addresses": BACK}).content.decode()
    client_id = re.search(r"Client ID</dt><dd><code>(\w+)", page).group(1)
    assert "It is shown this once" in page
    assert (
        "It is shown this once"
        not in client.get(reverse("organisations:tool", args=[client_id])).content.decode()
    )
    renewed = client.post(reverse("organisations:tool_act", args=[client_id, "secret"])).content.decode()
    assert "It is shown this once" in renewed
    client.post(reverse("organisations:tool_act", args=[client_id, "end"]))
    assert client.get(reverse("organisations:tool", args=[client_id])).status_code == 404


@pytest.mark.parametrize("addresses", ["", "forum", "javascript:alert(1)", "https://user:pw@forum.example/"])
def test_what_is_no_address_of_a_tool_is_refused(client, olga, addresses) -> None:
    client.force_login(olga)
    answer = client.post(reverse("organisations:tools"), {"name": "Forum", "addresses": addresses})
    assert answer.status_code == 400
    assert json.dumps(answer.context["form"].errors.get_json_data())
