from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_lead_counts_years_hours_and_references():
    evidence = [PASSED, SIGNED, Proof("experience", TODAY, amounts={"years": 6, "field_years": 1})]
    said = decide(LEAD, evidence, TODAY, code_version="1")
    assert said.missing == (Missing.FIELD_EXPERIENCE_SHORT, Missing.HOURS_SHORT, Missing.REFERENCES_SHORT)
    assert [(f.got, f.need) for f in said.findings if f.missing] == [(1, 2), (0, 300), (0, 2)]
    evidence = [
        PASSED,
        SIGNED,
        Proof("experience", TODAY, amounts={"years": 3, "field_years": 1}),
        Proof("experience", TODAY, amounts={"years": 2, "field_years": 1}),
        Proof("hours", TODAY, amounts={"hours": 300}),
        Proof("references", TODAY, amounts={"count": 2}),
    ]
    assert decide(LEAD, evidence, TODAY, code_version="1").granted


def test_short_of_years_says_so_before_anything_else():
    evidence = [Proof("experience", TODAY, amounts={"years": 4, "field_years": 0})]
    assert missing((LEAD[2],), evidence) == (Missing.EXPERIENCE_SHORT,)


def test_a_level_that_asks_for_nothing_is_a_fault():
    with pytest.raises(ValueError, match="ask for something"):
        decide((), [PASSED], TODAY, code_version="1")


proofs = st.builds(
    Proof,
    kind=st.sampled_from(["exam", "code_of_ethics", "experience", "hours", "references", "course"]),
    on=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    passed=st.booleans(),
    version=st.sampled_from(["0", "1"]),
    amounts=st.fixed_dictionaries(
        {}, optional={name: st.integers(0, 400) for name in ("years", "field_years", "hours", "count")}
    ),
)


@given(st.lists(proofs, max_size=10), proofs, st.randoms())
def test_more_evidence_never_takes_a_requirement_away_and_order_is_nothing(evidence, more, random):
    before = {f.requirement.kind for f in decide(LEAD, evidence, TODAY, code_version="1").findings if f.met}
    grown = [*evidence, more]
    random.shuffle(grown)
    after = {f.requirement.kind for f in decide(LEAD, grown, TODAY, code_version="1").findings if f.met}
    assert before <= after
