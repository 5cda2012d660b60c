"""Finn writes, Gro approves, learners see it; and what may not be done to pages that people study on."""

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from wagtail.admin.panels import get_edit_handler
from wagtail.models import Page, WorkflowState

from courses.models import CataloguePage, CoursePage, Enrolment, LessonPage, ModulePage, Passage
from courses.queries import review
from lms.accounts.actions import people
from lms.jobs.models import Job
from lms.jobs.queue import TASKS
from lms.notifications.models import Notice
from lms.organisations.actions import memberships
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> LessonPage:
    make.small()
    return LessonPage.objects.get(key="l1")


def revise(page: LessonPage, person, title: str) -> LessonPage:
    draft = page.get_latest_revision_as_object()
    draft.title = title
    draft.save_revision(user=person)
    page.refresh_from_db()
    return page


@pytest.fixture
def person_at(db):
    """Somebody with roles at an organisation that the cast doesn't know."""

    def make_person(slug: str, *roles: str):
        organisation_id = memberships.found(slug=slug, name=slug, provider=True)
        page = CoursePage.objects.get()
        if page.organisation_id is None:
            page.organisation_id = memberships.found(slug="institute", name="Auditorium Institute")
            page.save()
        person_id = people.register(email=f"sam@{slug}.example", display_name="Sam", password=None)
        for role in roles:
            memberships.appoint(
                person_id=person_id, organisation_id=organisation_id, role=role, actor_id=None
            )
        return get_user_model().objects.get(pk=person_id)

    return make_person


def may(page: LessonPage, person) -> list[str]:
    task = page.current_workflow_task
    return [name for name, *_ in task.get_actions(page, person)] if task else []


def approve(page: LessonPage, person) -> None:
    page.refresh_from_db()
    state = page.current_workflow_state
    page.current_workflow_task.on_action(state.current_task_state, person, "approve")


# Wagtail 8.0 still sends its notices by a call that Django 6.1 deprecates.
@pytest.mark.filterwarnings("ignore:get_connection")
def test_what_finn_submits_goes_by_ivo_and_jun_to_gro_and_then_learners_see_it(
    page, finn, gro, ivo, jun, client
) -> None:
    revise(page, finn, "Finn’s better title")
    assert not page.permissions_for_user(finn).can_publish()
    page.get_workflow().start(page, finn)
    for reviewer, others in ((ivo, (finn, jun, gro)), (jun, (finn, ivo, gro)), (gro, (finn, ivo, jun))):
        page.refresh_from_db()
        assert [may(page, other) for other in others] == [[], [], []]
        assert "approve" in may(page, reviewer)
        assert review.waiting_for(reviewer.pk) == 1
        assert "Finn’s better title" not in client.get("/courses/small/").content.decode()
        approve(page, reviewer)
    assert WorkflowState.objects.get().status == "approved"
    assert "Finn’s better title" in client.get("/courses/small/").content.decode()


@pytest.mark.filterwarnings("ignore:get_connection")
def test_nobody_approves_their_own_text_nor_one_that_they_had_a_hand_in(page, gro, finn, ivo, jun) -> None:
    revise(page, gro, "Gro’s title")
    revise(page, finn, "Finn’s title, after Gro’s")
    page.get_workflow().start(page, finn)
    approve(page, ivo)
    approve(page, jun)
    page.refresh_from_db()
    assert may(page, gro) == []
    task = page.current_workflow_task.specific
    assert not task.get_task_states_user_can_moderate(gro).exists()


def test_no_editor_publishes_past_the_review(page, gro, olga) -> None:
    assert not page.permissions_for_user(gro).can_publish()
    assert not page.get_parent().specific.permissions_for_user(gro).can_publish_subpage()
    assert page.permissions_for_user(gro).can_unpublish()
    assert page.permissions_for_user(olga).can_publish()


