"""Finn writes; Ivo, Jun and Gro approve; and whoever studies is told of it."""

import re
import secrets

from playwright.sync_api import Page, expect

COURSE = "/courses/lead-auditor/"
LESSON = "Clause 5 with A.2 and A.3: leadership that leaves traces"
READ = "/learn/lead-auditor/requirements-leadership-policy-roles/"
REVIEW = "Submit to Editorial review"


def opens_lesson(page: Page) -> str:
    """Opens the lesson in the page editor from the menu; returns its address there."""
    page.goto("/admin/")
    menu = page.get_by_role("navigation", name="Main menu")
    menu.get_by_role("button", name="Courses").click()
    menu.get_by_role("link", name="Lessons").click()
    page.get_by_role("link", name=LESSON, exact=True).first.click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    expect(page.get_by_role("button", name="Save draft")).to_be_visible()
    return page.url


def more_actions(page: Page) -> None:
    page.locator("footer").get_by_role("button", name="More actions").click()


def approves(page: Page, where: str) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name=LESSON).first.click()
    page.wait_for_url(where)
    more_actions(page)
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_text("has been updated")).to_be_visible()


def test_a_lesson_is_edited_previewed_submitted_approved_and_read(signs_in) -> None:
    sentence = f"Traces outlive intentions, noted under {secrets.token_hex(4)}."
    learner = signs_in("ben")
    learner.goto(COURSE)
    learner.get_by_role("button", name="Enrol").or_(
        learner.get_by_role("link", name="Go to the classroom")
    ).first.click()
    learner.goto(READ)
    expect(learner.get_by_role("heading", level=1)).to_have_text(LESSON)

    author = signs_in("finn")
    where = opens_lesson(author)
    text = author.locator(".public-DraftEditor-content").first
    text.click()
    text.press("Control+End")
    text.press_sequentially(f" {sentence}")
    # The editor fills its form a moment after the last key. A preview that is asked for before asks twice, and the
    # older of two answers may come last.
    expect(author.locator("input[name=body-0-value]")).to_have_value(re.compile(re.escape(sentence)))
    author.get_by_role("button", name="Toggle preview").click()
    preview = author.frame_locator("#w-preview-iframe, iframe[title=Preview]").first
    expect(preview.locator("main")).to_contain_text(sentence)
    expect(preview.get_by_role("heading", level=1)).to_have_text(LESSON)

    more_actions(author)
    expect(author.get_by_role("button", name="Publish")).to_have_count(0)
    author.get_by_role("button", name=REVIEW).click()
    expect(author.get_by_text("has been submitted for moderation")).to_be_visible()
    author.goto(where)
    expect(author.get_by_role("button", name=re.compile("Approve|Publish"))).to_have_count(0)

    # A subject expert, whoever judges its accessibility, and an editor: each finds it once those before have approved.
    for name in ("ivo", "jun", "gro"):
        learner.goto(READ)
        expect(learner.locator("main")).not_to_contain_text(sentence)
        approves(signs_in(name), where)

    # Who has begun keeps what they began, is told, and moves on when they like.
    learner.reload()
    expect(learner.locator("main")).not_to_contain_text(sentence)
    learner.get_by_role("link", name="See what has changed").click()
    expect(learner.locator("ins").first).to_contain_text(sentence)
    learner.get_by_role("button", name="Move on to the newer edition").click()
    expect(learner.locator("main")).to_contain_text(sentence)
