"""Badges follow the register: signed once, revoked and suspended by their bits, issued again where a key is lost."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from certificates.actions import (
    amendments,
    badges,
    checking,
    erasure,
    keys,
    register,
    renewals,
    sharing,
    status_lists,
)
from certificates.models import Badge, SchemeVersion, StatusList, StatusPlace
from certificates.queries import badges as queries
from certificates.queries import issuing
from certificates.rules import badges as rule
from certificates.rules.badges import Profile, Purpose
from certificates.rules.proofs import bitstring
from certificates.rules.renewal import Route
from certificates.states import KeyPurpose
from lms.audit import queries as audit
from lms.db import clock
from lms.jobs import worker
from lms.jobs.models import Job
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential(schemes, ada):
    return make.certified(ada)


@pytest.fixture
def edition(credential):
    return credential.editions.get()


def body(edition, profile=Profile.DEFAULT):
    return queries.newest(edition, profile).body


def checked(text):
    found = checking.verify(text, at=clock.now())
    outcomes = {check.id.value: check.outcome.value for check in found.report.checks}
    return found, [name for name, outcome in outcomes.items() if outcome != "passed"]


def bits(edition):
    place = edition.status_place
    return {
        purpose.value
        for purpose in Purpose
        if bitstring.is_set(
            json.loads(status_lists.current(purpose=purpose, number=1).document)["credentialSubject"][
                "encodedList"
            ],
            place.list_index,
        )
    }


def act(credential, officer, name, reason, key="k"):
    getattr(register, name)(
        number=credential.number, officer_id=officer.pk, reason=reason, public_note="", use_key=key
    )


def test_a_granted_credential_is_signed_once_in_three_forms_by_a_job(edition):
    worker.run_due()
    badges.make(edition_id=edition.pk)
    assert [(row.profile, row.revision) for row in Badge.objects.order_by("profile")] == [
        ("default", 1), ("jwt", 1), ("ob30", 1),
    ]  # fmt: skip
    for row in Badge.objects.all():
        assert row.digest == hashlib.sha256(row.body.encode()).hexdigest()
        assert audit.entries_of(f"certificates.badge:{row.pk}").get().facts["digest"] == row.digest


def test_it_says_what_was_pinned_and_verifies_in_every_form(edition):
    badges.make(edition_id=edition.pk)
    document = json.loads(body(edition))
    subject = document["credentialSubject"]
    assert (document["id"], subject["licenseNumber"], document["issuer"]["id"]) == (
        issuing.credential(edition.uuid), edition.credential.number, issuing.did(),
    )  # fmt: skip
    assert (document["validFrom"][:10], document["validUntil"][:10]) == (
        edition.begins_on.isoformat(), edition.expires_on.isoformat(),
    )  # fmt: skip
    assert subject["id"] == f"urn:uuid:{edition.status_place.subject}"
    assert "Ada" not in body(edition)
    assert subject["identifier"][0] == rule.identity(
        edition.holder_name, subject["identifier"][0]["salt"], plain=False
    )
    assert [part["targetCode"] for part in subject["achievement"]["alignment"]] == [
        *map(str, range(4, 11)), "A",
    ]  # fmt: skip
    for profile in Profile:
        found, unpassed = checked(body(edition, profile))
        assert (found.report.result.value, found.edition) == ("valid", edition)
        assert checking.is_ours(body(edition, profile).encode())
        assert unpassed == ([] if profile is Profile.DEFAULT else ["suspension"])
    found, _ = checked(json.dumps(document))
    assert found.report.result.value == "valid"
    assert not checking.is_ours(json.dumps(document).encode())


def test_suspension_is_cleared_and_withdrawal_is_for_ever(credential, edition, kai):
    badges.make(edition_id=edition.pk)
    assert bits(edition) == set()
    act(credential, kai, "suspend", "complaint-open")
    assert bits(edition) == {"suspension", "standing"}
    assert checked(body(edition))[1] == ["suspension"]
    act(credential, kai, "reinstate", "complaint-closed")
    assert bits(edition) == set()
    act(credential, kai, "suspend", "complaint-open", "l")
    act(credential, kai, "withdraw", "error", "m")
    assert bits(edition) == {"revocation", "standing"}
    found, unpassed = checked(body(edition))
    assert (found.report.result.value, unpassed) == ("not_valid", ["revocation"])


def test_a_correction_revokes_what_it_replaces_and_nothing_else(credential, edition, kai):
    badges.make(edition_id=edition.pk)
    amendments.reduce_scope(
        number=credential.number, officer_id=kai.pk, scope="Planning an AIMS", reason="holder-asked",
        public_note="", use_key="k",
    )  # fmt: skip
    worker.run_due()
    fresh = credential.editions.get(number=2)
    assert (bits(edition), bits(fresh)) == ({"revocation", "standing"}, set())
    assert checked(body(edition))[1] == ["revocation", "latest_document"]
    assert checked(body(fresh))[1] == []


def test_a_renewal_takes_nothing_back(credential, edition, ada):
    badges.make(edition_id=edition.pk)
    with clock.shifted(days=3 * 365 - 40):
        make.exam_result(ada, source="again")
        renewals.renew(number=credential.number, holder_id=ada.pk, route=Route.EXAM, renews=1)
        worker.run_due()
        fresh = credential.editions.latest("number")
        assert fresh.pk != edition.pk
        assert (bits(edition), bits(fresh)) == (set(), set())


def test_a_list_is_signed_anew_when_a_bit_changes_and_before_half_its_time_is_over(credential, edition, kai):
    badges.make(edition_id=edition.pk)
    first = status_lists.current(purpose=Purpose.REVOCATION, number=1).document
    assert status_lists.current(purpose=Purpose.REVOCATION, number=1).document == first
    with clock.shifted(hours=13):
        later = status_lists.current(purpose=Purpose.REVOCATION, number=1)
        assert later.document != first
    with clock.shifted(days=30):
        assert checked(body(edition))[1] == []
    act(credential, kai, "withdraw", "error")
    worker.run_due()
    assert "".join(StatusList.objects.values_list("document", flat=True)) != later.document
    with pytest.raises(status_lists.NoSuchList):
        status_lists.current(purpose=Purpose.REVOCATION, number=2)


@pytest.mark.once
def test_without_a_key_for_lists_it_is_unknown_and_not_valid(edition, settings):
    badges.make(edition_id=edition.pk)
    text = body(edition)
    key = keys.signer(purpose=KeyPurpose.STATUS, at=clock.now()).key_id
    keys.retire(key_id=key, at=clock.now())
    settings.PRODUCTION = True
    assert checked(text)[0].report.result.value == "unknown"


def test_places_are_drawn_by_lot_and_kept_for_ever(credential, edition, ben):
    other = make.certified(ben).editions.get()
    for one in (edition, other, edition):
        badges.make(edition_id=one.pk)
    place = edition.status_place
    assert place.list_index != other.status_place.list_index
    drawn = sorted(one.list_index for one in StatusPlace.objects.all())
    # Two of 131,072 places drawn by lot lie side by side, or at the front, once in tens of thousands of runs.
    assert drawn[1] - drawn[0] > 1 or drawn[0] > 2
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusPlace.objects.filter(pk=place.pk).update(list_index=3)


def test_the_holder_chooses_whether_the_badge_names_them(credential, edition, ada):
    badges.make(edition_id=edition.pk)
    subject = json.loads(body(edition))["credentialSubject"]["id"]
    for _ in range(2):
        sharing.show(
            number=credential.number, holder_id=ada.pk, hidden=[], listed=False, country="", named=True
        )
    worker.run_due()
    named = json.loads(body(edition))["credentialSubject"]
    assert (named["identifier"][0]["identityHash"], named["id"]) == (edition.holder_name, subject)
    assert Badge.objects.filter(profile="default").count() == 2
    assert checked(body(edition))[0].report.result.value == "valid"


def test_what_a_compromised_key_signed_is_issued_again_by_jobs(edition, ben, tmp_path, settings):
    settings.KEY_DIR = tmp_path / "keys"
    gone = make.certified(ben)
    badges.make(edition_id=edition.pk)
    badges.make(edition_id=gone.editions.get().pk)
    register.surrender(number=gone.number, holder_id=ben.pk)
    worker.run_due()
    old, key = body(edition), keys.signer(purpose=KeyPurpose.CREDENTIAL, at=clock.now()).key_id
    at = clock.now()
    keys.compromise(key_id=key, since=at - timedelta(days=9), at=at, reason="a laptop was lost")
    assert checked(old)[1][0] == "integrity"
    worker.run_due()
    assert body(edition) != old
    assert checked(body(edition))[0].report.result.value == "valid"
    assert [row.revision for row in Badge.objects.filter(edition=edition, profile="jwt")] == [1]
    fresh = Badge.objects.get(edition=edition, profile="default", revision=2).digest
    assert Job.objects.filter(
        kind="certificates.make_document", key=f"edition:{edition.pk}:badge:{fresh}"
    ).exists()
    assert gone.editions.get().badges.filter(profile="default").count() == 1
    methods = [method["id"] for method in queries.did_document(at)["verificationMethod"]]
    assert issuing.method(key) not in methods
    told = {row["id"]: row["state"] for row in queries.history()["keys"]}
    assert told[issuing.method(key)] == "compromised"


def test_a_retired_key_stays_published_until_what_it_signed_has_expired(edition, tmp_path, settings):
    settings.KEY_DIR = tmp_path / "keys"
    badges.make(edition_id=edition.pk)
    at = clock.now()
    key = keys.signer(purpose=KeyPurpose.CREDENTIAL, at=at).key_id
    idle = keys.signer(purpose=KeyPurpose.STATUS, at=at).key_id
    for purpose in (KeyPurpose.CREDENTIAL, KeyPurpose.STATUS):
        keys.rotate(purpose=purpose, at=at, reason="yearly")
    assert checked(body(edition))[1] == []

    def published(**later):
        methods = queries.did_document(at + timedelta(**later))["assertionMethod"]
        return [issuing.method(one) in methods for one in (key, idle)]

    lasts = (edition.expires_on - at.date()).days
    assert (published(hours=23), published(days=2), published(days=lasts), published(days=lasts + 1)) == (
        [True, True], [True, False], [True, False], [False, False],
    )  # fmt: skip


def test_an_erasure_takes_what_was_signed_and_keeps_its_digest(credential, edition, ada, kai):
    badges.make(edition_id=edition.pk)
    digest, said = Badge.objects.filter(profile="default").values_list("digest", "said").get()
    register.surrender(number=credential.number, holder_id=ada.pk)
    erasure.erase(number=credential.number, officer_id=kai.pk, reason="holder-asked", use_key="k")
    worker.run_due()
    badges.make_missing()
    assert badges.make(edition_id=edition.pk) is None
    assert set(Badge.objects.values_list("body", flat=True)) == {""}
    assert Badge.objects.filter(digest=digest).exists()
    assert not Badge.objects.filter(said=said).exists()  # whoever guesses the name must not find it


def test_the_sweep_signs_what_no_job_signed(edition):
    Job.objects.all().delete()
    badges.make_missing()
    assert not Badge.objects.exists()
    with clock.shifted(minutes=2):
        badges.make_missing()
    assert Badge.objects.count() == 3


def test_an_edition_that_nothing_can_be_signed_of_keeps_no_other_from_being_signed(edition, ben):
    other = make.certified(ben, scheme_key=make.AUDITOR).editions.get()
    Job.objects.all().delete()
    SchemeVersion.objects.filter(pk=edition.version_id).update(data={"levels": []})
    with clock.shifted(minutes=2):
        with pytest.raises(ExceptionGroup, match="could not be signed"):
            badges.make_missing()
        assert (edition.badges.count(), other.badges.count()) == (0, 3)
        badges.make_missing()  # it rests


def test_lists_are_signed_anew_when_the_institution_moves_to_another_address(edition, settings):
    badges.make(edition_id=edition.pk)
    before = status_lists.current(purpose=Purpose.REVOCATION, number=1)
    settings.PUBLIC_URL = "https://moved.example"
    after = json.loads(status_lists.current(purpose=Purpose.REVOCATION, number=1).document)
    assert (json.loads(before.document)["issuer"] == after["issuer"], after["issuer"]) == (
        False, "did:web:moved.example",
    )  # fmt: skip
