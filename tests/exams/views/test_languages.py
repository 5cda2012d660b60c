import pytest

from exams.models import Agreement, Exam, Item, Variant
from exams.rules import languages as rules
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


def test_an_item_is_written_approved_and_seen_in_another_language(
    hana, ivo, eve, finn, ada, signed_in
) -> None:
    exam = make.exam()
    Exam.objects.update(languages=["de"])
    form = exam.forms.get()
    for item in Item.objects.filter(versions__placements__form=form).select_related("current"):
        page = f"/admin/bank/items/{item.pk}/languages/"
        assert signed_in(finn).get(page).status_code in {302, 403, 404}
        parts = rules.parts(item.current.content)
        said = {f"text_{n}": f"{part.text} auf Deutsch" for n, part in enumerate(parts)}
        said |= {f"why_{name}": "Darum." for name in item.current.rationales}
        browser = signed_in(hana)
        assert browser.post(f"{page}de/", said | {"text_0": ""}).status_code == 400
        assert browser.post(f"{page}de/", said).url == page
        variant = Variant.objects.get(version__item=item)
        approve = f"/admin/bank/variants/{variant.pk}/approve/"
        assert approve not in browser.get(page).content.decode()
        assert browser.post(approve).status_code in {302, 403}
        assert browser.get(f"{page}xx/").status_code == 404
        assert "auf Deutsch" in browser.get(f"{page}de/").content.decode()
        other = signed_in(ivo)
        assert approve in other.get(page).content.decode()
        other.post(approve)
    staff = signed_in(eve)
    assert "Freeze it in the languages" in staff.get(f"/admin/bank/forms/{form.pk}/").content.decode()
    staff.post(f"/admin/bank/forms/{form.pk}/languages/")
    assert "Deutsch: frozen" in staff.get(f"/admin/bank/forms/{form.pk}/").content.decode()
    candidate = signed_in(ada)
    entering = f"/exams/{exam.key}/enter/"
    text = candidate.get(entering, headers={"accept-language": "de-AT,de;q=0.9"}).content.decode()
    assert '<option value="de" selected>Deutsch</option>' in text
    said = {"agreement": Agreement.objects.get().pk, "accepted": "on", "language": "de"}
    entry = candidate.post(entering, said).url
    assert '<strong lang="de">Deutsch</strong>' in candidate.get(entry).content.decode()
    paper = candidate.get(candidate.post(entry).url).content.decode()
    assert paper.count("auf Deutsch") == 5 * 4
    assert '<span class="stem" lang="de">' in paper
