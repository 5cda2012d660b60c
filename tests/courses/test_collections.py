"""Images and documents in the editor are those of one's own organisation; another's are not there, by any address."""

from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Picture
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image

from courses.models import CoursePage, LessonPage
from courses.models import collections as kept
from lms.accounts.actions import people
from lms.organisations.actions import memberships
from tests.factories import courses as make

pytestmark = pytest.mark.django_db
PAGES = ("edit", "history", "usage", "workflow_history", "delete", "copy", "unpublish", "view_draft")


def png() -> bytes:
    made = BytesIO()
    Picture.new("RGB", (8, 8), "teal").save(made, "PNG")
    return made.getvalue()


def image(slug: str | None, owner: Any) -> Image:
    place = {"collection": kept.of_organisation(slug)} if slug else {}
    return Image.objects.create(
        title=f"Of {slug}", file=ContentFile(png(), "one.png"), uploaded_by_user=owner, **place
    )


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def course(db: None, institute: Any) -> CoursePage:
    make.small()
    page = CoursePage.objects.get()
    page.organisation_id = institute.id
    page.save()
    return page


@pytest.fixture
def sam(course: CoursePage) -> Any:
    """Sam writes and edits for Faraway, and for nobody else."""
    organisation_id = memberships.found(slug="faraway", name="Faraway", provider=True)
    person_id = people.register(email="sam@faraway.example", display_name="Sam", password=None)
    for role in ("author", "editor"):
        memberships.appoint(person_id=person_id, organisation_id=organisation_id, role=role, actor_id=None)
    return get_user_model().objects.get(pk=person_id)


def test_an_image_goes_into_the_collection_of_who_adds_it(sam, signed_in) -> None:
    file = SimpleUploadedFile("mine.png", png(), "image/png")
    answer = signed_in(sam).post(reverse("wagtailimages:add"), {"title": "Mine", "file": file})
    assert answer.status_code == 302
    assert Image.objects.get().collection.name == "faraway"


# Wagtail leaves the temporary file of a rendition to be closed by the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_another_organisation_s_image_is_neither_listed_nor_opened_nor_chosen(sam, finn, signed_in) -> None:
    theirs, mine, shared = image("institute", finn), image("faraway", sam), image(None, None)
    client = signed_in(sam)
    for listing in ("wagtailimages:index", "wagtailimages_chooser:choose"):
        shown = client.get(reverse(listing)).content.decode()
        assert (theirs.title in shown, mine.title in shown) == (False, True)
    for name in ("edit", "delete", "image_usage", "url_generator", "preview"):
        args = [theirs.pk, "original"] if name == "preview" else [theirs.pk]
        assert client.get(reverse(f"wagtailimages:{name}", args=args)).status_code in (302, 403, 404), name
    chosen = client.get(reverse("wagtailimages_chooser:chosen", args=[theirs.pk]))
    assert chosen.status_code in (302, 403, 404)
    assert client.get(reverse("wagtailimages_chooser:chosen", args=[mine.pk])).status_code == 200
    assert client.get(reverse("wagtailimages_chooser:chosen", args=[shared.pk])).status_code == 200
    assert client.get(reverse("wagtailimages:edit", args=[mine.pk])).status_code == 200
    assert signed_in(finn).get(reverse("wagtailimages:edit", args=[theirs.pk])).status_code == 200
    client.post(reverse("wagtailimages:delete", args=[theirs.pk]))
    client.post(reverse("wagtailimages:edit", args=[theirs.pk]), {"title": "Taken"})
    theirs.refresh_from_db()
    assert theirs.title == "Of institute"


def test_several_images_at_once_are_not_moved_or_deleted_over_there(sam, finn, signed_in) -> None:
    theirs = image("institute", finn)
    for action in ("delete", "add_tags", "add_to_collection"):
        url = reverse("wagtail_bulk_action", args=["wagtailimages", "image", action])
        signed_in(sam).post(f"{url}?id={theirs.pk}&next=/", {"collection": 1, "tags": "x"})
    theirs.refresh_from_db()
    assert theirs.collection.name == "institute"


