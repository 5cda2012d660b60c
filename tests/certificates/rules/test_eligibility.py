from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.rules import experience
from certificates.rules.eligibility import Asks, Missing, Proof, Requirement, decide

TODAY = date(2026, 11, 24)
PROVISIONAL = (Requirement(Asks.EXAM), Requirement(Asks.CODE_OF_ETHICS))
LEAD = (
    *PROVISIONAL,
    Requirement(Asks.EXPERIENCE, {"years": 5, "field_years": 2}),
    Requirement(Asks.HOURS, {"hours": 300}),
    Requirement(Asks.REFERENCES, {"count": 2}),
)
PASSED = Proof("exam", date(2026, 11, 20), passed=True)
FAILED = Proof("exam", date(2026, 11, 1))
SIGNED = Proof("code_of_ethics", date(2026, 11, 22), version="1")


def missing(requirements, evidence, on=TODAY):
    return decide(requirements, evidence, on, code_version="1").missing


def test_provisional_asks_for_a_passed_exam_and_a_signature():
    assert missing(PROVISIONAL, []) == (Missing.EXAM_NOT_PASSED, Missing.CODE_NOT_SIGNED)
    assert missing(PROVISIONAL, [PASSED]) == (Missing.CODE_NOT_SIGNED,)
    assert decide(PROVISIONAL, [PASSED, SIGNED], TODAY, code_version="1").granted


def test_a_failed_exam_proves_nothing_and_takes_nothing_away():
    assert missing(PROVISIONAL, [FAILED, SIGNED]) == (Missing.EXAM_NOT_PASSED,)
    assert missing(PROVISIONAL, [PASSED, SIGNED, FAILED]) == ()


def test_a_signature_under_another_version_does_not_count():
    old = Proof("code_of_ethics", date(2026, 1, 1), version="0")
    assert missing(PROVISIONAL, [PASSED, old]) == (Missing.CODE_NOT_SIGNED,)


def test_what_is_proven_later_does_not_count_yet():
    assert missing(PROVISIONAL, [PASSED, SIGNED], on=date(2026, 11, 21)) == (Missing.CODE_NOT_SIGNED,)


def test_it_says_since_when_a_requirement_is_met():
    first, second = decide(PROVISIONAL, [PASSED, SIGNED], TODAY, code_version="1").findings
    assert (first.proven_on, second.proven_on) == (PASSED.on, SIGNED.on)


def post(begins_on, ends_on=None, *, in_field=False):
    return Proof("experience", begins_on, ends_on=ends_on, in_field=in_field)


def work(hours, on):
    return Proof("hours", on, hours=hours)


REFERENCES = [Proof("references", date(2026, 10, 1)), Proof("references", date(2026, 10, 9))]


def test_lead_as_in_the_worked_example():
    """docs/algorithms/eligibility.md, the example of Ada."""
    evidence = [PASSED, SIGNED, *REFERENCES[:1],
                post(date(2020, 3, 1), date(2023, 2, 28)),
                post(date(2023, 1, 1), None, in_field=True),
                work(180, date(2025, 6, 30)), work(80, date(2026, 9, 30))]  # fmt: skip
    said = decide(LEAD, evidence, TODAY, code_version="1")
    experience, hours, references = said.findings[2:]
    # 2020-03-01 to 2026-11-24 is 2,460 days; a year is 365; the fifth was full on 2025-02-27.
    assert (experience.missing, experience.got, experience.need) == (None, 2460, 1825)
    assert experience.proven_on == date(2025, 2, 27)
    # 80 hours in the last 365 days: the missing 40 take 182.5 of them, so 183.
    assert (hours.missing, hours.got, hours.expected_on) == (Missing.HOURS_SHORT, 260, date(2027, 5, 26))
    assert (references.missing, references.got, references.expected_on) == (Missing.REFERENCES_SHORT, 1, None)
    assert said.expected_on is None  # a reference does not come by itself
    assert decide(LEAD, [*evidence, REFERENCES[1]], TODAY, code_version="1").expected_on == date(2027, 5, 26)


