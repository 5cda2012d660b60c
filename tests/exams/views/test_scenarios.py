"""Scenarios and enemies in the Wagtail admin."""

import pytest

from exams.actions import items, scenarios
from exams.models import Item, Scenario
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenario(hana) -> Scenario:
    return scenarios.add_scenario(
        bank_id=make.bank().pk, code="S-1", pool="exam", title="A lender", text="It lends.", author_id=hana.pk
    )


@pytest.fixture
def item(hana) -> Item:
    return items.add_item(bank_id=make.bank().pk, code="X-1", draft=make.draft(), author_id=hana.pk)


def test_a_scenario_is_written_hung_and_edited_with_its_history(item, hana, signed_in) -> None:
    author = signed_in(hana)
    said = {"bank": item.bank_id, "code": "S-7", "pool": "exam", "title": "A lender", "text": "It lends."}
    answer = author.post("/admin/bank/scenarios/add/", said)
    scenario = Scenario.objects.get(code="S-7")
    url = f"/admin/bank/scenarios/{scenario.pk}/"
    assert answer.url == url
    assert "S-7" in author.get("/admin/bank/scenarios/results/?q=lender").content.decode()
    assert author.post(f"{url}arrange/", {"items": "X-1"}).url == url
    assert author.post(f"{url}edit/", {"title": "A lender", "text": "It lends\r\nquickly."}).url == url
    text = author.get(url).content.decode()
    for shown in ("X-1", "Version 2,", "Version 1,", "<ins>", "quickly", "Edit the text"):
        assert shown in text
    assert scenario.versions.get(number=2).text == "It lends\nquickly."
    assert url in author.get(f"/admin/bank/items/{item.pk}/").content.decode()


def test_what_is_wrong_is_said_and_nothing_is_changed(scenario, item, hana, signed_in) -> None:
    author, url = signed_in(hana), f"/admin/bank/scenarios/{scenario.pk}/"
    taken = {"bank": item.bank_id, "code": "S-1", "pool": "exam", "title": "Two", "text": "Two."}
    answer = author.post("/admin/bank/scenarios/add/", taken)
    assert (answer.status_code, "has this code" in answer.content.decode()) == (400, True)
    answer = author.post(f"{url}arrange/", {"items": "X-1, Z-9"})
    assert (answer.status_code, "the bank has no item Z-9" in answer.content.decode()) == (400, True)
    assert not scenario.items.exists()
    scenarios.arrange(scenario_id=scenario.pk, codes=["X-1"], actor_id=hana.pk)
    items.submit_for_review(item_id=item.pk, actor_id=hana.pk)
    answer = author.post(f"{url}edit/", {"title": "Another", "text": "Another."})
    assert (answer.status_code, "In review with the text as it is: X-1" in answer.content.decode()) == (
        400,
        True,
    )
    for hostile in ({"items": "x" * 41}, {"items": " ".join(f"a{n}" for n in range(201))}):
        assert author.post(f"{url}arrange/", hostile).status_code == 400


def test_enemies_are_set_on_the_page_of_an_item(item, hana, signed_in) -> None:
    make.live_item("Y-2")
    author, url = signed_in(hana), f"/admin/bank/items/{item.pk}/"
    assert author.post(f"{url}enemies/", {"enemies": "Y-2"}).url == url
    assert "No form holds this item together with" in author.get(url).content.decode()
    answer = author.post(f"{url}enemies/", {"enemies": "Y-2 Z-9"})
    assert (answer.status_code, "no other item of this bank is Z-9" in answer.content.decode()) == (400, True)
    assert [one.code for one in item.enemies.all()] == ["Y-2"]


def test_only_writers_of_the_bank_write(scenario, item, hana, ivo, dag, finn, signed_in) -> None:
    url = f"/admin/bank/scenarios/{scenario.pk}/"
    reader = signed_in(ivo)  # reviews, and writes nothing
    assert reader.get(url).status_code == 200
    assert "Edit the text" not in reader.get(url).content.decode()
    said = {"title": "Mine", "text": "Mine.", "items": "X-1", "enemies": ""}
    for path in (f"{url}edit/", f"{url}arrange/", f"/admin/bank/items/{item.pk}/enemies/"):
        assert reader.post(path, said).url == "/admin/"  # where the admin says that it is not allowed
    assert reader.get("/admin/bank/scenarios/add/").url == "/admin/"
    assert (scenario.versions.count(), scenario.items.count()) == (1, 0)
    assert signed_in(finn).get("/admin/bank/scenarios/").url == "/admin/"
    assert signed_in(dag).get(url).status_code in {302, 403}
    assert signed_in(hana).get("/admin/bank/scenarios/999999/").status_code == 404


def test_the_list_costs_the_same_for_one_and_for_thirty(scenario, hana, signed_in) -> None:
    author = signed_in(hana)
    with statements() as few:
        author.get("/admin/bank/scenarios/")
    for number in range(2, 31):
        scenarios.add_scenario(
            bank_id=scenario.bank_id,
            code=f"S-{number}",
            pool="exam",
            title="More",
            text="More.",
            author_id=hana.pk,
        )
    with statements() as many:
        author.get("/admin/bank/scenarios/")
    assert len(many) == len(few)
