"""Watch-lists: nothing without consent, each change once, a statement each month."""

import json

import pytest

from certificates.actions import register, watching
from certificates.models import Watch, WatchStatement
from lms.db import clock
from lms.jobs import worker
from lms.kit.machine import IllegalMove
from lms.notifications import queries as notices
from lms.notifications.actions import endpoints
from lms.notifications.models import Notice
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential(schemes, ada):
    return make.certified(ada)


@pytest.fixture
def asked(credential, cleo, northmoor):
    return watching.ask(
        organisation_id=northmoor.id,
        number=credential.number,
        manager_id=cleo.pk,
        purpose="You lead our system.",
    )


def told(person, kind="certificates.watch"):
    """What stood in the letters to a person, the oldest first."""
    return [one.context for one in Notice.objects.filter(kind=kind, to=person.email).order_by("pk")]


def suspend(credential, kai, use_key="1"):
    register.suspend(
        number=credential.number, officer_id=kai.pk, reason="complaint-open", public_note="", use_key=use_key
    )
    worker.run_due()


def test_nothing_is_told_before_the_holder_consents(asked, credential, ada, cleo, kai):
    assert told(ada, "certificates.watch_asked")[0]["purpose"] == "You lead our system."
    suspend(credential, kai)
    assert told(cleo) == []
    watching.answer(watch_uuid=asked.uuid, holder_id=ada.pk, event="refuse")
    assert [(one["state"], one["line"]) for one in told(cleo)] == [("refused", {"number": credential.number})]


def test_each_change_is_told_once_to_every_manager_until_the_consent_is_taken_back(
    asked, credential, ada, cleo, kai
):
    watching.answer(watch_uuid=asked.uuid, holder_id=ada.pk, event="consent")
    suspend(credential, kai)
    watching.tell(credential_id=credential.pk)
    watching.tell_changed()
    register.reinstate(
        number=credential.number, officer_id=kai.pk, reason="complaint-closed", public_note="", use_key="2"
    )
    worker.run_due()
    away = (credential.editions.get().expires_on - clock.today()).days
    for days in (away, away + 1, away + 9):
        with clock.shifted(days=days):
            watching.tell_changed()
    assert [one["line"]["standing"] for one in told(cleo)] == ["valid", "suspended", "valid", "expired"]
    watching.answer(watch_uuid=asked.uuid, holder_id=ada.pk, event="end")
    suspend(credential, kai, "3")
    assert told(cleo)[-1]["line"] == {"number": credential.number}
    with pytest.raises(IllegalMove):
        watching.answer(watch_uuid=asked.uuid, holder_id=ada.pk, event="consent")


def test_an_employers_systems_are_told_what_its_managers_are_but_no_name(
    asked, credential, northmoor, ada, cleo, kai
):
    hook = endpoints.add(organisation_id=northmoor.id, url="https://example.org/hook", actor_id=cleo.pk)
    endpoints.move(organisation_id=northmoor.id, uuid=hook.uuid, event="pause", actor_id=cleo.pk)
    watching.answer(watch_uuid=asked.uuid, holder_id=ada.pk, event="consent")
    suspend(credential, kai)
    watching.tell(credential_id=credential.pk)
    with clock.shifted(days=40):
        watching.send_statements()
    said = [json.loads(call.body) for call in reversed(notices.calls(hook))]
    assert [(one["type"], one["data"].get("credential", {}).get("standing")) for one in said] == [
        ("watch.answered", "valid"),
        ("watch.standing_changed", "suspended"),
        ("watch.statement", None),
    ]
    assert [one["number"] for one in said[2]["data"]["credentials"]] == [credential.number]
    assert all("Ada" not in call.body for call in notices.calls(hook))


def test_a_statement_goes_out_once_a_month_however_often_the_sweep_runs_or_misses(asked, ada, cleo):
    watching.answer(watch_uuid=asked.uuid, holder_id=ada.pk, event="consent")
    watching.send_statements()
    assert told(cleo, "certificates.watch_statement") == []
    for days in (31, 31, 35, 95):
        with clock.shifted(days=days):
            watching.send_statements()
    months = [one["month"] for one in told(cleo, "certificates.watch_statement")]
    assert len(months) == len(set(months)) == WatchStatement.objects.count()
    assert len(told(cleo, "certificates.watch_statement")[0]["lines"]) == 1


def test_an_employer_asks_with_number_and_name_as_printed(credential, ada, cleo, northmoor, signed_in):
    client, sent = (
        signed_in(cleo),
        {"organisation": northmoor.id, "number": credential.number, "purpose": "Work"},
    )
    for wrong in ({"name": "Dag Holm"}, {"name": "Ada Kamau", "number": "AIMS-LA-7F3K9-2QXM4-T"}):
        assert "Nobody was asked" in client.post("/watch-list/", sent | wrong).content.decode()
    assert client.post("/watch-list/", sent | {"name": "kamau ada"}).status_code == 302
    assert (
        "on your list already" in client.post("/watch-list/", sent | {"name": "Ada Kamau"}).content.decode()
    )
    page = client.get("/watch-list/").content.decode()
    assert ("Ada Kamau" in page, credential.number in page) == (False, True)
    assert "Northmoor Systems asks to be told" in signed_in(ada).get("/desk/").content.decode()


def test_strangers_answer_and_end_nothing(asked, dag, olga, signed_in):
    for person in (dag, olga):
        client = signed_in(person)
        assert client.post(f"/certificates/watch/{asked.uuid}/consent/").status_code == 404
        assert client.post(f"/watch-list/{asked.uuid}/end/").status_code in (403, 404)
    assert Watch.objects.get().state == "asked"


def test_a_holder_consents_and_an_employer_ends_on_their_pages(asked, credential, ada, cleo, signed_in):
    client = signed_in(ada)
    client.post(f"/certificates/watch/{asked.uuid}/consent/")
    assert "Take the consent back" in client.get(f"/certificates/{credential.number}/").content.decode()
    manager = signed_in(cleo)
    assert "Ada Kamau" in manager.get("/watch-list/").content.decode()
    assert "Ended" in manager.post(f"/watch-list/{asked.uuid}/end/", follow=True).content.decode()
    assert "over already" in manager.post(f"/watch-list/{asked.uuid}/end/", follow=True).content.decode()
    assert (
        "Nothing was changed"
        in client.post(f"/certificates/watch/{asked.uuid}/end/", follow=True).content.decode()
    )
