"""A visitor looks around before deciding anything, and every door they are shown opens."""

from collections.abc import Callable, Iterator
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, expect

LEAD_IMPLEMENTER = "/courses/lead-implementer/"
COURSES = (LEAD_IMPLEMENTER, "/courses/lead-auditor/")
SCHEMES = ("/schemes/aims-lead-implementer/", "/schemes/aims-lead-auditor/")
EXAM = "/exams/lead-implementer/"


@pytest.fixture
def page(browser: Callable[..., Page]) -> Iterator[Page]:
    """A visitor's page that must never complain: no error, nothing refused by the content-security policy."""
    complaints: list[str] = []
    page = browser("visitor")

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{page.url}: {message.text}")

    def failed(asked: Request) -> None:
        if asked.failure == "net::ERR_ABORTED":
            return  # the visitor went on before the page had fetched everything, its icon for instance
        complaints.append(f"{page.url}: {asked.url}: {asked.failure}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("requestfailed", failed)
    yield page
    assert complaints == []


def says(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.locator("main")).to_contain_text(text)


def links(page: Page) -> set[str]:
    """Where the main content leads, on this institution."""
    found = page.locator("main a[href]").evaluate_all("all => all.map(one => one.href)")
    return {urldefrag(address).url for address in found}


def test_a_visitor_finds_the_courses_from_the_front_page(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name="See the courses").click()
    page.wait_for_url("**/courses/")
    says(page, "Side by side", "Domains and their weights", "Price")
    for title in ("Lead Implementer", "Lead Auditor"):
        expect(page.locator("main article.card").get_by_role("heading", name=title)).to_have_count(1)
    page.get_by_role("link", name="See the course: ", exact=False).first.click()
    page.wait_for_url("**/courses/lead-*/")


@pytest.mark.parametrize(("path", "modules"), [(COURSES[0], 6), (COURSES[1], 7)])
def test_a_course_says_what_it_gives_what_it_costs_and_what_it_is_not(
    page: Page, path: str, modules: int
) -> None:
    page.goto(path)
    outcomes = page.get_by_role("region", name="What you will be able to do").get_by_role("listitem")
    assert outcomes.count() >= 3
    expect(page.locator("ol.modules > li")).to_have_count(modules)
    domains = page.get_by_role("region", name="Domains of competence")
    weights = domains.locator(".bars-row strong").all_inner_texts()
    assert sum(int(weight.removesuffix(" %")) for weight in weights) == 100
    expect(domains.locator(".bars-row svg")).to_have_count(len(weights))
    domains.get_by_text("The same as a table").click()
    expect(domains.get_by_role("row")).to_have_count(len(weights) + 1)
    facts = page.get_by_role("complementary", name="In short")
    expect(facts).to_contain_text("free in this demonstration")
    says(page, "What you have at the end, and what it is not", "Attestation", "Statement of result")
    says(page, "doesn’t certify your employer’s management system", "no accreditation and no mark of ISO")
    expect(page.get_by_role("link", name="Create an account to enrol").first).to_be_visible()


def test_a_visitor_reads_a_whole_lesson_and_answers_a_check_without_an_account(page: Page) -> None:
    page.goto(LEAD_IMPLEMENTER)
    page.get_by_role("link", name="Read a whole lesson first").click()
    page.wait_for_url("**/sample/")
    assert len(page.locator("main").inner_text().split()) >= 700
    check = page.locator("main form").first
    check.locator("input[type=radio], input[type=checkbox]").first.check()
    check.get_by_role("button").click()
    page.wait_for_url("**/sample/?*")
    expect(page.get_by_text("Your answer").first).to_be_visible()


@pytest.mark.parametrize("path", SCHEMES)
def test_the_rules_of_certification_are_public(page: Page, path: str) -> None:
    page.goto("/schemes/")
    page.locator(f'main a[href="{path}"]').first.click()
    page.wait_for_url(f"**{path}")
    says(page, "The certificate is", "It is not", "Levels, and what each asks for", "Provisional")
    says(page, "Validity and maintenance", "Fees", "Rights and duties")


def test_the_exams_page_says_how_it_is_asked_and_passed(page: Page) -> None:
    page.goto(LEAD_IMPLEMENTER)
    page.locator(f'main a[href="{EXAM}"]').first.click()
    page.wait_for_url(f"**{EXAM}")
    says(page, "What is asked", "How it is passed", "What it does not say", "If you do not pass")
    says(page, "80", "180 minutes")
    expect(page.get_by_role("link", name="Enter for this exam")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_term_explains_itself_by_keyboard_without_leaving_the_lesson(browser, javascript: bool) -> None:
    page = browser("visitor", javascript=javascript, width=390)
    page.goto(f"{LEAD_IMPLEMENTER}sample/")
    word, sheet = page.locator("button.term").first, page.locator(":popover-open")
    word.focus()
    page.keyboard.press("Enter")
    expect(sheet).to_be_visible()
    expect(sheet).to_be_in_viewport(ratio=1)
    page.keyboard.press("Tab")
    expect(sheet.get_by_role("link", name="In the glossary")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(word).to_be_focused()


def test_a_visitor_finds_a_term_by_its_letter_by_words_and_by_clause(page: Page) -> None:
    page.goto("/glossary/")
    page.get_by_role("navigation", name="Letters").get_by_role("link", name="R", exact=True).click()
    expect(page.get_by_role("heading", name="Risk owner", exact=True)).to_be_visible()
    page.get_by_label("Words in a term or its explanation").fill("pass on its label")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".entry").or_(page.get_by_text("No term fits"))).not_to_have_count(0)
    page.goto("/glossary/risk-owner/")
    page.locator("main a.chip").first.click()
    expect(page.get_by_role("heading", name="Where it is taught")).to_be_visible()


def test_every_link_of_every_public_page_opens_and_nothing_complains(page: Page) -> None:
    """Follows what the main content offers, from page to page, as far as a visitor gets."""
    home = page.context.request
    start = page.goto("/")
    assert start is not None
    base = start.url
    waiting, seen = {base, f"{base}schemes/", f"{base}verify/", f"{base}about/"}, set[str]()
    terms = 0
    while waiting:
        address = waiting.pop()
        seen.add(address)
        answer = home.get(address)
        assert answer.status == 200, f"{address}: {answer.status}"
        asks_to_sign_in = "/accounts/" in answer.url
        # Terms are laid out alike: each must open, and a few are looked at.
        terms += "/glossary/" in address
        alike = "/glossary/" in address and terms > 5
        if asks_to_sign_in or alike or "?" in address or "text/html" not in answer.headers["content-type"]:
            continue
        page.goto(address, wait_until="networkidle")
        waiting |= {found for found in links(page) if found.startswith(base)} - seen
    for path in (*COURSES, *SCHEMES, EXAM, f"{LEAD_IMPLEMENTER}sample/"):
        assert base.rstrip("/") + path in seen
