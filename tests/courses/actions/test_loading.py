from dataclasses import replace

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from wagtail.models import GroupPagePermission, Page, Site, Workflow

from courses.models import (
    CaseCourse,
    CaseDocument,
    CataloguePage,
    Clause,
    CoursePage,
    Domain,
    LessonPage,
    ModulePage,
    Term,
)
from courses.queries import frameworks, outlines
from lms.billing import queries as billing
from tests.counting import statements
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


def two_modules(**first):
    return make.course(
        "one",
        [
            make.module(1, [make.lesson("l1", **first), make.lesson("l2")]),
            make.module(2, [], planned=["Later"]),
        ],
    )


def sharing(key: str):
    return make.course(key, [make.module(1, [make.lesson("s1"), make.lesson("s2")], shared="start")])


def outline_of(key: str):
    return outlines.outline(CoursePage.objects.get(key=key))


def test_a_library_becomes_pages_and_a_product(institute) -> None:
    count = make.load(two_modules())
    assert (count.changed, count.unchanged, count.kept, count.notes) == (1, 0, 0, ())
    outline = outline_of("one")
    assert [
        (module.title, [lesson.number for lesson in module.lessons], module.planned)
        for module in outline.modules
    ] == [
        ("Module 1", ["1.1", "1.2"], ()),
        ("Module 2", [], ("Later",)),
    ]
    assert CoursePage.objects.get().organisation.slug == "institute"
    assert billing.offer_of("course:one").title == "Course one"
    assert [clause.ref for clause in LessonPage.objects.get(key="l1").clauses.all()] == ["4.1", "A.2.2"]
    assert frameworks.framework("standard").clauses[1].parent_ref == "4"