def test_people_of_another_organisation_neither_see_nor_approve_it(page, finn, signed_in, person_at) -> None:
    stranger = person_at("elsewhere", "author", "subject_expert")
    revise(page, finn, "Finn’s title")
    page.get_workflow().start(page, finn)
    page.refresh_from_db()
    assert may(page, stranger) == []
    browser = signed_in(stranger)
    for title in ("Lesson l1", "Finn’s title"):
        assert title not in browser.get("/admin/lesson_pages/").content.decode()
    assert "Course small" not in browser.get(f"/admin/pages/{page.get_ancestors()[1].pk}/").content.decode()
    assert "Finn’s title" not in browser.get("/admin/pages/search/?q=title").content.decode()
    chosen = browser.get("/admin/choose-page/search/?q=title").content.decode()
    chosen += browser.get(f"/admin/choose-page/{page.get_parent().pk}/").json()["html"]
    assert "Finn’s title" not in chosen
    assert browser.get(f"/admin/pages/{page.pk}/edit/").status_code in (302, 403)
    assert "Finn’s title" in signed_in(finn).get("/admin/lesson_pages/").content.decode()


@pytest.mark.filterwarnings("ignore:get_connection")
def test_what_is_of_nobody_in_particular_is_the_institution_s(page, gro, finn, signed_in, person_at) -> None:
    """Anybody may found an organisation and write, review and edit for it."""
    stranger = person_at("elsewhere", "author", "subject_expert", "accessibility", "editor")
    catalogue = CataloguePage.objects.get()
    assert signed_in(stranger).get(f"/admin/pages/{catalogue.pk}/edit/").status_code == 302
    assert not catalogue.permissions_for_user(stranger).can_edit()
    assert catalogue.permissions_for_user(stranger).can_add_subpage()
    assert signed_in(finn).get(f"/admin/pages/{catalogue.pk}/edit/").status_code == 200
    revise(catalogue, finn, "Finn’s catalogue")
    catalogue.get_workflow().start(catalogue, finn)
    catalogue.refresh_from_db()
    assert may(catalogue, stranger) == []
    assert not catalogue.current_workflow_task.specific.get_task_states_user_can_moderate(stranger).exists()


def test_a_shared_module_that_no_course_takes_is_its_maker_s(page, finn, person_at) -> None:
    stranger = person_at("elsewhere", "author")
    home = Page.objects.get(pk=CataloguePage.objects.get().pk)
    ours = home.add_child(instance=ModulePage(title="Of the library", slug="ours"))
    theirs = home.add_child(instance=ModulePage(title="Elsewhere’s", slug="theirs", owner=stranger))

    def edits(module: ModulePage) -> list[bool]:
        fresh = [get_user_model().objects.get(pk=one.pk) for one in (finn, stranger)]
        return [module.permissions_for_user(person).can_edit() for person in fresh]

    assert (edits(ours), edits(theirs)) == ([True, False], [False, True])


