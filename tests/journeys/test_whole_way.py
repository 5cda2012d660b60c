"""From an empty database to a certificate that an employer verifies."""

import hashlib
import re

from playwright.sync_api import Page, expect

from tests.journeys import steps

WRONG = frozenset({3, 17, 29})  # mostly right is enough, and shows in the profile
TITLE = "ISO/IEC 42001 Lead Implementer"
DOMAINS = (
    "Fundamental principles and concepts of an AIMS",
    "AIMS requirements",
    "Planning the implementation",
    "Implementing",
    "Monitoring and measurement",
    "Continual improvement and preparing for the certification audit",
)


def test_a_newcomer_learns_is_examined_and_certified_and_an_employer_verifies_it(
    fresh_institution, browser, signs_in
) -> None:
    page = browser("newcomer")
    person = steps.signs_up(page, fresh_institution, "Nadia Ferrer")

    _studies(page)
    _sits_the_exam(page)
    _examiners_release(signs_in("eve"), signs_in("jun"), person)
    _sees_the_result(page)
    number = _is_certified(page)
    link = _downloads(page, number)

    employer = browser("employer")
    _scans(employer, link, number, person)
    _types(employer, number, person)


def _studies(page: Page) -> None:
    steps.enrols(page, "lead-implementer")
    page.get_by_role("link", name="Begin", exact=True).click()
    expect(page.get_by_text("Lesson 1.1")).to_be_visible()
    check = steps.open_checks(page).first
    waiting = steps.open_checks(page).count()
    check.get_by_role("radio").first.check()
    check.get_by_role("button", name="Answer", exact=True).click()
    expect(steps.open_checks(page)).to_have_count(waiting - 1)
    expect(page.locator("section.check .why").first).to_be_visible()


def _sits_the_exam(page: Page) -> None:
    steps.enters(page, "lead-implementer")
    steps.starts(page)
    expect(page.locator("[data-words]")).to_contain_text(re.compile("2 hours 59 minutes left|3 hours left"))
    steps.answers_all(page, length=80, wrong=WRONG)
    expect(steps.saved(page)).to_contain_text("Saved at")
    page.get_by_role("button", name="Review all items").click()
    expect(page.get_by_text("80 of 80 answered, 0 unanswered, 0 flagged.")).to_be_visible()
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_text("All 80 items are answered.")).to_be_visible()
    page.get_by_role("button", name="Hand in now").click()
    page.wait_for_url("**/receipt/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Handed in")
    expect(page.get_by_text("80 of 80 items answered.")).to_be_visible()


def _examiners_release(eve: Page, jun: Page, person: steps.Newcomer) -> None:
    """The worker marks; the examiner looks until it has. Two validate the key, and the same two release."""
    form = eve.get_by_role("link", name=f"{TITLE}, form")
    for _ in range(30):
        eve.goto("/examiner/results/")
        if form.count():
            break
        eve.wait_for_timeout(500)
    form.click()
    batch_of_form = eve.url
    expect(eve.get_by_text("The key was not validated yet")).to_be_visible()
    eve.get_by_role("link", name="Look at the key of this form").click()
    _says(eve, "Nothing is flagged; the key is as we mean it.", "Propose")
    _second(eve, jun, "approve", "It is, and I looked at each item.")

    eve.goto(batch_of_form)
    tick = eve.get_by_label(f"Release the result of {person.name}")
    row = eve.get_by_role("row").filter(has=tick)
    expect(row).to_contain_text("77 of 80")
    expect(row).to_contain_text("Passed")
    expect(tick).to_be_checked()
    _says(eve, "All that was handed in until today.", "Propose this batch")
    _second(eve, jun, "release", "I have seen each of them.")
    expect(jun.get_by_text("Released. The candidates are being told.")).to_be_visible()


def _says(page: Page, reason: str, button: str) -> None:
    page.locator("textarea[name=reason]").fill(reason)
    page.get_by_role("button", name=button).click()


