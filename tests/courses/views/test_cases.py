import pytest

from courses.models import CaseDocument
from courses.queries import enrolments as reads
from lms.billing.actions import entitlements
from tests.counting import statements
from tests.factories import courses as make

pytestmark = pytest.mark.django_db

SHEETS = ("policy-1", "policy-2", "evidence-01")


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def browser(ada, signed_in):
    make.enrolled(ada, make.small())
    return signed_in(ada)


def pages(browser, slug: str = "small", sheets=SHEETS) -> str:
    addresses = ["case/", "case/evidence/", *(f"case/{sheet}/" for sheet in sheets)]
    return " ".join(text(browser.get(f"/learn/{slug}/{address}")) for address in addresses)


def test_the_classroom_opens_the_case(browser) -> None:
    assert "The case" not in text(browser.get("/learn/small/"))
    make.load_case(make.pack(small=True))
    assert 'href="/learn/small/case/"' in text(browser.get("/learn/small/"))
    said = text(browser.get("/learn/small/case/"))
    for words in ("Who they are.", "Title of policy", "Title of evidence-01", "All 1 pieces"):
        assert words in said


def test_a_course_that_names_versions_says_which_is_which_and_what_is_wrong(browser) -> None:
    make.load_case(make.pack(small=True))
    flawed, good = (text(browser.get(f"/learn/small/case/policy-{place}/")) for place in (1, 2))
    assert "The Company · Has faults" in flawed
    assert "policy falls short." in flawed
    assert "The flawed text of policy." in flawed
    assert "The Company · Does its work" in good
    assert "What is wrong with it" not in good


def test_a_course_that_does_not_name_them_tells_them_apart_nowhere(browser) -> None:
    make.load_case(make.pack(small=False))
    said = pages(browser)
    for word in ("Has faults", "Does its work", "policy falls short", "policy-good", "policy-flawed"):
        assert word not in said
    assert "First version" in said
    assert "Second version" in said


@pytest.mark.parametrize("named", [True, False])
def test_no_learner_sees_the_finding_on_a_piece_of_evidence(browser, named) -> None:
    make.load_case(make.pack(small=named))
    said = pages(browser)
    assert "The found text of evidence-01." in said
    for word in ("gapes", "nonconformity", "minor"):
        assert word not in said


def test_a_lesson_that_works_with_a_document_leads_to_it(browser) -> None:
    make.load_case(make.pack(small=True))
    said = text(browser.get("/learn/small/l1/"))
    assert '<a href="/learn/small/case/policy-1/">Title of policy</a>' in said
    assert '<a href="/learn/small/case/evidence/">Evidence of an audit</a>' in said
    assert "In the case" not in text(browser.get("/learn/small/l2/"))


def test_what_is_not_there_answers_404_and_strangers_are_led_away(browser, dag, signed_in) -> None:
    assert browser.get("/learn/small/case/").status_code == 404
    make.load_case(make.pack(small=True))
    assert browser.get("/learn/small/case/policy-3/").status_code == 404
    for address in ("case/", "case/evidence/", "case/policy-1/"):
        answer = signed_in(dag).get(f"/learn/small/{address}")
        assert answer.headers["Location"] == "/courses/small/"


def test_a_case_costs_the_same_at_one_piece_and_at_thirty(browser) -> None:
    counts = []
    for pieces in (1, 30):
        made = [make.case_document(f"evidence-{n:02}") for n in range(pieces)]
        make.load_case(make.case(*made, small=False))
        with statements() as said:
            pages(browser, sheets=("evidence-00",))
        counts.append(len(said))
    assert counts[0] == counts[1]


def test_the_shipped_case_keeps_its_answers_to_itself(ada, library, signed_in) -> None:
    """Every page of the case, in both courses, against every finding and every fault of the files."""
    browser = signed_in(ada)
    rows = list(CaseDocument.objects.all())
    slugs = [row.slug for row in rows]
    assert len(slugs) == 46
    flaws = {flaw["why"] for row in rows for flaw in row.answers.get("flaws", ())}
    gaps = {row.answers["gap"] for row in rows if "gap" in row.answers}
    assert (len(flaws), len(gaps)) == (44, 12)
    for slug in ("lead-implementer", "lead-auditor"):
        entitlements.grant(product_key=f"course:{slug}", person_id=ada.pk, source_key=slug)
        browser.post(f"/courses/{slug}/enrol/")
        assert reads.enrolment(ada.pk, slug)
        said = pages(browser, slug, slugs).replace("&#x27;", "'")
        assert [gap for gap in gaps if gap in said] == []
        shown = {why for why in flaws if why in said}
        assert shown == (flaws if slug == "lead-implementer" else set())
