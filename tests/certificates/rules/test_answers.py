"""The one answer: what follows from which checks (docs/algorithms/answers.md)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules import answers
from certificates.rules.answers import Person, Reason
from certificates.rules.standing import Standing
from certificates.rules.verifying import Asked, Check, Outcome, Result

AT = datetime(2027, 3, 4, tzinfo=UTC)
TODAY = date(2027, 3, 4)
CHECKS = st.lists(
    st.builds(Check, st.sampled_from(list(Asked)), st.sampled_from(list(Outcome)), st.just("")), max_size=12
)


def of(standing, on=TODAY, newer=False):
    return answers.of_register(
        standing,
        begins_on=date(2026, 11, 24),
        expires_on=date(2029, 11, 23),
        on=on,
        logged=answers.IN_THE_LOG,
        newer=newer,
    )


@given(CHECKS, st.sampled_from(list(Person)))
def test_nothing_failed_and_nothing_unknown_is_ever_valid(checks, person):
    every = answers.worst(checks)
    assert [check.id for check in every] == list(Asked)
    bad = {Outcome.FAILED, Outcome.UNKNOWN} & {check.outcome for check in every}
    valid = answers.concluded(every, person) is Result.VALID
    assert not (valid and bad)
    assert valid == (not answers.reasons(every, None, person) and answers.concluded(every) is Result.VALID)


@pytest.mark.parametrize(
    ("standing", "on", "result", "reasons"),
    [
        (Standing.VALID, TODAY, Result.VALID, ()),
        (Standing.SUSPENDED, TODAY, Result.NOT_VALID, (Reason.SUSPENDED,)),
        (Standing.WITHDRAWN, TODAY, Result.NOT_VALID, (Reason.WITHDRAWN,)),
        (Standing.SUPERSEDED, TODAY, Result.NOT_VALID, (Reason.SUPERSEDED,)),
        (Standing.EXPIRED, date(2030, 1, 1), Result.NOT_VALID, (Reason.EXPIRED,)),
        (Standing.EXPIRED, TODAY, Result.NOT_VALID, (Reason.EXPIRED,)),  # a newer edition took over
        (Standing.NOT_GRANTED, date(2026, 1, 1), Result.NOT_VALID, (Reason.NOT_GRANTED,)),
    ],
)
def test_a_genuine_file_is_as_valid_as_its_certificate_stands(standing, on, result, reasons):
    every = answers.worst([answers.genuine(), *of(standing, on)])
    assert answers.concluded(every) is result
    assert answers.reasons(every, standing, Person.NOT_ASKED) == reasons


def test_an_altered_file_of_a_suspended_certificate_is_both():
    every = answers.worst([answers.altered(), *of(Standing.SUSPENDED)])
    assert answers.reasons(every, Standing.SUSPENDED, Person.NOT_ASKED) == (Reason.ALTERED, Reason.SUSPENDED)


def test_of_two_answers_to_one_question_the_worse_counts():
    unknown = Check(Asked.REVOCATION, Outcome.UNKNOWN, "no list")
    every = answers.worst([answers.genuine(), unknown, *of(Standing.VALID)])
    assert answers.concluded(every) is Result.UNKNOWN


@pytest.mark.parametrize(
    ("proven", "erased", "age", "logged"),
    [
        (True, False, timedelta(days=9), answers.IN_THE_LOG),
        (False, False, timedelta(0), answers.DISAGREES),
        (None, True, timedelta(days=9), answers.ERASED),
        (None, False, timedelta(hours=23), answers.NOT_YET),
        (None, False, timedelta(hours=25), answers.MISSING),
    ],
)
def test_what_is_a_day_old_and_not_in_the_log_is_not_vouched_for(proven, erased, age, logged):
    assert answers.in_log(proven=proven, erased=erased, made_at=AT - age, at=AT) is logged