def test_nobody_gets_a_shared_module_or_a_passage_of_others_by_naming_it(
    page, finn, signed_in, person_at
) -> None:
    """Whose course takes a shared module works on it, and their learners read it."""
    stranger = person_at("elsewhere", "author")
    ours, here = CoursePage.objects.get(), memberships.found(slug="elsewhere", name="elsewhere")
    home = Page.objects.get(pk=CataloguePage.objects.get().pk)
    shared = home.add_child(instance=ModulePage(title="Foundation", slug="foundation"))
    Page.objects.get(pk=ours.pk).add_child(instance=ModulePage(title="Takes it", slug="takes", shares=shared))
    theirs = home.add_child(
        instance=CoursePage(title="Theirs", slug="theirs", profile=ours.profile, organisation_id=here)
    )

    def takes(person, course) -> int:
        sent = {
            "title": "Mine",
            "slug": "mine",
            "summary": "",
            "number": 9,
            "domain": "",
            "shares": shared.pk,
        }
        sent |= {"planned-count": 0, "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}
        signed_in(person).post(f"/admin/pages/add/courses/modulepage/{course.pk}/", sent)
        return ModulePage.objects.filter(slug="mine", shares=shared).count()

    assert takes(stranger, theirs) == 0
    assert not shared.permissions_for_user(get_user_model().objects.get(pk=stranger.pk)).can_edit()
    assert takes(finn, ours) == 1
    passage = Passage.objects.create(
        key="ours", title="Ours", text="<p>x</p>", organisation=ours.organisation
    )
    form = page.get_edit_handler().get_form_class()(instance=page, for_user=stranger)
    form.cleaned_data, form._errors = {}, {}
    form._look_at_passages({passage.pk})
    assert "A passage is of another organisation" in str(form._errors)


def test_a_passage_of_nobody_is_shown_by_everybody_and_written_by_the_institution(
    page, finn, signed_in, person_at
) -> None:
    passage = Passage.objects.create(key="of-all", title="Of all", text="<p>Words.</p>")
    stranger = person_at("elsewhere", "author")
    address = f"/admin/snippets/courses/passage/edit/{passage.pk}/"
    assert [signed_in(one).get(address).status_code for one in (finn, stranger)] == [200, 404]
    assert "Of all" in signed_in(stranger).get("/admin/snippets/choose/courses/passage/").content.decode()


def told() -> list[tuple[str, str]]:
    """Runs what was put to tell reviewers, twice, and returns whom of what."""
    for job in [*Job.objects.filter(kind="courses.tell_reviewers").order_by("pk")] * 2:
        TASKS[job.kind].run(**job.payload)
    rows = Notice.objects.filter(kind="text_waits").order_by("pk")
    return [(row.to, row.context["title"]) for row in rows]


@pytest.mark.once
@pytest.mark.filterwarnings("ignore:get_connection")
def test_who_reviews_is_told_when_their_step_is_due_and_no_author_is(page, finn, ivo, jun, gro) -> None:
    revise(page, finn, "Newer")
    page.get_workflow().start(page, finn)
    assert told() == [(ivo.email, "Newer")]
    approve(page, ivo)
    approve(page, jun)
    assert told() == [
        (ivo.email, "Newer"),
        (gro.email, "Newer"),
    ]  # that of the second was taken before it was told


def test_whoever_only_asked_for_the_review_does_not_approve_it_either(page, ivo, finn) -> None:
    revise(page, finn, "Finn’s title")
    page.get_workflow().start(page, ivo)
    assert may(page, ivo) == []


def test_a_lesson_opened_and_saved_untouched_counts_as_unchanged(library) -> None:
    """Otherwise an editor who only approves would become its latest author."""
    lesson = LessonPage.objects.get(key="foundation-what-an-aims-is")
    form_class = get_edit_handler(LessonPage).get_form_class()
    stored = form_class(instance=lesson).initial["body"]
    block = LessonPage.body.field.stream_block
    assert block.get_prep_value(stored) == block.get_prep_value(block.normalize(stored))
    for child in lesson.body:
        html = str(getattr(child.value, "source", ""))
        assert "\n" not in html
        assert html.count("<p") == html.count("<p data-block-key=")


def test_authors_and_editors_find_courses_and_lessons_in_the_menu(
    page, finn, gro, hana, ada, signed_in
) -> None:
    for person in (finn, gro):
        browser = signed_in(person)
        assert "course_pages" in browser.get("/admin/").content.decode()
        assert "Course small" in browser.get("/admin/course_pages/").content.decode()
        assert "Lesson l1" in browser.get("/admin/lesson_pages/").content.decode()
        assert browser.get(f"/admin/pages/{page.pk}/edit/").status_code == 200
    assert "course_pages" not in signed_in(hana).get("/admin/").content.decode()
    assert signed_in(ada).get("/admin/lesson_pages/").status_code == 302


@pytest.mark.once
@pytest.mark.parametrize(("model", "name"), [(LessonPage, "minutes"), (CoursePage, "days")])
def test_a_number_that_can_t_be_is_refused_at_its_field(page, model, name) -> None:
    row = model.objects.first()
    setattr(row, name, 0)
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert refused.value.message_dict == {name: ["Ensure this value is greater than or equal to 1."]}


def test_the_list_of_lessons_can_be_filtered(page, finn, signed_in) -> None:
    browser = signed_in(finn)
    assert "Lesson l1" in browser.get("/admin/lesson_pages/?sample=true").content.decode()
    assert "Lesson l2" not in browser.get("/admin/lesson_pages/?sample=true").content.decode()


def test_a_preview_shows_the_lesson_as_a_learner_sees_it(page, finn) -> None:
    draft = revise(page, finn, "A draft").get_latest_revision_as_object()
    said = draft.make_preview_request(preview_mode="").content.decode()
    for part in ("A draft", "About l1", "Which, in c1?", ">4.1</a>"):
        assert part in said
    course = CoursePage.objects.get()
    assert "Modules and lessons" in course.make_preview_request(preview_mode="").content.decode()


def test_the_editor_checks_the_preview_for_accessibility(page, finn, signed_in) -> None:
    browser = signed_in(finn)
    editor = browser.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert "checker-axe-configuration" in editor
    draft = page.get_latest_revision_as_object()
    shown = draft.make_preview_request(
        preview_mode="", original_request=browser.get(f"/admin/pages/{page.pk}/edit/").wsgi_request
    )
    assert "data-wagtail-userbar" in shown.content.decode()


def test_a_course_with_learners_is_not_deleted(page, ada, olga, signed_in) -> None:
    course = CoursePage.objects.get()
    make.enrolled(ada, course)
    browser = signed_in(olga)
    answer = browser.post(f"/admin/pages/{course.pk}/delete/", follow=True)
    assert "Course small has learners" in answer.content.decode()
    assert CoursePage.objects.filter(pk=course.pk).exists()
    bulk = browser.post(
        f"/admin/bulk/wagtailcore/page/delete/?id={course.pk}", {"confirm": "on"}, follow=True
    )
    assert "Course small has learners" in bulk.content.decode()
    assert Enrolment.objects.filter(course=course).exists()


def test_a_course_without_learners_may_be_deleted_by_its_owner(page, olga, gro, signed_in) -> None:
    course = CoursePage.objects.get()
    signed_in(gro).post(f"/admin/pages/{course.pk}/delete/")
    assert CoursePage.objects.exists()
    signed_in(olga).post(f"/admin/pages/{course.pk}/delete/", {"confirm_site_name": "Auditorium"})
    assert not CoursePage.objects.exists()


def test_a_lesson_stays_in_its_course(page, gro, signed_in) -> None:
    make.load(make.course("other", [make.module(1, [make.lesson("o1")])]))
    elsewhere = ModulePage.objects.descendant_of(CoursePage.objects.get(key="other")).get()
    browser = signed_in(gro)
    answer = browser.get(f"/admin/pages/{page.pk}/move/{elsewhere.pk}/confirm/", follow=True)
    answer = browser.post(f"/admin/pages/{page.pk}/move/{elsewhere.pk}/confirm/", follow=True)
    assert "belongs to another course" in answer.content.decode()
    page.refresh_from_db()
    assert page.course() == CoursePage.objects.get(key="small")


def test_a_copied_lesson_gets_a_key_of_its_own(page) -> None:
    copy = page.copy(update_attrs={"slug": "copied", "title": "Copied"})
    assert copy.key != page.key
    assert copy.home == ""


def test_pages_know_their_addresses(page) -> None:
    request = RequestFactory().get("/")
    assert page.get_url(request) == "/learn/small/l1/"
    assert page.full_url == "http://localhost:8000/learn/small/l1/"
    unused = ModulePage(title="Shared", key="shared")
    make.loading.catalogue.CataloguePage.objects.get().add_child(instance=unused)
    alone = LessonPage(title="Alone", key="alone")
    unused.add_child(instance=alone)
    assert alone.get_url(request) is None
