"""Signing in without a password, and by an organisation's own accounts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import identity_provider
from tests.identity_provider import Provider
from tests.journeys import steps
from tests.journeys.institution import Institution

SETS_UP = """
from lms.db import clock
from lms.organisations import queries
from lms.organisations.actions import signing_in
from lms.organisations.models import Domain
here = queries.organisation("northmoor").id
now = clock.now()
Domain.objects.create(organisation_id=here, name="northmoor.example", token="t", claimed_at=now, shown_at=now)
signing_in.set_up(
    organisation_id=here,
    how=signing_in.Saml({url!r} + "/saml", {url!r} + "/saml", {certificate!r}),
    actor_id=None,
)
"""


def test_a_passkey_is_added_and_signs_in_without_a_password(browser, institution: Institution) -> None:
    page: Page = browser("passkey")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    steps.signs_up(page, institution, "Pia Key")
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(steps.PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("This telephone")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Recovery codes", ignore_case=True)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("This telephone")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/desk/")
    expect(page.get_by_text("Pia").first).to_be_visible()


@pytest.fixture
def provider() -> Iterator[Provider]:
    with identity_provider.serving() as made:
        yield made


def test_a_wrong_signature_is_refused_and_a_right_one_brings_in(
    browser, institution: Institution, provider: Provider
) -> None:
    institution.manage(
        "shell", "-v", "0", "-c", SETS_UP.format(url=provider.url, certificate=provider.certificate)
    )
    page: Page = browser("employee")

    def goes() -> None:
        page.goto("/accounts/login/")
        page.get_by_role("link", name="Sign in through your organisation").click()
        page.get_by_label("Your address there").fill(provider.email)
        page.get_by_role("button", name="Go on", exact=True).click()
        page.get_by_role("link", name="Go on to Northmoor Systems").click()
        page.get_by_role("button", name="Go back").click()

    provider.lies = True
    goes()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in")
    expect(page.get_by_text("We believe nothing of it")).to_be_visible()
    page.goto("/desk/")
    page.wait_for_url("**/accounts/login/**")
    provider.lies = False
    goes()
    # Who comes in like this has never seen what an account rests on.
    page.wait_for_url("**/legal/accept/**")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Go on", exact=True).click()
    page.wait_for_url("**/desk/")
    page.goto("/organisations/")
    expect(page.get_by_role("link", name="Northmoor Systems")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Northmoor Systems"))).to_contain_text("member")