def test_days_count_once_and_the_day_on_which_enough_is_reached_is_foretold():
    asked = (Requirement(Asks.EXPERIENCE, {"years": 2, "field_years": 1}),)
    beside = [post(date(2025, 1, 1), in_field=True), post(date(2025, 1, 1), date(2026, 6, 30))]
    said = decide(asked, beside, TODAY, code_version="1")
    assert (said.missing, said.findings[0].got) == ((Missing.EXPERIENCE_SHORT,), 693)
    assert said.expected_on == date(2026, 12, 31)
    assert decide(asked, beside, said.expected_on, code_version="1").granted
    assert not decide(asked, beside, date(2026, 12, 30), code_version="1").granted


def test_years_elsewhere_are_no_years_in_the_field():
    asked = (Requirement(Asks.EXPERIENCE, {"years": 2, "field_years": 1}),)
    assert missing(asked, [post(date(2020, 1, 1))]) == (Missing.FIELD_EXPERIENCE_SHORT,)
    assert missing(asked, []) == (Missing.EXPERIENCE_SHORT,)


def test_an_exam_may_have_to_be_invigilated():
    asked = (Requirement(Asks.EXAM, {"invigilated": 1}),)
    assert missing(asked, []) == (Missing.EXAM_NOT_PASSED,)
    assert missing(asked, [PASSED]) == (Missing.EXAM_NOT_INVIGILATED,)
    assert missing(asked, [Proof("exam", TODAY, passed=True, invigilated=True)]) == ()


def test_what_may_be_waived_is_met_and_says_so_and_the_exam_never_may():
    said = decide(LEAD, [PASSED, SIGNED, *REFERENCES], TODAY, code_version="1",
                  waived={"hours-short", "experience-short"})  # fmt: skip
    # Without any experience the years in the field are missing too.
    assert said.missing == (Missing.FIELD_EXPERIENCE_SHORT,)
    said = decide(LEAD, [PASSED, SIGNED, *REFERENCES], TODAY, code_version="1",
                  waived={"hours-short", "experience-short", "field-experience-short"})  # fmt: skip
    assert said.granted
    assert said.waived == (Missing.EXPERIENCE_SHORT, Missing.HOURS_SHORT)
    everything = {code.value for code in Missing}
    said = decide(LEAD, [], TODAY, code_version="1", waived=everything)
    assert said.missing == (Missing.EXAM_NOT_PASSED, Missing.CODE_NOT_SIGNED)


def test_a_level_that_asks_for_nothing_is_a_fault():
    with pytest.raises(ValueError, match="ask for something"):
        decide((), [PASSED], TODAY, code_version="1")


DAYS = st.dates(date(2015, 1, 1), date(2027, 12, 31))
proofs = st.builds(
    Proof,
    kind=st.sampled_from(["exam", "code_of_ethics", "experience", "hours", "references", "course"]),
    on=DAYS,
    passed=st.booleans(),
    version=st.sampled_from(["0", "1"]),
    ends_on=st.none() | DAYS,
    in_field=st.booleans(),
    hours=st.integers(0, 400),
)


@settings(max_examples=50)
@given(st.lists(proofs, max_size=10), proofs, st.randoms())
def test_more_evidence_never_takes_a_requirement_away_and_order_is_nothing(evidence, more, random):
    before = {f.requirement.kind for f in decide(LEAD, evidence, TODAY, code_version="1").findings if f.met}
    grown = [*evidence, more]
    random.shuffle(grown)
    after = {f.requirement.kind for f in decide(LEAD, grown, TODAY, code_version="1").findings if f.met}
    assert before <= after


@settings(max_examples=50)
@given(st.lists(st.builds(experience.Period, DAYS, st.none() | DAYS), min_size=1), st.integers(1, 3000))
def test_experience_reaches_its_days_exactly_on_the_day_foretold(periods, need):
    day = experience.reached_on(periods, need)
    if day is not None and day < date(2100, 1, 1):
        assert experience.days(periods, day) == need
        assert experience.days(periods, day - timedelta(days=1)) == need - 1