def test_a_figure_names_no_picture_of_another_organisation_by_its_number(course, sam, finn) -> None:
    lesson = LessonPage.objects.get(key="l1")
    theirs, own = image("faraway", sam), image("institute", finn)
    form_class = LessonPage.get_edit_handler().get_form_class()

    def refused(picture: Image, person: Any) -> bool:
        form = form_class(instance=lesson, for_user=person)
        figure = {"image": picture, "alternative": "What it says", "caption": ""}
        form.cleaned_data = {"body": LessonPage.body.field.to_python([("figure", figure)])}
        form._errors = {}
        form.clean()
        return "body" in form.errors

    assert refused(theirs, finn)
    assert not refused(own, finn)
    assert refused(own, sam)


def test_documents_are_kept_apart_alike_and_authors_have_none(sam, finn, signed_in) -> None:
    theirs = Document.objects.create(
        title="Theirs", file=ContentFile(b"x", "x.txt"), collection=kept.of_organisation("institute")
    )
    client = signed_in(sam)
    for url in (
        reverse("wagtaildocs:index"),
        reverse("wagtaildocs:edit", args=[theirs.pk]),
        reverse("wagtaildocs:delete", args=[theirs.pk]),
        reverse("wagtaildocs_chooser:chosen", args=[theirs.pk]),
    ):
        answer = client.get(url)
        assert answer.status_code in (302, 403, 404) or "Theirs" not in answer.content.decode(), url


def test_another_organisation_s_pages_are_closed_by_number_with_their_history_and_usage(
    course, sam, finn, signed_in
) -> None:
    lesson = LessonPage.objects.get(key="l1")
    client = signed_in(sam)
    for page in (course, lesson):
        revision = page.save_revision(user=finn)
        urls = [reverse(f"wagtailadmin_pages:{name}", args=[page.pk]) for name in PAGES]
        urls += [
            reverse("wagtailadmin_pages:revisions_view", args=[page.pk, revision.pk]),
            reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, revision.pk]),
            reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "earliest", "latest"]),
        ]
        codes = {url: client.get(url).status_code for url in urls}
        assert {url: code for url, code in codes.items() if code not in (302, 403, 404)} == {}
        assert client.post(urls[0], {"title": "Taken"}).status_code in (302, 403, 404)
        page.refresh_from_db()
        assert page.latest_revision.content["title"] != "Taken"


def test_reports_workflows_redirects_and_snippets_show_nothing_of_another_organisation(
    course, sam, finn, signed_in
) -> None:
    course.title = "A course of the institute's own"
    course.save()
    course.save_revision(user=finn)
    Redirect.objects.create(old_path="/secret", redirect_page=course)
    client = signed_in(sam)
    names = (
        "wagtailadmin_reports:locked_pages", "wagtailadmin_reports:workflow", "wagtailadmin_reports:site_history",
        "wagtailadmin_reports:aging_pages", "wagtailadmin_reports:page_types_usage", "wagtailadmin_workflows:index",
        "wagtailadmin_collections:index", "wagtailredirects:index", "wagtailsnippets:index", "wagtailadmin_home",
        "wagtailadmin_explore_root", "wagtailadmin_choose_page", "wagtailusers_users:index", "wagtailsites:index",
    )  # fmt: skip
    leaking = {}
    for name in names:
        answer = client.get(reverse(name), follow=True)
        shown = answer.content.decode()
        if answer.status_code == 200 and (
            "institute's own" in shown or "institute&#x27;s own" in shown or "/secret" in shown
        ):
            leaking[name] = answer.status_code
    assert leaking == {}
    found = client.get(reverse("wagtailadmin_pages:search") + "?q=institute").content.decode()
    assert "institute&#x27;s own" not in found
