from fractions import Fraction
from pathlib import Path

import pytest

from exams.actions import demonstration, items, library, scenarios
from exams.models import Agreement, Bank, Exam, Form, Item, ItemVersion, Scenario
from exams.queries import bank
from exams.rules import library as reading
from exams.rules.blueprint import Cell, Target, Worth
from exams.states import ItemState
from lms.kit.content import Problems
from lms.web.library import UnreadableLibrary
from tests.counting import statements
from tests.factories import exams as make

BANK = "key: aims-lead-implementer\ntitle: A bank\nprofile: aims-lead-implementer\norganisation: institute\n"
ITEM = """  - code: {code}
    domain: {domain}
    level: apply
    clauses: ["6.1.2"]
    controls: ["A.5.2"]
    stem: What about {code}?
    options:
      - {{text: First {code}, why: No.}}
      - {{text: Second {code}, why: Yes., right: true}}
      - {{text: Third {code}, why: No.}}
"""
HEAD = "bank: aims-lead-implementer\npool: exam\nauthor: Hana Sato\n"
EXAM = """key: tiny
kind: exam
title: Tiny
strapline: Small.
summary: Small.
organisation: institute
bank: aims-lead-implementer
pool: exam
blueprint: {length: 6}
agreement: plain
minutes: 10
cut_percent: 70
retake: [{days: 15}, {months: 3}]
allowed: [Notes.]
says: [Outcome.]
says_not: [Items.]
product: {key: exam-tiny, amount: 100, currency: EUR}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path, "banks/aims-lead-implementer/bank.yaml", BANK)
    items_said = "".join(ITEM.format(code=f"T-{d}-{n}", domain=d) for d in range(1, 7) for n in range(3))
    put(tmp_path, "banks/aims-lead-implementer/exam/items.yaml", f"{HEAD}items:\n{items_said}")
    put(tmp_path, "agreements/plain.md", "---\nkey: plain\ntitle: Plain\n---\nBe honest.\n")
    put(tmp_path, "exams/tiny.yaml", EXAM)
    return tmp_path


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def faults(*folders: Path) -> list[str]:
    problems = Problems()
    reading.read(folders, problems)
    return [f"{problem.path.name}:{problem.line}: {problem.message}" for problem in problems]


def load(*folders: Path):
    problems = Problems()
    parsed = reading.read(folders, problems)
    assert list(problems) == []
    return library.write(parsed)


ITEMS = "banks/aims-lead-implementer/exam/items.yaml"


class TestReading:
    def test_a_sound_folder_has_no_fault(self, folder) -> None:
        assert faults(folder) == []

    @pytest.mark.parametrize(
        ("name", "old", "new", "fault"),
        [
            (ITEMS, "code: T-1-1", "code: T-1-0", "items.yaml:15: code 'T-1-0' stands already in"),
            (ITEMS, "level: apply", "level: recall", "items.yaml:7: 'level' must be one of"),
            (ITEMS, "domain: 1", "domain: one", "items.yaml:6: 'domain' must be a whole number"),
            (ITEMS, ", right: true", "", "items.yaml:11: exactly one option is right, and 0 are marked so"),
            (
                ITEMS,
                "pool: exam",
                "pool: practice",
                "items.yaml:2: 'pool' must be 'exam', as the folder says",
            ),
            (ITEMS, "    stem: What", "    stern: What", "items.yaml:10: unknown key 'stern'"),
            (ITEMS, "clauses: [", "clauses: [[", "items.yaml:"),
            (
                ITEMS,
                'controls: ["A.5.2"]',
                'enemies: ["T-9-9"]',
                "names an enemy that is no other item: 'T-9-9'",
            ),
            (
                "exams/tiny.yaml",
                "agreement: plain",
                "agreement: none",
                "tiny.yaml:10: there is no agreement 'none'",
            ),
            (
                "exams/tiny.yaml",
                "bank: aims",
                "bank: xims",
                "tiny.yaml:7: there is no bank 'xims-lead-implementer'",
            ),
            (
                "exams/tiny.yaml",
                "minutes: 10",
                "minutes: 10\nminima: [{domain: 1, percent: 0}]",
                ":12: 'percent' is 0",
            ),
            (
                "exams/tiny.yaml",
                "minutes: 10",
                "minutes: 10\nscale: {lowest: 500, cut: 500, highest: 800}",
                ":12: a scale rises: 'lowest' is below 'cut'",
            ),
            ("exams/tiny.yaml", "minutes: 10", "minutes: 0", "tiny.yaml:11: 'minutes' is 0"),
            (
                "exams/tiny.yaml",
                "minutes: 10",
                "minutes: 10\nscheme: aims\nrelease: singly",
                ":13: an exam that a 'scheme' rests on is released in batches by two examiners",
            ),
            (
                ITEMS,
                "    stem: What",
                "    kind: riddle\n    stem: What",
                "items.yaml:10: 'kind' must be one of: single",
            ),
            (
                ITEMS,
                "    stem: What",
                "    kind: text\n    stem: What",
                "items.yaml:12: unknown key 'options'",
            ),
            (
                ITEMS,
                "    stem: What",
                "    scoring: luck\n    stem: What",
                "the scoring rule must be one of: all-or-nothing",
            ),
            (
                "exams/tiny.yaml",
                "{length: 6}",
                "{length: 6}\nmarking: {double: perhaps}",
                "'double' must be one of: never, sample, always",
            ),
            ("exams/tiny.yaml", "{length: 6}", "{length: 6, kinds: [riddle]}", "and not 'riddle'"),
            ("exams/tiny.yaml", "kind: exam", "kind: test", "tiny.yaml:2: 'kind' must be one of"),
            ("exams/tiny.yaml", "{days: 15}", "{weeks: 2}", "tiny.yaml:13: a wait needs days or months"),
            (
                "exams/tiny.yaml",
                "minutes: 10",
                "minutes: 10\nsat: never",
                "tiny.yaml:12: 'sat' must be one of",
            ),
            (
                "exams/tiny.yaml",
                "minutes: 10",
                "minutes: 10\ntakeover: no-one",
                ":12: 'takeover' must be one of",
            ),
            ("exams/tiny.yaml", "minutes: 10", "minutes: 10\nopen_book: 1", ":12: 'open_book' must be true"),
            ("exams/tiny.yaml", "minutes: 10", "minutes: 10\ncancel_hours: -1", ":12: 'cancel_hours' is -1"),
            (
                "exams/tiny.yaml",
                "minutes: 10",
                "minutes: 10\nsafe_browser: true\nsafe_browser_keys: [abc]",
                "tiny.yaml:13: a browser exam key is 64 hexadecimal digits",
            ),
            (
                "exams/tiny.yaml",
                "minutes: 10",
                f"minutes: 10\nsafe_browser_keys: ['{'0f' * 32}']",
                "tiny.yaml:12: browser exam keys say nothing unless",
            ),
            (
                "exams/tiny.yaml",
                "{length: 6}",
                "{length: 6, levels: {recall: 1}}",
                ":9: unknown key 'recall'",
            ),
            (
                "exams/tiny.yaml",
                "{length: 6}",
                "{length: 6, levels: {apply: 0}}",
                ":9: the weights of the levels",
            ),
            ("exams/tiny.yaml", "{length: 6}", "{length: 6, exposure: 0}", ":9: 'exposure' is 0"),
            ("exams/tiny.yaml", "{length: 6}", "{length: 6, cells: [{domain: 1}]}", ":9: 'most' is missing"),
            (
                "exams/tiny.yaml",
                "{length: 6}",
                "{length: 6, cells: [{domain: 1, level: recall, items: 2}]}",
                ":9: 'level' must be one of",
            ),
            *(
                (
                    "exams/tiny.yaml",
                    "{length: 6}",
                    f"{{length: 6, information: [{{at: '0', least: '{least}', most: '{most}'}}]}}",
                    fault,
                )
                for least, most, fault in (
                    ("1e3", "2", ":9: 'least' must be a decimal number in quotes"),
                    ("3", "2", ":9: 'least' must be from 0 to 'most'"),
                    ("-1", "2", ":9: 'least' must be from 0 to 'most'"),
                )
            ),
            (
                "exams/tiny.yaml",
                "{length: 6}",
                "{length: 6, cells: [{domain: 1, least: 3, most: 2}]}",
                ":9: 'least' is more than 'most'",
            ),
            ("agreements/plain.md", "Be honest.", "", "plain.md:2: the agreement has no text"),
            (
                "banks/aims-lead-implementer/bank.yaml",
                "key: aims-lead-implementer",
                "key: other",
                "bank.yaml:1: the bank's key must be the name of its folder",
            ),
        ],
    )
    def test_a_fault_names_file_and_line(self, folder, name, old, new, fault) -> None:
        edit(folder, name, old, new)
        assert any(fault in found for found in faults(folder)), faults(folder)

    def test_a_scenario_has_five_items(self, folder) -> None:
        scenario = "scenarios:\n  - code: S1\n    title: T\n    text: A situation.\n    items:\n"
        four = "".join(ITEM.format(code=f"S1-{n}", domain=1) for n in range(4))
        indented = "".join(f"    {line}\n" for line in four.splitlines())
        put(folder, "banks/aims-lead-implementer/exam/scenarios.yaml", HEAD + scenario + indented)
        assert [f for f in faults(folder) if "a scenario has 5 items, and this one has 4" in f]

    def test_an_exam_stands_in_one_file(self, folder) -> None:
        put(folder, "exams/twin.yaml", EXAM)
        assert [f for f in faults(folder) if f.startswith("twin.yaml:1: 'tiny' stands already in")]

    def test_a_file_that_is_no_yaml_names_its_line(self, folder) -> None:
        put(folder, "banks/aims-lead-implementer/exam/more.yaml", f"{HEAD}items:\n  - code: [\n")
        assert [f for f in faults(folder) if f.startswith("more.yaml:") and "not readable as YAML" in f]

    def test_a_folder_without_its_head_is_named(self, folder, tmp_path_factory) -> None:
        secret = tmp_path_factory.mktemp("secret")
        put(secret, "banks/stray/exam/items.yaml", f"{HEAD}items: []\n")
        assert faults(folder, secret) == ["bank.yaml:1: cannot be read: a bank's folder needs this file"]


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
@pytest.mark.once
class TestWriting:
    def test_items_enter_as_drafts_and_a_second_run_changes_nothing(self, folder) -> None:
        first = load(folder)
        assert first.created >= 18 + 1 + 2  # items, agreement, blueprint and exam; the bank is there already
        tiny = Item.objects.filter(code__startswith="T-")
        assert set(tiny.values_list("state", flat=True)) == {ItemState.DRAFT}
        assert Exam.objects.get(key="tiny").blueprint.domains[0]["weight"] == 15
        with statements() as said:
            second = load(folder)
        assert (second.created, second.changed, second.kept) == (0, 0, 0)
        assert len(said) < 30
        assert not any(one.startswith(("INSERT", "UPDATE")) for one in said)

    def test_an_exam_takes_its_options_from_its_file_and_without_them_the_plain_ones(self, folder) -> None:
        load(folder)
        names = (
            "windowed", "reschedule_hours", "cancel_hours", "free_retake_months", "invigilated", "takeover",
            "credit_seconds_alone", "open_book", "safe_browser", "safe_browser_keys",
            "scale_lowest", "scale_anchor", "scale_highest", "release",
        )  # fmt: skip
        plain = (False, 24, 72, 0, False, "free", 600, False, False, [], None, None, None, "in-batches")
        assert Exam.objects.filter(key="tiny").values_list(*names).get() == plain
        options = (
            "sat: in-windows\nreschedule_hours: 12\ncancel_hours: 48\nfree_retake_months: 6\ninvigilated: true\n"
            f"takeover: ask\ncredit_minutes_alone: 5\nopen_book: true\nsafe_browser: true\n"
            f"safe_browser_keys: ['{'0F' * 32}']\nscale: {{lowest: 200, cut: 500, highest: 800}}\nrelease: singly\n"
        )
        edit(folder, "exams/tiny.yaml", "minutes: 10\n", f"minutes: 10\n{options}")
        assert load(folder).changed == 1
        said = (True, 12, 48, 6, True, "ask", 300, True, True, ["0f" * 32], 200, 500, 800, "singly")
        assert Exam.objects.filter(key="tiny").values_list(*names).get() == said

    def test_a_changed_file_makes_a_new_version_that_must_be_reviewed_anew(self, folder) -> None:
        load(folder)
        Item.objects.filter(code="T-1-0").update(state=ItemState.LIVE)
        edit(folder, ITEMS, "What about T-1-0?", "What then about T-1-0?")
        assert load(folder).changed == 1
        item = Item.objects.get(code="T-1-0")
        assert (item.state, item.versions.count(), item.current.number) == (ItemState.DRAFT, 2, 2)
        assert item.current.content["stem"] == "What then about T-1-0?"

    def test_what_people_edited_here_is_kept_and_said(self, folder, hana) -> None:
        load(folder)
        item = Item.objects.get(code="T-1-0")
        items.edit_item(item_id=item.pk, draft=make.draft(stem="Ours?"), editor_id=hana.pk)
        edit(folder, ITEMS, "What about T-1-0?", "Theirs?")
        count = load(folder)
        assert (count.kept, count.notes) == (1, ("item T-1-0 was edited here and was left as it is",))
        item.refresh_from_db()
        assert item.current.content["stem"] == "Ours?"

    def test_a_scenario_that_people_edited_here_is_kept_and_said(self, folder, hana) -> None:
        path, items_of = (
            "banks/aims-lead-implementer/exam/scenarios.yaml",
            "".join(ITEM.format(code=f"S1-{n}", domain=1) for n in range(5)),
        )
        indented = "".join(f"    {line}\n" for line in items_of.splitlines())
        said = "scenarios:\n  - code: S1\n    title: T\n    text: A situation.\n    items:\n"
        put(folder, path, HEAD + said + indented)
        load(folder)
        scenario = Scenario.objects.get(code="S1")
        scenarios.edit_scenario(scenario_id=scenario.pk, title="T", text="Ours.", editor_id=hana.pk)
        assert load(folder).notes == ()
        edit(folder, path, "A situation.", "Theirs.")
        count = load(folder)
        assert (count.kept, count.notes) == (1, ("scenario S1 was edited here and was left as it is",))
        scenario.refresh_from_db()
        assert scenario.current.text == "Ours."

    def test_an_item_may_change_its_kind_in_its_file(self, folder) -> None:
        load(folder)
        edit(
            folder,
            ITEMS,
            "    stem: What about T-1-0?",
            "    kind: multiple\n    scoring: per-key\n    stem: Which, T-1-0?",
        )
        assert load(folder).changed == 1
        item = Item.objects.select_related("current").get(code="T-1-0")
        assert (item.kind, item.current.content["kind"]) == ("multiple", "multiple")
        assert item.current.keys.get().key == {"rule": "per-key", "right": ["b"], "of": 3}
        assert load(folder).changed == 0

    def test_an_essay_is_kept_as_a_draft_that_nobody_makes_live(self, folder) -> None:
        essay = (
            "  - code: T-1-9\n    domain: 1\n    level: apply\n    kind: essay\n    clauses: []\n    controls: []\n"
            "    stem: Say why.\n    criteria:\n      - name: Reason\n        looks_for: A reason.\n"
            "        levels: [{points: 0, says: None.}, {points: 2, says: One.}]\n"
        )
        put(folder, "banks/aims-lead-implementer/exam/essay.yaml", f"{HEAD}items:\n{essay}")
        load(folder)
        demonstration.review_library()
        item = Item.objects.get(code="T-1-9")
        assert (item.kind, item.state) == ("essay", ItemState.DRAFT)

    def test_a_secret_bank_adds_items_to_a_published_one(self, folder, tmp_path_factory) -> None:
        secret = tmp_path_factory.mktemp("secret")
        said = ITEM.format(code="SECRET-1", domain=1)
        put(secret, "banks/aims-lead-implementer/exam/secret.yaml", f"{HEAD}items:\n{said}")
        load(folder, secret)
        assert Item.objects.get(code="SECRET-1").bank.key == "aims-lead-implementer"
        assert Bank.objects.filter(key="aims-lead-implementer").count() == 1

    def test_a_clause_that_the_framework_lacks_loads_nothing(self, folder) -> None:
        edit(folder, ITEMS, '"6.1.2"', '"6.1.9"')
        edit(folder, ITEMS, "domain: 6", "domain: 9")
        before = ItemVersion.objects.count()
        with pytest.raises(UnreadableLibrary) as caught:
            load(folder)
        said = [problem.message for problem in caught.value.problems]
        assert said == ["'T-1-0': the framework has no 6.1.9", "'T-6-0': the profile has no domain 9"]
        assert ItemVersion.objects.count() == before

    @pytest.mark.parametrize(
        ("name", "old", "new", "fault"),
        [
            (
                "exams/tiny.yaml",
                "organisation: institute",
                "organisation: nobody",
                "tiny.yaml:6: there is no organisation 'nobody'",
            ),
            (
                "banks/aims-lead-implementer/bank.yaml",
                "organisation: institute",
                "organisation: nobody",
                "bank.yaml:4: there is no organisation 'nobody'",
            ),
            (
                "banks/aims-lead-implementer/bank.yaml",
                "profile: aims-lead-implementer",
                "profile: none",
                "bank.yaml:3: there is no profile 'none'",
            ),
        ],
    )
    def test_what_other_floors_do_not_know_names_its_line(self, folder, name, old, new, fault) -> None:
        edit(folder, name, old, new)
        with pytest.raises(UnreadableLibrary) as caught:
            load(folder)
        assert fault in [f"{p.path.name}:{p.line}: {p.message}" for p in caught.value.problems]

    def test_enemies_are_enemies_both_ways(self, folder) -> None:
        edit(folder, ITEMS, 'controls: ["A.5.2"]', 'enemies: ["T-1-1"]')
        load(folder)
        assert [enemy.code for enemy in Item.objects.get(code="T-1-1").enemies.all()] == ["T-1-0"]

    def test_an_agreement_that_changed_is_a_new_version(self, folder) -> None:
        load(folder)
        edit(folder, "agreements/plain.md", "Be honest.", "Be quite honest.")
        load(folder)
        assert list(Agreement.objects.filter(key="plain").values_list("number", flat=True)) == [1, 2]

    def test_the_demonstration_reviews_and_opens_and_does_it_once(self, folder, hana, ivo, jun) -> None:
        load(folder)
        assert demonstration.review_library() >= 18
        item = Item.objects.get(code="T-1-0")
        assert (item.state, item.current.author) == (ItemState.LIVE, hana)
        assert {review.reviewer for review in item.current.reviews.all()} == {ivo, jun}
        demonstration.open_first_forms()
        assert Form.objects.filter(exam__key="tiny", state="open").count() == 2
        assert demonstration.review_library() == 0
        assert demonstration.open_first_forms() == []
        assert Form.objects.filter(exam__key="tiny").count() == 2

    def test_where_the_bank_has_but_one_form_the_demonstration_opens_one(
        self, folder, hana, ivo, jun
    ) -> None:
        edit(folder, "exams/tiny.yaml", "length: 6", "length: 100")
        load(folder)
        demonstration.review_library()
        demonstration.open_first_forms()
        assert Form.objects.filter(exam__key="tiny", state="open").count() == 1

    def test_minima_are_those_of_domains_of_the_profile(self, folder) -> None:
        minutes = "minutes: 10"
        edit(folder, "exams/tiny.yaml", minutes, f"{minutes}\nminima: [{{domain: 2, percent: 50}}]")
        load(folder)
        assert Exam.objects.get(key="tiny").least == {2: Fraction(1, 2)}
        edit(folder, "exams/tiny.yaml", "{domain: 2, percent", "{domain: 9, percent")
        edit(folder, "exams/tiny.yaml", "length: 6", "length: 6, cells: [{domain: 8, items: 1}]")
        with pytest.raises(UnreadableLibrary) as caught:
            load(folder)
        assert [str(problem).rpartition(": '")[2] for problem in caught.value.problems] == [
            "blueprint': the profile has no domain 8",
            "minima': the profile has no domain 9",
        ]

    def test_a_blueprint_may_ask_for_levels_cells_and_an_exposure_limit(self, folder) -> None:
        cells = "cells: [{domain: 2, level: apply, items: 1}, {domain: 4, least: 1, most: 2}]"
        edit(
            folder,
            "exams/tiny.yaml",
            "length: 6",
            f"length: 6, levels: {{apply: 70, analyse: 30}}, {cells}, exposure: 2",
        )
        load(folder)
        plan = bank.plan(Exam.objects.get(key="tiny").blueprint)
        assert plan.levels == (("understand", 0), ("apply", 70), ("analyse", 30))
        assert plan.cells == (Cell(2, "apply", 1, 1), Cell(4, "", 1, 2))
        assert plan.exposure == 2
        edit(
            folder, "exams/tiny.yaml", "exposure: 2", "information: [{at: '-0.5', least: '1', most: '2.25'}]"
        )
        load(folder)
        plan = bank.plan(Exam.objects.get(key="tiny").blueprint)
        assert plan.targets == (Target(Fraction(-1, 2), Fraction(1), Fraction(9, 4)),)
        assert plan.exposure is None

    def test_a_blueprint_may_try_items_out_and_say_what_items_are_worth(self, folder) -> None:
        worth = "worth: [{level: analyse, points: '3/2'}, {domain: 2, points: '2'}]"
        edit(folder, "exams/tiny.yaml", "length: 6", f"length: 6, pilots: 3, {worth}")
        load(folder)
        plan = Exam.objects.get(key="tiny").blueprint
        assert plan.pilots == 3
        assert bank.worth(plan) == (
            Worth(Fraction(3, 2), level="analyse"),
            Worth(Fraction(2), domain=2),
        )

    @pytest.mark.parametrize(
        ("more", "fault"),
        [
            ("worth: [{points: '2'}]", "say one of: kind, level, domain"),
            ("worth: [{level: apply, kind: single, points: '2'}]", "say one of: kind, level, domain"),
            ("worth: [{kind: song, points: '2'}]", "'kind' must be one of"),
            ("worth: [{domain: 1, points: '0'}]", "'points' must be a whole number or a fraction in quotes"),
            ("pilots: 51", "'pilots' is 51"),
        ],
    )
    def test_what_is_no_worth_and_no_number_of_pilots_is_said(self, folder, more, fault) -> None:
        edit(folder, "exams/tiny.yaml", "length: 6", f"length: 6, {more}")
        (said,) = faults(folder)
        assert fault in said

    def test_the_shipped_exams_are_those_of_the_two_schemes(self) -> None:
        found = {
            e.key: (e.kind, e.minutes, e.blueprint.length, e.cut)
            for e in Exam.objects.select_related("blueprint")
        }
        assert {key: value[:3] for key, value in found.items()} == {
            "lead-implementer": ("exam", 180, 80),
            "lead-implementer-practice": ("practice", 20, 10),
            "lead-implementer-kinds": ("practice", 40, 20),
            "lead-auditor": ("exam", 180, 80),
            "lead-auditor-practice": ("practice", 20, 10),
            "lead-auditor-kinds": ("practice", 40, 20),
        }
        assert all(str(value[3]) == "7/10" for value in found.values())
        waits = [(wait.days, wait.months) for wait in Exam.objects.get(key="lead-auditor").waits]
        assert waits == [(15, 0), (0, 3), (0, 6), (0, 12)]

    def test_scenarios_come_whole(self) -> None:
        for scenario in Scenario.objects.all():
            assert list(scenario.items.order_by("place").values_list("place", flat=True)) == [1, 2, 3, 4, 5]
