"""A package of another program: imported, published, run by its learner, and kept away from everything of ours."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from courses.rules.exchange import cartridge
from courses.rules.packages.manifest import Standard
from lms.kit.archives import Archive
from tests.courses.rules.exchange.test_strangers import COURSE as OLX
from tests.courses.rules.exchange.test_strangers import olx, pack
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


def comes_in(page: Page, kind: str, file: Path, **said: str) -> None:
    """Up to the preview, or to the sentence that there is none."""
    page.goto("/admin/courses/import/")
    page.locator("#id_format").select_option(value=kind)
    page.locator("#id_file").set_input_files(file)
    if kind != "markdown":
        page.locator("#id_profile").select_option(value="aims-lead-auditor")
    for name, value in said.items():
        page.locator(f"#id_{name}").fill(value)
    page.get_by_role("button", name="Preview").click()


def test_every_kind_of_course_leaves_and_comes_in(
    institution: Institution, signs_in: Callable[..., Page], tmp_path: Path
) -> None:
    page = signs_in("finn")
    page.set_default_timeout(120_000)  # a whole course is written, and read again
    for kind in ("markdown", "scorm-1.2", "scorm-2004"):
        page.goto("/admin/courses/export/")
        page.locator("#id_course").select_option(label="ISO/IEC 42001 Lead Auditor")
        page.locator("#id_format").select_option(value=kind)
        page.get_by_role("button", name="Preview").click()
        with page.expect_download() as leaving:
            page.get_by_role("button", name="Download").click()
        leaving.value.save_as(tmp_path / f"{kind}.zip")
    (tmp_path / "olx.tar.gz").write_bytes(olx(OLX))
    (tmp_path / "cmi5.zip").write_bytes(packages.cmi5())
    (tmp_path / "golf.zip").write_bytes(packages.scorm(Standard.SCORM_12))
    for kind, name in (
        ("markdown", "markdown.zip"),
        ("scorm", "golf.zip"),
        ("olx", "olx.tar.gz"),
        ("cmi5", "cmi5.zip"),
    ):
        comes_in(page, kind, tmp_path / name, key=f"again-{kind}")
        expect(page.get_by_role("heading", name=f"What {name} would bring")).to_be_visible(timeout=120_000)
        page.get_by_role("button", name="Import as drafts").click()
        expect(page.get_by_text("is imported as drafts")).to_be_visible(timeout=120_000)


def test_a_file_that_lies_is_refused_in_a_sentence(signs_in: Callable[..., Page], tmp_path: Path) -> None:
    page = signs_in("finn")
    page.set_default_timeout(60_000)
    good = packages.scorm()
    hostile = {
        "page.zip": b"<!doctype html><p>Not found</p>",
        "out.zip": pack({"../../out.html": b"x", "imsmanifest.xml": b"<manifest/>"}),
        "empty.zip": pack({"index.html": b"x"}),
        "bomb.zip": pack({"imsmanifest.xml": b"<manifest/>", "zeros": b"0" * 200_000_000}),
        "cut.zip": good[: len(good) // 2],
    }
    for name, content in hostile.items():
        (tmp_path / name).write_bytes(content)
        comes_in(page, "scorm", tmp_path / name)
        expect(page.get_by_text("Nothing was imported")).to_be_visible()
        expect(page.get_by_role("button", name="Import as drafts")).to_have_count(0)


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
