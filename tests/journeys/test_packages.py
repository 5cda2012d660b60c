"""A package of another program: imported, published, run by its learner, and kept away from everything of ours."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from courses.rules.exchange import cartridge
from courses.rules.packages.manifest import Standard
from lms.kit.archives import Archive
from tests.factories import packages
from tests.journeys.institution import Institution


def test_a_package_runs_keeps_its_data_and_reads_no_cookie(
    institution: Institution, signs_in: Callable[..., Page], tmp_path: Path
) -> None:
    """SCORM 2004; 1.2 differs in names alone, and its run-time is tried without a browser."""
    (tmp_path / "golf.zip").write_bytes(packages.scorm(Standard.SCORM_2004, title="Golf for auditors"))
    said = institution.manage(
        "import_course", str(tmp_path / "golf.zip"), "--organisation", "institute", "--format", "scorm"
    )
    assert "1 modules, 1 lessons" in said
    institution.manage("shell", "-c", PUBLISH)

    page = signs_in("ada")
    page.goto("/courses/golf-for-auditors/")
    page.get_by_role("button", name="Enrol").first.click()
    page.goto("/learn/golf-for-auditors/golf-for-auditors-1/")
    page.get_by_role("link", name="Open “Golf for auditors 1”").click()
    inside = page.frame_locator("iframe.package-frame").frame_locator("iframe")
    expect(inside.locator("#said")).to_have_text("Page 0, ab-initio")
    expect(inside.locator("#cookies")).to_have_text("Cookies: []")
    expect(inside.locator("#outside")).to_have_text("Outside: nothing")
    assert page.evaluate("document.cookie.length + navigator.cookieEnabled") != 0
    for _ in range(3):
        inside.get_by_role("button", name="Go on").click()
    expect(inside.locator("#said")).to_have_text("Page 3, ab-initio")
    expect(page.get_by_role("status")).to_contain_text("Kept at")

    page.goto("/learn/golf-for-auditors/golf-for-auditors-1/package/")
    inside = page.frame_locator("iframe.package-frame").frame_locator("iframe")
    expect(inside.locator("#said")).to_have_text("Page 3, resume")
    inside.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("status")).to_contain_text("Done, and kept at")
    page.get_by_role("link", name="Back to the lesson").click()
    expect(page.get_by_text("You have done this lesson.")).to_be_visible()


def test_a_course_leaves_and_comes_in_again_under_another_key(
    institution: Institution, signs_in: Callable[..., Page], tmp_path: Path
) -> None:
    page = signs_in("finn")
    page.goto("/admin/courses/export/")
    page.locator("#id_course").select_option(label="ISO/IEC 42001 Lead Auditor")
    page.locator("#id_format").select_option(label="Common Cartridge 1.3")
    page.get_by_role("button", name="Preview").click()
    with page.expect_download() as leaving:
        page.get_by_role("button", name="Download").click()
    file = tmp_path / "course.imscc"
    leaving.value.save_as(file)
    assert Archive(file.read_bytes()).has(cartridge.MANIFEST)

    page.goto("/admin/courses/import/")
    page.locator("#id_format").select_option(label="Common Cartridge (1.1 to 1.3)")
    page.locator("#id_file").set_input_files(file)
    page.locator("#id_profile").select_option(value="aims-lead-auditor")
    page.locator("#id_key").fill("auditor-again")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="What course.imscc would bring")).to_be_visible()
    page.get_by_role("button", name="Import as drafts").click()
    expect(page.get_by_text("is imported as drafts")).to_be_visible()
    expect(page.get_by_role("heading", name="ISO/IEC 42001 Lead Auditor")).to_be_visible()


PUBLISH = """
from courses.models import CoursePage
from lms.billing.actions import products
page = CoursePage.objects.get(key='golf-for-auditors')
for one in page.get_descendants(inclusive=True).specific():
    one.get_latest_revision().publish()
products.offer(key='course:golf-for-auditors', kind='course', title='Golf', amount_minor=0, currency='EUR')
CoursePage.objects.filter(pk=page.pk).update(product_key='course:golf-for-auditors')
"""
