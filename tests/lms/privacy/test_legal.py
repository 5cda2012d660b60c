"""Legal texts: published by version, accepted at sign-up, and asked for anew when they change materially."""

import re
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from lms.kit.content import Problems
from lms.privacy import contributions
from lms.privacy.actions import legal as actions
from lms.privacy.models import Acceptance, LegalText
from lms.privacy.queries import legal
from lms.privacy.rules import texts

SHIPPED = Path(contributions.__file__).parent / "library"


def written(folder, *, version=1, material=True, words="We agree.\n", name="terms.en.md"):
    folder.mkdir(exist_ok=True)
    front = f"---\ntitle: Terms\nversion: {version}\nmaterial: {str(material).lower()}\n---\n"
    (folder / name).write_text(front + words)
    return folder


def read(*folders):
    problems = Problems()
    found = texts.read(folders, problems)
    return found, [problem.message for problem in problems]


def publish(folder, **facts):
    found, problems = read(written(folder, **facts))
    assert not problems
    return actions.publish(found)


def test_the_shipped_texts_are_in_two_languages_and_say_what_is_to_be_filled_in():
    found, problems = read(SHIPPED)
    assert not problems
    assert {(text.kind, text.language) for text in found} == {
        (kind, language) for kind in texts.KINDS for language in ("en", "de")
    }
    assert all(text.to_fill for text in found)
    assert "<mark>[country]</mark>" in texts.html("The law of [[country]] applies.")


def test_an_institutions_own_file_stands_in_the_place_of_the_shipped_one(tmp_path):
    found, problems = read(SHIPPED, written(tmp_path / "own", version=2))
    assert problems == ["'terms' in English has another version than 1"]  # the German one is left behind
    german = written(tmp_path / "own", version=2, name="terms.de.md")
    found, problems = read(SHIPPED, german)
    assert not problems
    assert [text.version for text in found if text.kind == "terms"] == [2, 2]


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](data:text/html,x)"]
)
def test_nothing_in_a_text_runs(words):
    shown = texts.html(words)
    assert "<script" not in shown and "javascript:" not in shown.replace("(javascript:", "")
    assert 'href="javascript' not in shown and 'src="data:text/html' not in shown


@pytest.mark.django_db
def test_a_published_version_never_changes(tmp_path):
    assert publish(tmp_path / "a").created == 1
    assert publish(tmp_path / "a").unchanged == 1
    with pytest.raises(actions.SameVersion, match="raise it"):
        publish(tmp_path / "a", words="We agree to more.\n")
    with pytest.raises(DatabaseError), transaction.atomic():
        LegalText.objects.update(words="other")


@pytest.mark.django_db
def test_a_material_change_asks_at_the_next_sign_in_and_any_other_does_not(ada, client, tmp_path):
    publish(tmp_path / "a")
    actions.accept(person_id=ada.pk, kinds=("terms",), context="sign-up")
    publish(tmp_path / "a", version=2, material=False, words="We agree.\n\nA comma was mended.\n")
    assert legal.outstanding(ada.pk) == []
    publish(tmp_path / "a", version=3, words="We agree to more.\n")
    client.force_login(ada)
    led = client.get("/desk/")
    assert led.url == "/legal/accept/?next=%2Fdesk%2F"
    assert client.get("/my-data/").status_code == 200
    assert client.post(led.url, {}).status_code == 400
    assert client.post(led.url, {"accepted": "on"}).url == "/desk/"
    assert client.get("/desk/").status_code == 200
    assert list(Acceptance.objects.filter(person=ada).values_list("version", "context")) == [
        (3, "asked anew"),
        (1, "sign-up"),
    ]


@pytest.mark.django_db
def test_nobody_gets_an_account_without_accepting(client, tmp_path):
    publish(tmp_path / "a")
    form = {"email": "nia@example.org", "password1": "a long walk by the river", "display_name": "Nia"}
    assert b"Tick the box to go on" in client.post(reverse("account_signup"), form).content
    assert client.post(reverse("account_signup"), form | {"accepted": "on"}).status_code == 302
    assert Acceptance.objects.get().context == "sign-up"


@pytest.mark.django_db
def test_every_version_stays_readable_in_its_language(client, tmp_path):
    publish(tmp_path / "a")
    publish(tmp_path / "a", version=2, words="We agree to more.\n")
    assert b"to more" in client.get("/legal/terms/").content
    old = client.get("/legal/terms/1/").content
    assert b"to more" not in old and b"There is a newer version." in old
    assert client.get("/legal/terms/?language=fr").status_code == 200
    assert client.get("/legal/terms/9/").status_code == client.get("/legal/secrets/").status_code == 404


def test_production_is_told_of_every_text_that_is_still_a_template(settings):
    assert contributions.complete() == []
    settings.PRODUCTION = True
    said = contributions.complete()
    assert [one.id for one in said] == ["privacy.W001"]
    names = re.findall(r"\w+\.(?:en|de)\.md", said[0].msg)
    assert names == sorted(path.name for path in SHIPPED.glob("*.md"))
