import pytest

from exams.actions import assembly, entries, languages, marking, sittings
from exams.actions.entries import NotInThatLanguage
from exams.models import Agreement, Exam, Form, FormLanguage, Item, ItemChange, Result, Sitting, Variant
from exams.queries import languages as queries
from exams.rules import languages as rules
from exams.rules.languages import Untranslated
from lms.audit.models import Entry as TrailEntry
from tests import cast
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


def german(item: Item, mark: str = "(de)") -> Variant:
    """Written by Hana."""
    content, rationales = item.current.content, item.current.rationales
    return languages.translate_item(
        item_id=item.pk,
        language="de",
        said={part.path: f"{part.text} {mark}" for part in rules.parts(content)},
        rationales={name: f"{why} {mark}" for name, why in rationales.items()},
        source="by hand",
        author_id=cast.person("hana").pk,
    )


def approved(item: Item, mark: str = "(de)") -> Variant:
    return languages.approve(variant_id=german(item, mark).pk, by_id=cast.person("ivo").pk)


def held(form: Form) -> list[Item]:
    return list(Item.objects.filter(versions__placements__form=form).select_related("current"))


def entered(exam: Exam, person, language: str) -> Sitting:
    agreement = Agreement.objects.get()
    entry = entries.enter(
        exam_key=exam.key, person_id=person.pk, agreement_id=agreement.pk, language=language
    )
    return sittings.start(entry_uuid=entry.uuid, person_id=person.pk)


@pytest.fixture
def exam(db) -> Exam:
    found = make.exam()
    Exam.objects.update(languages=["de"])
    found.refresh_from_db()
    return found


def test_what_one_writes_another_approves_and_both_leave_a_trace(hana, ivo) -> None:
    item = make.live_item("V-1")
    one = german(item)
    assert german(item) == one
    with pytest.raises(languages.NotAnotherPerson):
        languages.approve(variant_id=one.pk, by_id=hana.pk)
    two = german(item, "auf Deutsch")
    with pytest.raises(languages.Outdated):
        languages.approve(variant_id=one.pk, by_id=ivo.pk)
    languages.approve(variant_id=two.pk, by_id=ivo.pk)
    languages.approve(variant_id=two.pk, by_id=ivo.pk)
    assert [(one.number, one.approved_by) for one in Variant.objects.all()] == [(1, None), (2, ivo)]
    events = ItemChange.objects.filter(item=item).order_by("pk").values_list("event", flat=True)
    assert list(events)[-3:] == ["translate", "translate", "approve-variant"]
    assert TrailEntry.objects.filter(verb__startswith="exams.variant.").count() == 3
    with pytest.raises(languages.Unfit):
        languages.translate_item(
            item_id=item.pk,
            language="fr",
            said={"stem": "Quoi ?"},
            rationales={},
            source="",
            author_id=hana.pk,
        )


def test_a_language_is_offered_once_every_open_form_holds_it(exam, ada, ben, eve) -> None:
    form = exam.forms.get()
    items = held(form)
    assert queries.offered(exam) == ()
    with pytest.raises(NotInThatLanguage):
        entered(exam, ada, "de")
    for item in items[1:]:
        approved(item)
    german(items[0])
    with pytest.raises(Untranslated) as lacking:
        languages.add_to_form(form_id=form.pk, actor_id=eve.pk)
    assert lacking.value.codes == (items[0].code,)
    assert queries.lacking(form) == {"de": (items[0].code,)}
    languages.approve(variant_id=Variant.objects.get(version__item=items[0]).pk, by_id=eve.pk)
    (made,) = languages.add_to_form(form_id=form.pk, actor_id=eve.pk)
    assert languages.add_to_form(form_id=form.pk, actor_id=eve.pk) == []
    assert queries.offered(exam) == ("de",)
    # What is written later changes no form that is frozen.
    approved(items[0], "neu")
    assert FormLanguage.objects.get().digest == made.digest
    with pytest.raises(Untranslated):
        assembly.open_form(form_id=another(exam).pk, actor_id=eve.pk)


def another(exam: Exam) -> Form:
    for number in range(5):
        make.live_item(f"more-1-{number}", in_bank=exam.blueprint.bank, domain=1)
        make.live_item(f"more-2-{number}", in_bank=exam.blueprint.bank, domain=2)
    return assembly.assemble(exam_id=exam.pk, actor_id=None, seed="other")


def test_the_same_answers_earn_the_same_in_both_languages(exam, ada, ben, eve) -> None:
    form = exam.forms.get()
    for item in held(form):
        approved(item)
    languages.add_to_form(form_id=form.pk, actor_id=eve.pk)
    for person, language in ((ada, "de"), (ben, "")):
        sitting = entered(exam, person, language)
        stems = [one["content"]["stem"] for one in queries.package_of(form, language)["items"]]
        assert all(stem.endswith("(de)") == (language == "de") for stem in stems)
        make.answer(sitting, dict(enumerate("bbbab", 1)))
        sittings.submit(sitting_uuid=sitting.uuid, person_id=person.pk)
        marking.mark(sitting_id=sitting.pk)
    one, two = Result.objects.select_related("run").order_by("pk")
    assert (one.run.detail["marks"], one.outcome) == (two.run.detail["marks"], two.outcome)