def _second(first: Page, second: Page, event: str, reason: str) -> None:
    """What one proposed, another decides."""
    expect(first.get_by_text("A second examiner").first).to_be_visible()
    second.goto(first.url)
    second.locator("textarea[name=reason]").fill(reason)
    second.locator(f"button[value={event}]").click()
    expect(second.locator(f"button[value={event}]")).to_have_count(0)


def _sees_the_result(page: Page) -> None:
    page.goto("/exams/")
    page.get_by_role("row").filter(has_text=TITLE).get_by_role("link", name="See the result").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Passed")
    expect(page.get_by_text("77 of 80 points; 56 were needed.")).to_be_visible()
    profile = page.get_by_role("region", name="By competence domain")
    profile.get_by_text("The same as a table").click()
    table = profile.get_by_role("table", name="Points reached in each domain")
    expect(table.get_by_role("row").filter(has=page.get_by_role("cell"))).to_have_count(len(DOMAINS))
    for domain in DOMAINS:
        expect(table.get_by_role("row").filter(has_text=re.compile(rf"\d\.? {domain}"))).to_contain_text(
            re.compile(r"\d+ %.*\d+ %")
        )


def _is_certified(page: Page) -> str:
    page.goto("/schemes/aims-lead-implementer/")
    page.locator("main a[href$='/apply/']").first.click()
    # The result becomes evidence through a job; the page says so as soon as the worker was there.
    for _ in range(30):
        if page.get_by_text("Missing: no passed result is recorded").count() == 0:
            break
        page.wait_for_timeout(500)
        page.reload()
    page.get_by_label("I have read the code of ethics and will hold to it.").check()
    page.get_by_role("button", name="Sign the code of ethics").click()
    expect(page.get_by_text("You have signed the code of ethics.")).to_be_visible()
    page.get_by_role("button", name="Apply for Provisional").click()
    page.wait_for_url("**/certificates/AIMS-*/")
    expect(page.get_by_text("Granted. Your certificate stands in the register")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Provisional Implementer")
    found = steps.PARTS_OF_A_NUMBER.search(page.url)
    assert found, page.url
    return found.group(0)


def _downloads(page: Page, number: str) -> str:
    """The document, made by the worker; returns the link that its code leads to."""
    download = page.get_by_role("link", name="Download the certificate")
    for _ in range(60):
        if download.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    answer = page.request.get(f"/certificates/{number}/certificate.pdf")
    document = answer.body()
    assert answer.headers["content-type"] == "application/pdf"
    assert document.startswith(b"%PDF-")
    # The page names the digest of the very file that is handed out.
    expect(page.get_by_role("region", name="The document")).to_contain_text(
        hashlib.sha256(document).hexdigest()
    )
    with page.expect_download() as downloading:
        download.click()
    assert downloading.value.suggested_filename == f"{number}.pdf"
    expect(page.locator(".share-link a")).to_be_visible()
    return page.locator(".share-link a").get_attribute("href") or ""


def _scans(employer: Page, link: str, number: str, person: steps.Newcomer) -> None:
    employer.goto(link)
    expect(employer.get_by_role("heading", level=1)).to_have_text("Valid")
    expect(employer.get_by_text("This certificate is valid today.")).to_be_visible()
    facts = employer.get_by_role("region", name="Compare line by line with your document")
    for fact in (person.name, number, "Provisional Implementer", "Auditorium Certification"):
        expect(facts).to_contain_text(fact)


def _types(employer: Page, number: str, person: steps.Newcomer) -> None:
    employer.goto("/verify/")
    employer.get_by_label("Number on the certificate").fill(number.lower().replace("-", " "))
    employer.get_by_role("button", name="Verify", exact=True).click()
    expect(employer.get_by_role("heading", level=1)).to_have_text("Valid")
    expect(employer.locator("main")).not_to_contain_text(person.name)
    employer.get_by_label("Name on the certificate").fill(person.name)
    employer.get_by_role("button", name="Compare the name").click()
    expect(employer.locator("main")).to_contain_text(person.name)