def test_a_second_load_changes_nothing_and_asks_little() -> None:
    make.load(two_modules(), sharing("two"))
    with statements() as said:
        count = make.load(two_modules(), sharing("two"))
    assert (count.created, count.changed, count.kept) == (0, 0, 0)
    assert not [sql for sql in said if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(said) < 40


def test_a_changed_file_changes_its_page_and_no_other() -> None:
    make.load(two_modules())
    before = LessonPage.objects.get(key="l2").latest_revision_id
    count = make.load(two_modules(title="Another title", minutes=50))
    assert (count.created, count.changed) == (0, 1)
    page = LessonPage.objects.get(key="l1")
    assert (page.title, page.minutes) == ("Another title", 50)
    assert LessonPage.objects.get(key="l2").latest_revision_id == before


def test_a_lesson_edited_here_is_kept_and_said_so(finn) -> None:
    make.load(two_modules())
    page = LessonPage.objects.get(key="l1")
    page.title = "Finn’s title"
    page.save_revision(user=finn).publish()
    for text, said in (
        (two_modules(), "The lesson 'l1' was edited here and stays as it is."),
        (
            two_modules(title="New"),
            "The lesson 'l1' was edited here and stays as it is; the file's newer text was not loaded.",
        ),
    ):
        count = make.load(text)
        assert (count.kept, count.notes) == (1, (said,))
        assert LessonPage.objects.get(key="l1").title == "Finn’s title"


def test_a_draft_made_here_is_kept_too(finn) -> None:
    make.load(two_modules())
    page = LessonPage.objects.get(key="l1")
    page.title = "Not published yet"
    page.save_revision(user=finn)
    assert make.load(two_modules(title="New")).kept == 1
    assert LessonPage.objects.get(key="l1").get_latest_revision_as_object().title == "Not published yet"


def test_a_lesson_unpublished_here_stays_unpublished() -> None:
    make.load(two_modules())
    LessonPage.objects.get(key="l1").unpublish()
    count = make.load(two_modules(title="New"))
    assert count.notes == (
        "The lesson 'l1' was unpublished here and stays so; the file's newer text was not loaded.",
    )
    assert not LessonPage.objects.get(key="l1").live


def test_a_lesson_written_between_two_others_takes_its_place() -> None:
    make.load(two_modules())
    between = make.course(
        "one",
        [
            make.module(1, [make.lesson(key) for key in ("l1", "l3", "l2")]),
            make.module(2, [], planned=["Later"]),
        ],
    )
    make.load(between)
    assert [lesson.key for lesson in outline_of("one")] == ["l1", "l3", "l2"]
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_planned_lesson_becomes_a_lesson() -> None:
    make.load(two_modules())
    make.load(
        make.course(
            "one",
            [make.module(1, [make.lesson("l1"), make.lesson("l2")]), make.module(2, [make.lesson("l3")])],
        )
    )
    outline = outline_of("one")
    assert (len(outline.lessons), outline.planned_count) == (3, 0)


def test_two_courses_share_one_text(finn) -> None:
    make.load(sharing("one"), sharing("two"))
    assert LessonPage.objects.count() == 2
    first, second = outline_of("one"), outline_of("two")
    assert [lesson.page_id for lesson in first] == [lesson.page_id for lesson in second]
    page = LessonPage.objects.get(key="s1")
    page.title = "Edited once"
    page.save_revision(user=finn).publish()
    assert [outline_of(key).lessons[0].title for key in ("one", "two")] == ["Edited once", "Edited once"]


def test_a_lesson_added_here_to_a_shared_module_stands_in_both_courses() -> None:
    make.load(sharing("one"), sharing("two"))
    shared = ModulePage.objects.get(key="start")
    shared.add_child(instance=LessonPage(title="Added", minutes=10))
    for key in ("one", "two"):
        assert [lesson.title for lesson in outline_of(key)] == ["Lesson s1", "Lesson s2", "Added"]


def test_outlines_cost_one_statement_however_many_courses() -> None:
    make.load(sharing("one"), sharing("two"), two_modules_named("three"))
    with statements() as said:
        found = outlines.outlines(CoursePage.objects.all())
    assert len(said) == 2  # the courses themselves, and everything in them
    assert sorted(len(outline.lessons) for outline in found.values()) == [2, 2, 2]


def two_modules_named(key: str):
    return replace(two_modules(), key=key)


def test_weights_and_clauses_follow_their_files() -> None:
    make.load(two_modules())
    text = make.library(two_modules())
    profile = replace(
        text.profiles[0], domains=tuple(replace(d, weight=50) for d in text.profiles[0].domains)
    )
    clauses = tuple(replace(c, title="Renamed") if c.ref == "4.1" else c for c in text.frameworks[0].clauses)
    ids = set(Clause.objects.values_list("pk", flat=True))
    count = make.loading.load(
        replace(text, profiles=(profile,), frameworks=(replace(text.frameworks[0], clauses=clauses),))
    )
    assert (count.created, count.changed) == (0, 3)
    assert set(Domain.objects.values_list("weight", flat=True)) == {50}
    assert Clause.objects.get(ref="4.1").title == "Renamed"
    assert set(Clause.objects.values_list("pk", flat=True)) == ids


def test_a_glossary_follows_its_file_and_a_second_load_writes_nothing() -> None:
    scope, risk = make.term("scope", "Scope", refs=("4.1",), see=("risk",)), make.term("risk", "Risk")
    make.glossary(scope, risk)
    with statements() as said:
        count = make.glossary(scope, risk)
    assert (count.created, count.changed) == (0, 0)
    assert not [sql for sql in said if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    count = make.glossary(replace(scope, text="Otherwise.", refs=("A.2.2",), see=()))
    assert (count.created, count.changed) == (0, 2)  # one written anew, one gone
    term = Term.objects.get()
    assert (term.text, [clause.ref for clause in term.clauses.all()]) == ("Otherwise.", ["A.2.2"])


def test_a_case_follows_its_files_and_a_second_load_writes_nothing() -> None:
    make.small()
    count = make.load_case(make.pack(small=True))
    assert (count.created, count.changed) == (4, 0)
    with statements() as said:
        count = make.load_case(make.pack(small=True))
    assert (count.created, count.changed) == (0, 0)
    assert not [sql for sql in said if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    document = make.case_document("evidence-01", title="Otherwise", lessons=())
    count = make.load_case(make.case(document, small=False))
    assert (count.created, count.changed) == (0, 4)  # the course's use, one written anew, two gone
    row = CaseDocument.objects.get()
    assert (row.title, row.lessons.count(), row.clauses.get().ref) == ("Otherwise", 0, "4.1")
    assert not CaseCourse.objects.get().named


def test_the_catalogue_takes_the_place_of_the_welcome_page() -> None:
    make.load(two_modules())
    assert Site.objects.get().root_page.specific == CataloguePage.objects.get()
    assert [page.title for page in Page.get_first_root_node().get_children()] == ["Courses"]


def test_authors_may_write_and_editors_may_publish() -> None:
    make.load(two_modules())
    held = {
        name: set(
            GroupPagePermission.objects.filter(group__name=name).values_list(
                "permission__codename", flat=True
            )
        )
        for name in ("author", "editor")
    }
    assert held["author"] == {"add_page", "change_page"}
    assert held["editor"] == {"add_page", "change_page", "publish_page", "lock_page", "unlock_page"}
    for name in held:
        group = Group.objects.get(name=name)
        assert group.permissions.filter(codename="access_admin").count() == 1
    assert LessonPage.objects.first().get_workflow() == Workflow.objects.get(name="Editorial review")


def test_what_an_owner_granted_besides_is_left_to_them() -> None:
    make.load(two_modules())
    editors = Group.objects.get(name="editor")
    Workflow.objects.filter(name="Editorial review").update(active=False)
    extra = GroupPagePermission.objects.filter(group=editors).first()
    extra.delete()
    make.load(two_modules())
    assert GroupPagePermission.objects.filter(group=editors).count() == 5
    assert not Workflow.objects.get(name="Editorial review").active


@pytest.mark.once
def test_the_shipped_library_is_loaded_once_and_for_all(library) -> None:
    assert Clause.objects.filter(kind="control").count() == 38
    assert {course.key for course in CoursePage.objects.live()} == {"lead-implementer", "lead-auditor"}
    first, second = (outline_of(key).modules[0] for key in ("lead-implementer", "lead-auditor"))
    assert [lesson.page_id for lesson in first.lessons] == [lesson.page_id for lesson in second.lessons]


def test_an_unreadable_file_loads_nothing_by_halves(tmp_path, capsys) -> None:
    folder = tmp_path / "courses" / "frameworks"
    folder.mkdir(parents=True)
    (folder / "good.yaml").write_text('key: good\ntitle: Good\nclauses:\n  - {ref: "1", title: One}\n')
    (folder / "worse.yaml").write_text("key: worse\ntitle: [1, 2\n")
    with pytest.raises(CommandError, match="nothing was loaded"):
        call_command("load_library", folder=tmp_path)
    assert f"{folder / 'worse.yaml'}:3: not readable as YAML" in capsys.readouterr().err
    assert not Clause.objects.exists()
    assert not CataloguePage.objects.exists()
