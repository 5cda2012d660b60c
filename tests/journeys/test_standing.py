"""What becomes of a certificate: an officer's acts, the passing of three years, the reminders before."""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.institution import Institution

REMINDERS = {
    90: "90 days left",
    60: "60 days left",
    30: "30 days left",
    7: "7 days left",
    0: "Last valid day",
}


@pytest.fixture(scope="module")
def certificates(institution: Institution) -> list[tuple[steps.Newcomer, str]]:
    """Two certificates of today: Sofia's for the officer, Tomas's for the passing of time."""
    return steps.certified(institution, "Sofia Reyes", "Tomas Nyberg")


def test_an_officer_suspends_reinstates_and_withdraws_and_the_page_says_so_at_once(
    institution, browser, signs_in, certificates
) -> None:
    person, number = certificates[0]
    kai, employer = signs_in("kai"), browser("employer")
    _stands(employer, number, "Valid", "This certificate is valid today.")

    _acts(kai, number, "Suspend", "a complaint is being looked into", note="Under review.")
    _stands(employer, number, "Suspended", "it must not be relied upon until it is reinstated")
    expect(employer.get_by_text("Under review.")).to_be_visible()

    scriptless = browser("without scripts", javascript=False, width=390)
    _stands(scriptless, number, "Suspended", "it must not be relied upon until it is reinstated")
    expect(scriptless.get_by_role("heading", name="Every change")).to_be_visible()
    expect(scriptless.get_by_text("Under review.")).to_be_visible()
    scriptless.get_by_label("Name on the certificate").fill(person.name)
    scriptless.get_by_role("button", name="Compare the name").click()
    expect(scriptless.get_by_role("heading", name="Compare line by line with your document")).to_be_visible()

    _acts(kai, number, "Reinstate", "the complaint is closed")
    _stands(employer, number, "Valid", "This certificate is valid today.")

    _acts(kai, number, "Withdraw", "the holder gave it up")
    _stands(employer, number, "Withdrawn", "will not be valid again")
    kai.goto(f"/register/{number}/")
    expect(kai.get_by_text("Nothing can be done to it any more")).to_be_visible()
    for said in ("suspended", "reinstated", "withdrawn"):
        institution.letter(person.email, f"Your certificate {number} was {said}")


def test_reminders_go_out_once_each_and_past_the_third_year_it_says_expired(
    institution, browser, certificates, moved_clock
) -> None:
    person, number = certificates[1]
    today = datetime.now(UTC).date()
    ahead = (_in_three_years(today) - today).days
    for days, subject in REMINDERS.items():
        moved_clock(days=ahead - days)
        institution.letter(person.email, f"{subject}: your certificate {number}")

    page = browser("employer")
    _stands(page, number, "Valid", "This certificate is valid today.")
    expect(page.get_by_text("renewal is due")).to_be_visible()
    moved_clock(days=ahead + 1)
    _stands(page, number, "Expired", "This certificate has expired")

    # Time passes the same days a second time, and no second letter goes out.
    for days in (45, 3, -5):
        moved_clock(days=ahead - days)
        institution.manage("shell", "-v", "0", "-c", SWEEP)
    reminders = [
        letter for letter in institution.letters(person.email) if f"your certificate {number}" in letter
    ]
    assert len(reminders) == len(REMINDERS), reminders


SWEEP = """
from lms.jobs import worker
worker.run_sweep("certificates.remind", force=True)
worker.run_due()
"""


def _in_three_years(day: date) -> date:
    try:
        return day.replace(year=day.year + 3)
    except ValueError:
        return date(day.year + 3, 2, 28)


def _acts(kai: Page, number: str, act: str, reason: str, *, note: str = "") -> None:
    steps.finds_in_the_register(kai, number)
    panel = kai.locator("details.act").filter(has=kai.get_by_text(act)).first
    panel.locator("summary").click()
    panel.get_by_label("Reason").select_option(reason)
    panel.get_by_label("Public note").fill(note)
    sure = panel.get_by_label("I know that a withdrawal cannot be undone.")
    if sure.count():
        sure.check()
    panel.get_by_role("button", name=f"{act} it").click()
    expect(kai.get_by_text("The verification page says so from now on.")).to_be_visible()


def _stands(page: Page, number: str, standing: str, sentence: str) -> None:
    page.goto(f"/v/{number}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(standing)
    expect(page.locator("main")).to_contain_text(sentence)
