"""A candidate who reads German goes the whole way in German: entry, room, result, appeal, application, certificate, renewal.

What people and content files have written stays in its own language; all else that stands there in both languages in the same
words was forgotten.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from certificates.models import SchemeVersion
from courses.actions import enrolments
from courses.models import CoursePage
from exams.actions import accommodations, appeals
from exams.models import Agreement, Coursework, Exam, Form
from lms.billing.actions import entitlements
from lms.billing.models import Product
from tests.factories import certificates as make_certificates
from tests.factories import exams as make
from tests.factories import marking as make_marking
from tests.house.test_german import forgotten, words

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# Written by people in these tests.
SAID = (
    "It is wrong.",
    "More time to read.",
    "An example.",
    "The sun is , and ice is",
    "Led an internal audit",
    "audit.pdf",
)


@pytest.fixture
def schemes(db: None, settings: Any, tmp_path: Path) -> None:
    """Both schemes and the design, as shipped."""
    settings.MEDIA_ROOT = tmp_path
    make_certificates.schemes()


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)


def content() -> str:
    """All that content files say of exams, forms and schemes."""
    rows = (
        row
        for model in (Exam, Agreement, Form, Coursework, SchemeVersion, Product)
        for row in model._default_manager.values()
    )
    return "\n".join(text for row in rows for text in strings(row)) + "\n".join(SAID)


def english(client: Any, person: Any, urls: list[str], **more: Any) -> dict[str, set[str]]:
    """What is forgotten on these pages, but for content."""
    known = content().lower()
    left = {
        url: {
            text
            for text in texts
            if not all(part in known for part in re.split(r"[.,;] ", text.lower().strip("“”.: ")))
        }
        for url, texts in forgotten(client, person, urls, **more).items()
    }
    return {url: texts for url, texts in left.items() if texts}


def of_exams(**names: Any) -> list[str]:
    return [reverse(f"exams:{name}", args=[value] if value else []) for name, value in names.items()]


def test_before_an_exam(ada, signed_in) -> None:
    exam, windowed = make.exam(), make.exam("windowed", windowed=True, cancel_hours=1, reschedule_hours=1)
    make.exam("practice", kind="practice")
    window = make.window(windowed)
    client = signed_in(ada)
    urls = of_exams(mine="", exam=exam.key, enter=exam.key, accommodation="", system_check="", tutorial="")
    urls += [*of_exams(exam="windowed"), reverse("exams:enter", args=["windowed"]), reverse("web:desk")]
    assert english(client, ada, urls) == {}
    wrong = {"window": str(window.uuid), "starts_at": "2020-01-01T10:00", "zone": "UTC", "agreement": "1"}
    assert english(client, ada, [reverse("exams:enter", args=["windowed"])], data=wrong) == {}
    accommodations.ask(person_id=ada.pk, organisation_id=exam.organisation_id, request="More time to read.")
    later = make.entered(windowed, ada, within=window, hours=1)
    at_once = make.entered(exam, ada)
    urls = of_exams(mine="", accommodation="", entry=at_once.entry.uuid, cancel=at_once.entry.uuid)
    urls += [reverse(f"exams:{name}", args=[later.entry.uuid]) for name in ("entry", "cancel", "reschedule")]
    urls += [reverse("exams:exam", args=[key]) for key in (exam.key, "windowed")]
    assert english(client, ada, [*urls, reverse("web:desk")]) == {}
    client.post(reverse("exams:cancel", args=[at_once.entry.uuid]))
    assert english(client, ada, of_exams(entry=at_once.entry.uuid)) == {}


def test_in_the_exam(ada, signed_in) -> None:
    sitting = make.running(make.mixed_exam(), ada)
    client = signed_in(ada)
    pages = [reverse("exams:page", args=[sitting.uuid, place]) for place in range(1, sitting.form.length + 1)]
    urls = of_exams(paper=sitting.uuid, review=sitting.uuid, submit=sitting.uuid)
    assert english(client, ada, [*urls, *pages, reverse("web:desk"), reverse("exams:mine")]) == {}


def test_the_scripts_speak_german_too(ada, signed_in) -> None:
    sitting = make.running(make.exam(), ada)
    client = signed_in(ada)
    page = reverse("exams:paper", args=[sitting.uuid])
    assert b'id="words"' not in client.get(page).content
    ada.language = "de"
    ada.save(update_fields=["language"])
    shown = client.get(page).content.decode()
    assert '<html lang="de">' in shown
    assert '<span class="stem" lang="en">' in shown, "the items stay in English, and say so"
    assert "Gespeichert um {at}" in shown.partition('id="words"')[2]


def test_after_an_exam(ada, signed_in) -> None:
    failed = make.released(make.exam(), ada, right=0)
    passed = make.released(make.exam("other"), ada)
    waiting = make.handed_in(make.exam("third"), ada)
    client = signed_in(ada)
    urls = [
        *(reverse("exams:result", args=[one.uuid]) for one in (failed, passed)),
        reverse("exams:appeal", args=[failed.uuid]),
        *(reverse("exams:receipt", args=[one.uuid]) for one in (failed.sitting, waiting)),
        *(reverse("exams:exam", args=[one.sitting.exam.key]) for one in (failed, passed)),
        reverse("exams:mine"),
        reverse("web:desk"),
    ]
    assert english(client, ada, urls) == {}
    assert english(client, ada, [reverse("exams:appeal", args=[failed.uuid])], data={"event": "lodge"}) == {}
    appeals.lodge(result_uuid=failed.uuid, person_id=ada.pk, reasons="It is wrong.")
    assert english(client, ada, [urls[0], urls[2]]) == {}


def test_coursework(library, ada, signed_in) -> None:
    work = make_marking.coursework(course_key="lead-implementer")
    course = CoursePage.objects.get(slug="lead-implementer")
    entitlements.grant(product_key=course.product_key, person_id=ada.pk, source_key="a gift")
    enrolments.enrol(person_id=ada.pk, course_id=course.pk)
    make_marking.handed_in(work, ada, text="An example.")
    client = signed_in(ada)
    assert english(client, ada, [reverse("exams:coursework", args=[work.key])]) == {}


def test_an_application(schemes, ada, signed_in) -> None:
    key = make_certificates.IMPLEMENTER
    client = signed_in(ada)
    urls = [
        reverse("certificates:schemes"),
        *(
            reverse(f"certificates:{name}", args=[key])
            for name in ("scheme", "apply", "evidence", "ask_reference")
        ),
        *(reverse("certificates:write_evidence", args=[key, kind]) for kind in ("experience", "hours")),
        reverse("certificates:mine"),
    ]
    assert english(client, ada, urls) == {}
    make_certificates.exam_result(ada)
    make_certificates.practice(ada)
    assert english(client, ada, [*urls, reverse("web:desk")]) == {}
    for url in urls[4:7]:
        assert english(client, ada, [url], data={}) == {}


def test_a_certificate(schemes, ada, signed_in) -> None:
    credential = make_certificates.certified(ada)
    kept = make_certificates.kept(credential)
    client = signed_in(ada)
    urls = [
        reverse("certificates:mine"),
        *(
            reverse(f"certificates:{name}", args=[credential.number])
            for name in ("credential", "maintenance")
        ),
        reverse("certificates:fee", args=[kept["fee"]]),
        reverse("certificates:apply", args=[make_certificates.IMPLEMENTER]),
        reverse("web:desk"),
    ]
    assert english(client, ada, urls) == {}
    wrong = [
        reverse(f"certificates:{name}", args=[credential.number]) for name in ("record_hours", "surrender")
    ]
    assert english(client, ada, wrong, data={}) == {}


def test_a_page_that_forgets_is_found_out() -> None:
    page = "<main><p>Nothing was changed here.</p><p>Nichts wurde geändert.</p></main>"
    assert words(page) == {"Nothing was changed here.", "Nichts wurde geändert."}
