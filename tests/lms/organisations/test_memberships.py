"""Who may do what comes from one table; who trains or examines does not certify."""

import pytest

from lms.audit import queries as trail
from lms.organisations import access, queries
from lms.organisations.actions import memberships

pytestmark = pytest.mark.django_db


def test_a_role_gives_its_permissions_in_that_organisation_only(dag, institute, certification):
    memberships.appoint(person_id=dag.pk, organisation_id=institute.id, role="reviewer", actor_id=None)
    assert queries.permissions_of(dag.pk, institute.id) == {"exams.review_items", "exams.hear_appeals"}
    assert queries.permissions_of(dag.pk, certification.id) == frozenset()


def test_the_wagtail_group_follows_the_role(dag, institute):
    memberships.appoint(person_id=dag.pk, organisation_id=institute.id, role="author", actor_id=None)
    assert list(dag.groups.values_list("name", flat=True)) == ["author"]


def test_who_held_a_role_before_it_opened_the_admin_gets_in_with_the_next_appointment(dag, certification):
    appointed = {"person_id": dag.pk, "organisation_id": certification.id, "actor_id": None}
    memberships.appoint(role="awarding_officer", **appointed)
    dag.groups.clear()
    memberships.appoint(role="awarding_officer", **appointed)
    assert dag.has_perm("wagtailadmin.access_admin")


def test_appointing_twice_is_appointing_once(dag, institute):
    for _ in range(2):
        memberships.appoint(person_id=dag.pk, organisation_id=institute.id, role="author", actor_id=None)
    verbs = [entry.verb for entry in trail.entries_of(f"accounts.person:{dag.pk}")]
    assert verbs.count("organisations.member.appointed") == 1


@pytest.mark.parametrize("role", ["trainer", "examiner", "invigilator"])
def test_nobody_trains_or_examines_and_awards(dag, institute, certification, role):
    memberships.appoint(person_id=dag.pk, organisation_id=institute.id, role=role, actor_id=None)
    with pytest.raises(memberships.ConflictOfRoles) as refused:
        memberships.appoint(
            person_id=dag.pk, organisation_id=certification.id, role="awarding_officer", actor_id=None
        )
    assert refused.value.roles == {role, "awarding_officer"}


def test_the_platform_s_owner_holds_no_one_s_office(olga):
    assert access.allows(olga, "exams.assemble") is True
    assert access.allows(olga, "certificates.decide") is False
    assert access.allows(olga, "exams.release") is False


def test_a_deactivated_person_may_do_nothing(eve):
    assert access.allows(eve, "exams.release") is True
    eve.is_active = False
    assert access.allows(eve, "exams.release") is False
