import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certificates import wagtail_hooks
from certificates.actions import register, ties
from certificates.models import CredentialEvent
from certificates.queries import credentials
from certificates.rules.conflicts import Bond
from lms.db import clock
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential(schemes, ada):
    return make.certified(ada)


def form(**changes):
    return {"reason": "complaint-open", "public_note": "", "use_key": str(uuid.uuid4())} | changes


def post(client, credential, act, **changes):
    return client.post(f"/register/{credential.number}/{act}/", form(**changes), follow=True)


def test_only_awarding_officers_may_look(credential, ada, eve, lena, olga, kai, signed_in):
    for path in ("/register/", f"/register/{credential.number}/"):
        assert Client().get(path).status_code == 302
        for person in (ada, eve, lena, olga):
            assert signed_in(person).get(path).status_code == 403, person
        assert signed_in(kai).get(path).status_code == 200
    for person in (ada, eve, lena, olga):
        assert post(signed_in(person), credential, "withdraw", sure="on").status_code == 403
    assert CredentialEvent.objects.filter(kind="withdrawn").count() == 0


def test_suspend_reinstate_withdraw_by_form(credential, kai, signed_in):
    client = signed_in(kai)
    assert "is suspended" in post(client, credential, "suspend").content.decode()
    assert (
        "is reinstated" in post(client, credential, "reinstate", reason="complaint-closed").content.decode()
    )
    answer = post(client, credential, "withdraw", reason="error", sure="on")
    assert "is withdrawn" in answer.content.decode()
    assert "Nothing can be done to it any more" in answer.content.decode()


def test_the_same_form_sent_twice_is_one_act(credential, kai, signed_in):
    client, key = signed_in(kai), str(uuid.uuid4())
    post(client, credential, "suspend", use_key=key)
    assert post(client, credential, "suspend", use_key=key).status_code == 200
    assert CredentialEvent.objects.filter(kind="suspended").count() == 1


def test_another_form_for_what_is_done_already_changes_nothing(credential, kai, signed_in):
    client = signed_in(kai)
    post(client, credential, "suspend")
    assert "suspended already" in post(client, credential, "suspend").content.decode()


@pytest.mark.parametrize(
    ("act", "changes"),
    [
        ("suspend", {"reason": ""}),
        ("suspend", {"reason": "because"}),
        ("suspend", {"reason": "error"}),
        ("suspend", {"use_key": "x"}),
        ("suspend", {"public_note": "x" * 301}),
        ("suspend", {"public_note": "a\0b"}),
        ("withdraw", {"reason": "error"}),
    ],
)
def test_a_form_that_is_not_right_changes_nothing_and_says_so(credential, kai, signed_in, act, changes):
    answer = post(signed_in(kai), credential, act, **changes)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert CredentialEvent.objects.count() == 1


def test_there_is_no_other_act_and_no_unknown_number(credential, kai, signed_in):
    client = signed_in(kai)
    assert post(client, credential, "delete").status_code == 404
    assert client.get("/register/AIMS-LI-00000-00000-0/").status_code == 404
    assert client.get(f"/register/{credential.number}/suspend/").status_code == 405


def test_an_officer_is_told_that_their_own_is_not_theirs_to_decide(schemes, kai, signed_in):
    own, client = make.certified(kai), signed_in(kai)
    assert "This certificate is your own" in client.get(f"/register/{own.number}/").content.decode()
    assert "Nobody decides about a certificate of their own" in post(client, own, "suspend").content.decode()


def test_an_officer_who_trained_the_holder_is_told_why_nothing_was_done(credential, kai, signed_in):
    ties.note(
        person_id=credential.holder_id,
        officer_ids=[kai.pk],
        bond=Bond.TRAINED,
        source="a course",
        began_on=clock.today(),
    )
    client = signed_in(kai)
    said = "Nothing was changed. You trained this person. That bars you for ever. Ask another officer."
    assert said in post(client, credential, "suspend").content.decode()
    told = form(act="scope", scope="Less", reason="holder-asked")
    page = client.post(f"/register/{credential.number}/amend/", told, follow=True)
    assert said in page.content.decode()
    assert CredentialEvent.objects.count() == 1


def numbers_found(client, **query):
    page = client.get("/register/", query).context["rows"]
    return {view.number for view in page}


def test_search_finds_by_name_in_any_spelling_and_by_number(schemes, ada, ben, kai, signed_in):
    type(ada).objects.filter(pk=ada.pk).update(certificate_name="Ádà Łucja Kamau")
    of_ada, of_ben = make.certified(ada), make.certified(ben, scheme_key=make.AUDITOR)
    client = signed_in(kai)
    assert numbers_found(client) == {of_ada.number, of_ben.number}
    assert numbers_found(client, q="kamau lucja") == {of_ada.number}
    assert numbers_found(client, q=of_ben.number.lower().replace("-", " ")) == {of_ben.number}
    assert numbers_found(client, q=of_ben.number[:13]) == {of_ben.number}
    assert numbers_found(client, scheme=make.AUDITOR) == {of_ben.number}
    assert numbers_found(client, q="nobody") == set()
    assert "Nothing matches" in client.get("/register/", {"q": "nobody"}).content.decode()


@pytest.mark.parametrize(
    "query", [{"q": "a\0"}, {"standing": "odd"}, {"scheme": "odd"}, {"page": "x"}, {"q": "%_'"}]
)
def test_a_search_that_is_not_right_is_no_fault(credential, kai, signed_in, query):
    assert signed_in(kai).get("/register/", query).status_code == 200


def test_the_filter_says_what_the_rule_says(schemes, ada, ben, cleo, kai):
    made = [make.certified(person) for person in (ada, ben, cleo)]
    told = {"officer_id": kai.pk, "public_note": "", "use_key": "k"}
    register.suspend(number=made[1].number, reason="holder-asked", **told)
    register.withdraw(number=made[2].number, reason="voluntary", **told)
    away = (made[0].editions.get().expires_on - clock.today()).days
    for days in (0, away - 91, away - 90, away, away + 1):
        with clock.shifted(days=days):
            at = clock.now()
            for standing in ("valid", "due", "expired", "suspended", "withdrawn"):
                rows = credentials.register(search="", standing=standing, scheme_key="", on=at.date())
                ruled = {
                    view.number
                    for view in (credentials.view(row, at) for row in made)
                    if view and (view.due if standing == "due" else view.standing == standing)
                }
                assert {row.number for row in rows} == ruled, (days, standing)


def test_the_list_takes_as_many_statements_at_30_as_at_1(credential, kai, signed_in):
    client = signed_in(kai)

    def statements():
        with CaptureQueriesContext(connection) as seen:
            client.get("/register/")
        return len(seen)

    statements()  # the rules of schemes are read once, and kept
    at_one = statements()
    make.crowd(credential, people=30)
    assert statements() == at_one


def test_every_field_on_the_page_has_an_id_of_its_own(credential, kai, signed_in):
    text = signed_in(kai).get(f"/register/{credential.number}/").content.decode()
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_officers_find_the_register_in_the_admin_menu(schemes, kai, finn, olga, rf):
    item = wagtail_hooks.register_item()
    for person, shown in ((kai, True), (finn, False), (olga, False)):
        request = rf.get("/admin/")
        request.user = person
        assert item.is_shown(request) is shown
    assert item.url == "/register/"
