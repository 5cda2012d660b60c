import pytest
from django.test import Client

from courses.models import LessonPage, Term
from tests.counting import statements
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def words():
    return make.glossary(
        make.term("risk-owner", "Risk owner", also=("owner of a risk",), refs=("4.1",), see=("scope",)),
        make.term("scope", "Scope", refs=("A.2.2",)),
        make.term("ai-system", "AI system"),
    )


def test_the_glossary_shows_every_term_under_its_letter_at_an_anchor_of_its_own(client, words) -> None:
    said = text(client.get("/glossary/"))
    assert said.index('id="letter_A"') < said.index('id="ai-system"') < said.index('id="letter_R"')
    assert 'href="/glossary/risk-owner/"' in said
    assert "also: owner of a risk" in said
    assert 'href="/glossary/?clause=4.1"' in said


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=OWNER", {"risk-owner"}),
        ("q=about+scope", {"scope"}),
        ("clause=A.2.2", {"scope"}),
        ("clause=4.1&q=scope", set()),
        ("q=%20", {"risk-owner", "scope", "ai-system"}),
        ("q=" + "x" * 5000, set()),
        ("clause=%00'", set()),
    ],
)
def test_a_filter_works_by_the_address_alone(client, words, asked, found) -> None:
    said = text(client.get(f"/glossary/?{asked}"))
    assert {key for key in ("risk-owner", "scope", "ai-system") if f'id="{key}"' in said} == found
    assert ("No term fits" in said) == (not found)


def test_a_clause_says_where_it_is_taught(client, words) -> None:
    make.small()
    said = text(client.get("/glossary/?clause=4.1"))
    assert "4.1 The organisation" in said
    assert '<a href="/courses/small/#module-1">Course small</a>, lesson 1.1: Lesson l1' in said


def test_a_term_has_a_page_of_its_own(client, words) -> None:
    said = text(client.get("/glossary/risk-owner/"))
    assert "Risk owner</h1>" in said
    assert '<a href="/glossary/scope/">Scope</a>' in said
    assert "The organisation" in said
    assert client.get("/glossary/none/").status_code == 404


def test_an_empty_glossary_says_so(client) -> None:
    assert "The glossary is empty" in text(client.get("/glossary/"))


def test_every_term_stands_on_the_sitemap(client, words) -> None:
    said = text(client.get("/sitemap.xml"))
    assert "/glossary/</loc>" in said
    assert "/glossary/scope/</loc>" in said


def test_the_glossary_costs_the_same_at_one_term_and_at_thirty(client) -> None:
    make.glossary(make.term("t0", "Term 0", refs=("4.1",)))
    with statements() as few:
        client.get("/glossary/")
    make.glossary(
        *(make.term(f"t{n}", f"Term {n}", refs=("4.1",), see=("t0",) if n else ()) for n in range(30))
    )
    with statements() as many:
        client.get("/glossary/")
    assert len(few) == len(many) <= 6


# In lessons


def marked(key: str = "l1", words: str = '<a href="/glossary/scope/">the limits</a>'):
    body = ({"type": "text", "value": f"<p>Draw {words}.</p>", "id": make.id_of(key, "block 0")},)
    make.load(make.course("small", [make.module(1, [make.lesson(key, body=body, sample=True)])]))


def test_a_lesson_explains_its_terms_without_a_script(client, words) -> None:
    marked()
    said = text(client.get("/courses/small/sample/"))
    assert '<button class="term" type="button" popovertarget="term_scope">the limits</button>' in said
    assert '<div class="meaning" id="term_scope" popover>' in said
    assert "About scope." in said
    assert '<a href="/glossary/scope/">In the glossary</a>' in said


def test_a_term_that_is_gone_leaves_its_words(client, words) -> None:
    marked()
    Term.objects.filter(key="scope").delete()
    said = text(client.get("/courses/small/sample/"))
    assert "<p>Draw the limits.</p>" in said


def test_marks_survive_the_page_editor(words) -> None:
    marked()
    block = LessonPage.objects.get(key="l1").body[0]
    assert 'href="/glossary/scope/"' in block.value.source


def test_a_lesson_with_terms_costs_one_statement_more(ada, signed_in, words) -> None:
    marked()
    enrolment = make.enrolled(ada, make.CoursePage.objects.get(key="small"))
    browser: Client = signed_in(ada)
    make.open_lesson(enrolment, "l1")
    with statements() as said:
        assert "popovertarget" in text(browser.get("/learn/small/l1/"))
    assert len(said) <= 12
    assert len([sql for sql in said if "courses_term" in sql]) == 1
