"""Every kind of item on plain pages: shown, answered, shown again, taken back. Names and values are the form's own."""

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.urls import reverse

from exams import itemtypes
from exams.actions import items, marking, sittings
from exams.models import Form, Result
from exams.queries import sittings as queries
from exams.rules import responses as rules
from tests import cast
from tests.factories import exams as make
from tests.factories.kinds import RIGHT, WRONG

pytestmark = pytest.mark.django_db
BY_RULE = itemtypes.marked_by_rule()


class Controls(HTMLParser):
    """What a browser would post of a page's form as it stands: (name, value), and every name that is there."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.posted: list[tuple[str, str]] = []
        self.names: set[str] = set()
        self.select: list[Any] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        said = dict(attrs)
        if tag == "select":
            self.names.add(said["name"])
            self.select = [said["name"], None]
        elif tag == "option" and self.select:
            self.select += [said.get("value"), "selected" in said]
            if "value" not in said:
                self.select[-2] = object
        elif tag == "input" and "name" in said:
            self.names.add(said["name"])
            if said.get("type") not in {"radio", "checkbox"} or "checked" in said:
                self.posted.append((said["name"], said.get("value") or ""))

    def handle_data(self, data: str) -> None:
        if len(self.select) > 2 and self.select[-2] is object:
            self.select[-2] = data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            name, _, *pairs = self.select
            options = list(zip(pairs[::2], pairs[1::2], strict=True))
            self.posted.append((name, next((value for value, chosen in options if chosen), options[0][0])))
            self.select = []


FILLED = {
    "single": {"": ["b"]},
    "true-false": {"": ["t"]},
    "multiple": {"": ["a", "c"]},
    "matrix": {"-1": ["a"], "-2": ["b"], "-3": ["c"], "-4": ["a"]},
    "matching": {"-1": ["b"], "-2": ["a"]},
    "ordering": {"-b": ["1"], "-d": ["2"], "-a": ["3"], "-c": ["4"]},
    "numeric": {"": ["12,5"]},
    "text": {"": [" dry"]},
    "gap": {"-1": ["a"], "-2": ["cold"], "-3": ["100"]},
}


@pytest.fixture
def sitting(ada: Any) -> Any:
    return make.running(make.mixed_exam(), ada)


def saved(sitting: Any) -> dict[int, Any]:
    return rules.current(queries.events(sitting.pk))


def page(sitting: Any, position: int) -> str:
    return reverse("exams:page", args=[sitting.uuid, position])


@pytest.mark.parametrize("kind", BY_RULE)
def test_each_kind_is_answered_on_a_plain_page_and_shown_again(kind, sitting, ada, signed_in) -> None:
    browser, position = signed_in(ada), make.position_of(sitting, kind)
    name = f"answer-{position}"
    there = Controls(browser.get(page(sitting, position)).content.decode()).names
    filled = {f"{name}{part}": values for part, values in FILLED[kind].items()}
    assert set(filled) <= there
    browser.post(page(sitting, position), filled | {f"was-{position}": "", "go": "save"})
    assert saved(sitting) == {position: RIGHT[kind]}

    again = Controls(browser.get(page(sitting, position)).content.decode())
    assert (f"was-{position}", RIGHT[kind]) in again.posted
    shown = [(key, value) for key, value in again.posted if key.startswith(name)]
    browser.post(page(sitting, position), _dict(again.posted) | {"go": "next"})
    assert saved(sitting) == {position: RIGHT[kind]}, "a page posted back as it stood changes nothing"
    assert len(queries.events(sitting.pk)) == 1
    assert shown != []

    browser.post(page(sitting, position), _dict(again.posted) | {f"clear-{position}": "1", "go": "save"})
    assert saved(sitting) == {}


def _dict(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        # As a browser posts a line break.
        found.setdefault(name, []).append(value.replace("\n", "\r\n"))
    return found


@pytest.mark.parametrize("kind", ["multiple", "matching", "ordering", "numeric", "text", "gap"])
def test_what_is_emptied_is_cleared(kind, sitting, ada, signed_in) -> None:
    browser, position = signed_in(ada), make.position_of(sitting, kind)
    make.answer(sitting, {position: RIGHT[kind]})
    names = Controls(browser.get(page(sitting, position)).content.decode()).names
    empty = {name: "" for name in names if name.startswith("answer-") and kind != "multiple"}
    browser.post(page(sitting, position), empty | {f"was-{position}": RIGHT[kind], "go": "save"})
    assert saved(sitting) == {}


@pytest.mark.parametrize(
    ("kind", "part"), [("matrix", "a--a"), ("matching", "b-"), ("ordering", "--b-"), ("gap", "a\n\n")]
)
def test_what_is_begun_shows_as_answered_in_part(kind, part, sitting, ada, signed_in) -> None:
    browser, position = signed_in(ada), make.position_of(sitting, kind)
    make.answer(sitting, {position: part})
    grid = browser.get(reverse("exams:review", args=[sitting.uuid])).content.decode()
    assert "<span data-word>Answered in part</span>" in grid
    assert "8 of 9 items are unanswered." in grid


@pytest.mark.parametrize("kind", BY_RULE)
def test_what_can_be_no_answer_is_refused_in_words(kind, sitting, ada, signed_in) -> None:
    browser, position = signed_in(ada), make.position_of(sitting, kind)
    names = Controls(browser.get(page(sitting, position)).content.decode()).names
    posted = {name: "zz\x00" for name in names if name.startswith("answer-")}
    answer = browser.post(
        page(sitting, position), posted | {f"was-{position}": "", "go": "save"}, follow=True
    )
    assert "An answer was not understood and not saved" in html.unescape(answer.content.decode())
    assert saved(sitting) == {}


def test_the_whole_paper_holds_every_kind_and_saves_them_together(sitting, ada, signed_in) -> None:
    browser = signed_in(ada)
    text = browser.get(reverse("exams:paper", args=[sitting.uuid])).content.decode()
    kinds = set(re.findall(r'data-kind="([a-z-]+)"', text))
    assert kinds == set(BY_RULE) - {"single", "true-false"}, "one choice needs no script of its own"
    assert "exams/kinds.css" in text
    posted: dict[str, Any] = {}
    for kind in BY_RULE:
        position = make.position_of(sitting, kind)
        posted |= {f"answer-{position}{part}": values for part, values in FILLED[kind].items()}
    browser.post(reverse("exams:paper", args=[sitting.uuid]), posted | {"go": "review"})
    assert saved(sitting) == {make.position_of(sitting, kind): RIGHT[kind] for kind in BY_RULE}


def test_a_paper_of_single_choices_fetches_nothing_for_other_kinds(ada, signed_in) -> None:
    sitting = make.running(make.exam(), ada)
    text = signed_in(ada).get(reverse("exams:paper", args=[sitting.uuid])).content.decode()
    assert "data-kind" not in text
    assert "exams/kinds" not in text


def test_all_right_earns_all_points_and_the_page_shows_them(sitting, ada, eve, signed_in) -> None:
    make.answer(sitting, {make.position_of(sitting, kind): RIGHT[kind] for kind in BY_RULE})
    sittings.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
    marking.mark(sitting_id=sitting.pk)
    result = Result.objects.get(sitting=sitting)
    assert (result.run.raw, result.run.maximum, result.outcome) == (9, 9, "passed")


def test_points_in_parts_are_shown_to_two_decimals(ada, signed_in) -> None:
    sitting = make.running(make.mixed_exam(kind="practice", scheme_key=""), ada)
    last = make.position_of(sitting, "matrix")
    make.answer(sitting, {last: "ab--"})
    sittings.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
    marking.mark(sitting_id=sitting.pk)
    result = Result.objects.get(sitting=sitting)
    text = signed_in(ada).get(reverse("exams:result", args=[result.uuid])).content.decode()
    assert "0.5 of 9" in text
    assert (
        f"1 of 9{f', {last - 1} omitted' if last > 1 else ''}{f', {9 - last} not reached' if last < 9 else ''}"
        in text
    )


def test_who_may_lose_points_is_told_beforehand(ada, signed_in) -> None:
    home = make.bank("bank-strict")
    draft = make.kind_draft("true-false", scoring="right-minus-wrong")
    strict = make.live_item("S-1", in_bank=home, draft=draft)
    for number in range(3):
        lenient = make.live_item(f"S-2-{number}", in_bank=home, domain=2)
    sitting = make.running(make.exam("strict", length=2), ada)
    browser = signed_in(ada)
    place = make.position_of(sitting, "true-false")
    warning = "A wrong answer takes points away here; no answer takes none."
    assert warning in browser.get(page(sitting, place)).content.decode()
    assert warning not in browser.get(page(sitting, 3 - place)).content.decode()
    assert "data-deducts" in browser.get(reverse("exams:paper", args=[sitting.uuid])).content.decode()
    assert "takes none away" not in browser.get(reverse("exams:submit", args=[sitting.uuid])).content.decode()
    # Who reviews the item sees it as its candidate does.
    staff = signed_in(cast.person("hana"))
    said = [staff.get(f"/admin/bank/items/{one.pk}/").content.decode() for one in (strict, lenient)]
    assert [warning in text for text in said] == [True, False]


def test_a_score_may_lie_below_zero(ada, signed_in) -> None:
    exam = make.mixed_exam("strict", kind="practice", scheme_key="")
    sitting = make.running(exam, ada)
    form = Form.objects.get(exam=exam)
    place = make.position_of(sitting, "true-false")
    form.keys[str(place)]["rule"] = "right-minus-wrong"
    form.save()
    make.answer(sitting, {place: WRONG["true-false"]})
    sittings.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
    marking.mark(sitting_id=sitting.pk)
    result = Result.objects.get(sitting=sitting)
    assert (result.run.raw, result.outcome) == (-1, "failed")
    text = signed_in(ada).get(reverse("exams:result", args=[result.uuid])).content.decode()
    assert "-1 of 9" in text


# --- in the bank -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", itemtypes.kinds())
def test_the_bank_shows_each_kind_as_the_candidate_sees_it_and_its_key(kind, hana, signed_in) -> None:
    item = items.add_item(bank_id=make.bank().pk, code="K-1", draft=make.kind_draft(kind), author_id=hana.pk)
    text = html.unescape(signed_in(hana).get(f"/admin/bank/items/{item.pk}/").content.decode())
    of = itemtypes.of(kind)
    for line in of.lines(item.current.content, item.current.keys.get().key):
        assert line.text in text
        assert line.says in text
    assert of.NAME in text


def described(text: str, **more: Any) -> dict[str, Any]:
    said = {
        "code": "NEW-1",
        "pool": "practice",
        "domain": "2",
        "level": "apply",
        "clauses": "6.1.2",
        "controls": "",
    }
    return said | {"text": text} | more


@pytest.mark.parametrize("kind", [kind for kind in itemtypes.kinds() if kind != "single"])
def test_an_item_of_any_kind_is_written_as_text_and_edited(kind, library, hana, signed_in) -> None:
    bank = make.Bank.objects.get(key="aims-lead-implementer")
    browser = signed_in(hana)
    page = browser.get(f"/admin/bank/items/add/?bank={bank.pk}&kind={kind}")
    starter = page.context["form"].initial["text"]
    answer = browser.post(f"/admin/bank/items/add/?kind={kind}", described(starter, bank=bank.pk))
    assert answer.status_code == 302, answer.context["form"].errors
    item = items.Item.objects.get(code="NEW-1")
    assert (item.kind, item.current.number) == (kind, 1)

    edit = browser.get(f"/admin/bank/items/{item.pk}/edit/")
    text = edit.context["form"].initial["text"]
    browser.post(f"/admin/bank/items/{item.pk}/edit/", described(text.replace("\n", "\r\n")))
    item.refresh_from_db()
    assert item.current.number == 1, "what is written down again is the same item"
    browser.post(f"/admin/bank/items/{item.pk}/edit/", described(text.replace("stem: ", "stem: Now, ", 1)))
    item.refresh_from_db()
    assert (item.current.number, item.current.content["stem"][:5]) == (2, "Now, ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "This field is required"),
        ("kind: matrix\nstem: What?", "Line 1: 'columns' is missing"),
        ("kind: riddle", "Line 1: 'kind' must be one of: single, true-false"),
        (
            "kind: numeric\nstem: How many?\nanswer: 1.5\nwhy: So.",
            "Line 3: 'answer' must be a number; quote one",
        ),
        ("kind: numeric\nstem: How many?\nanswer: 1\nwhy: ''", "Line 4: 'why' is empty"),
        ("kind: [", "not readable as YAML"),
        ("just words", "must hold a mapping"),
        ("a: &a [x]\nb: [*a, *a]", "References with & and * have no place here"),
        ("kind: " + "[" * 5000 + "]" * 5000, "nested too deeply"),
        ("kind: !!python/object:os.system {}", "has no place in a content file"),
        ("kind: text\x00", "Null characters are not allowed"),
        ("x" * 20_001, "at most 20000 characters"),
    ],
)
def test_what_is_wrong_in_a_text_is_said_with_its_line(text, said, library, hana, signed_in) -> None:
    bank = make.Bank.objects.get(key="aims-lead-implementer")
    answer = signed_in(hana).post("/admin/bank/items/add/?kind=matrix", described(text, bank=bank.pk))
    assert answer.status_code == 400
    assert said in html.unescape(answer.content.decode())
    assert not items.Item.objects.filter(code="NEW-1").exists()
