"""A manager adds an address, sees how its calls went, and nobody else does."""

import pytest
from django.core import mail
from django.urls import reverse

from lms.db import clock
from lms.jobs import worker
from lms.notifications import outbox, queries
from lms.notifications.actions import calls
from tests import counting

pytestmark = pytest.mark.django_db
LIST = reverse("organisations:webhooks")


@pytest.fixture
def hook(cleo, northmoor, signed_in):
    """An address that nothing listens at."""
    manager = signed_in(cleo)
    manager.post(LIST, {"url": "http://127.0.0.1:1/hook", "organisation": str(northmoor.id)})
    return queries.endpoints([northmoor.id])[0]


def page(hook, name="webhook", *more):
    return reverse(f"organisations:{name}", args=[hook.uuid, *more])


def test_a_manager_adds_an_address_and_is_shown_its_secret(hook, cleo, signed_in):
    assert hook.secret in signed_in(cleo).get(page(hook)).content.decode()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1:1/hook", "on your list already"),
        ("mailto:x@example.org", "must begin with https://"),
    ],
)
def test_what_can_not_be_added_is_said(hook, cleo, northmoor, signed_in, url, says):
    answer = signed_in(cleo).post(LIST, {"url": url, "organisation": str(northmoor.id)})
    assert (answer.status_code, says in answer.content.decode()) == (400, True)
    assert len(queries.endpoints([northmoor.id])) == 1


def test_nobody_adds_one_for_an_organisation_that_is_not_theirs(hook, cleo, institute, signed_in):
    answer = signed_in(cleo).post(LIST, {"url": "https://example.org/", "organisation": str(institute.id)})
    assert (answer.status_code, queries.endpoints([institute.id])) == (400, [])


def test_a_test_that_was_not_accepted_shows_and_can_be_sent_again(hook, cleo, northmoor, signed_in):
    manager = signed_in(cleo)
    manager.post(page(hook, "try_webhook"))
    worker.run_due()
    shown = manager.get(page(hook)).content.decode()
    assert "The host could not be reached." in shown
    # It waits for its next attempt: asked for again, it is not sent a second time.
    call = queries.calls(hook)[0]
    manager.post(page(hook, "call_again", call.uuid))
    assert queries.calls(hook)[0].round == 1


def test_it_is_paused_resumed_and_ended_and_what_makes_no_sense_changes_nothing(
    hook, cleo, northmoor, signed_in
):
    manager = signed_in(cleo)
    for event, state in (("resume", "active"), ("pause", "paused"), ("resume", "active")):
        manager.post(page(hook, "move_webhook", event))
        assert queries.endpoints([northmoor.id])[0].state == state
    manager.post(page(hook, "renew_webhook_secret"))
    assert queries.endpoints([northmoor.id])[0].former_secret == hook.secret
    manager.post(page(hook, "move_webhook", "end"))
    assert (queries.endpoints([northmoor.id]), manager.get(page(hook)).status_code) == ([], 404)


def test_the_managers_are_written_to_when_it_is_called_no_more(hook, northmoor, cleo):
    outbox.call("x.y", key="k", organisation_id=northmoor.id, data={}, at=clock.now())
    for hours in range(calls.ATTEMPTS):
        with clock.shifted(hours=2 * hours):
            worker.run_due()
    assert [(one.subject, one.to) for one in mail.outbox] == [
        ("A system of Northmoor Systems is called no more", [cleo.email])
    ]
    assert "http://127.0.0.1:1/hook" in mail.outbox[0].body


def test_the_page_costs_the_same_for_one_message_and_for_thirty(hook, cleo, northmoor, signed_in):
    manager = signed_in(cleo)
    counts = []
    for many in (1, 30):
        for number in range(many):
            outbox.call("x.y", key=f"{many}-{number}", organisation_id=northmoor.id, data={}, at=clock.now())
        with counting.statements() as said:
            manager.get(page(hook))
        counts.append(len(said))
    assert counts[0] == counts[1]
