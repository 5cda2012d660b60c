"""docs/algorithms/maintenance.md, line by line, and what must hold for every holder."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.rules import cpd, fees, filetypes, renewal, sampling
from certificates.rules.renewal import Held, Lacking, Route
from certificates.rules.standing import Standing

FROM, UNTIL = date(2026, 11, 24), date(2029, 11, 24)
PROJECTS = cpd.Category("projects", "Projects", 0)
STUDY = cpd.Category("private-study", "Private study", 20 * 60)
WRITING = cpd.Category("publications", "Publications", 30 * 60)
RULES = fees.Dunning((0, 14, 30), 60, 180)
DUE = date(2027, 11, 24)


def test_hours_count_up_to_the_cap_of_their_category():
    done = [
        cpd.Done("projects", 50 * 60, FROM),
        cpd.Done("private-study", 32 * 60, date(2028, 1, 1)),
        cpd.Done("publications", 8 * 60, UNTIL),
        cpd.Done("publications", 600, FROM - timedelta(days=1)),
        cpd.Done("no such category", 600, FROM),
    ]
    said = cpd.tally(done, [PROJECTS, STUDY, WRITING], required=90 * 60, begins_on=FROM, until=UNTIL)
    assert [share.counted // 60 for share in said.shares] == [50, 20, 8]
    assert (said.counted // 60, said.missing // 60, said.met) == (78, 12, False)
    assert said.shares[1].over == 12 * 60


def test_the_gap_at_the_pace_so_far():
    after = FROM + timedelta(days=365)
    assert cpd.gap_at_expiry(1200, 5400, begins_on=FROM, expires_on=UNTIL, on=after) == 1794
    assert cpd.gap_at_expiry(0, 5400, begins_on=FROM, expires_on=UNTIL, on=FROM) == 5400
    assert cpd.gap_at_expiry(5400, 5400, begins_on=FROM, expires_on=UNTIL, on=UNTIL) == 0


@given(st.integers(0, 9000), st.integers(0, 9000), st.dates(FROM, UNTIL + timedelta(days=90)))
@settings(max_examples=60)
def test_the_gap_is_never_more_than_what_is_missing_and_none_when_all_is_there(counted, required, on):
    gap = cpd.gap_at_expiry(counted, required, begins_on=FROM, expires_on=UNTIL, on=on)
    assert 0 <= gap <= max(0, required - counted)


NUMBERS = tuple("ABCDEFGHIJ")


@given(st.permutations(NUMBERS), st.integers(0, 100))
@settings(max_examples=40)
def test_a_sample_can_be_drawn_again_in_whatever_order_it_is_given(shuffled, percent):
    drawn = sampling.draw(NUMBERS, percent=percent, seed="2027")
    assert sampling.draw(shuffled, percent=percent, seed="2027") == drawn
    assert len(drawn) == -(-percent // 10)
    assert set(sampling.draw(NUMBERS, percent=max(0, percent - 10), seed="2027")) <= set(drawn)


def test_another_seed_draws_others():
    assert len({sampling.draw(NUMBERS, percent=20, seed=str(seed)) for seed in range(20)}) > 5


@pytest.mark.parametrize(
    ("on", "dunned", "warned_on", "letter", "suspends"),
    [
        (date(2027, 11, 23), -1, None, None, False),
        (date(2027, 11, 24), -1, None, 0, False),
        (date(2027, 12, 10), 0, None, 14, False),
        (date(2027, 12, 24), 14, None, 30, False),
        (date(2028, 1, 22), 30, date(2027, 12, 24), None, False),
        (date(2028, 1, 23), 30, date(2027, 12, 24), None, True),
        (date(2028, 1, 23), -1, None, 30, False),
        (date(2028, 2, 5), 30, date(2028, 1, 23), None, False),
        (date(2028, 2, 6), 30, date(2028, 1, 23), None, True),
    ],
)
def test_letters_and_suspension_for_an_unpaid_fee(on, dunned, warned_on, letter, suspends):
    assert fees.letter(DUE, on, dunned, RULES) == letter
    assert fees.suspends(DUE, on, warned_on, RULES) is suspends


def test_nothing_is_withdrawn_without_a_warning():
    suspended_on = date(2028, 1, 23)
    assert not fees.warns(suspended_on, date(2028, 6, 20), RULES)
    assert fees.warns(suspended_on, date(2028, 6, 21), RULES)
    assert fees.withdraws(suspended_on, date(2028, 7, 21), date(2028, 6, 21), RULES)
    assert not fees.withdraws(suspended_on, date(2028, 7, 20), date(2028, 6, 21), RULES)
    assert not fees.withdraws(suspended_on, date(2030, 1, 1), None, RULES)
    assert not fees.withdraws(suspended_on, date(2030, 1, 1), date(2029, 12, 31), RULES)


def test_a_fee_falls_due_on_anniversaries_and_on_the_first_day_of_a_renewal():
    assert fees.due_days(FROM, UNTIL, renewal=False) == (date(2027, 11, 24), date(2028, 11, 24))
    renewed = (date(2029, 11, 25), date(2030, 11, 25), date(2031, 11, 25))
    assert fees.due_days(date(2029, 11, 25), date(2032, 11, 25), renewal=True) == renewed


HELD = Held(
    standing=Standing.VALID,
    begins_on=FROM,
    expires_on=UNTIL,
    grace_days=90,
    covered=False,
    routes=frozenset({"cpd", "exam"}),
    code_signed=True,
    fee_open=False,
    sample_open=False,
    hours_met=True,
    exam_passed_on=None,
    exam_days=365,
)


@pytest.mark.parametrize(
    ("changed", "route", "on", "lacking"),
    [
        ({}, Route.CPD, date(2029, 8, 25), (Lacking.NOT_OPEN,)),
        ({}, Route.CPD, date(2029, 8, 26), ()),
        ({"standing": Standing.EXPIRED}, Route.CPD, date(2030, 2, 22), ()),
        ({"standing": Standing.EXPIRED}, Route.CPD, date(2030, 2, 23), (Lacking.CLOSED,)),
        ({"standing": Standing.WITHDRAWN}, Route.CPD, date(2029, 9, 1), (Lacking.WITHDRAWN,)),
        ({"standing": Standing.SUSPENDED}, Route.CPD, date(2029, 9, 1), (Lacking.SUSPENDED,)),
        ({"covered": True}, Route.CPD, date(2029, 9, 1), (Lacking.COVERED,)),
        ({"hours_met": False, "fee_open": True}, Route.CPD, date(2029, 9, 1), (Lacking.FEE, Lacking.HOURS)),
        ({"code_signed": False, "sample_open": True}, Route.CPD, date(2029, 9, 1), (Lacking.CODE, Lacking.SAMPLE)),
        ({"routes": frozenset({"cpd"})}, Route.EXAM, date(2029, 9, 1), (Lacking.ROUTE, Lacking.EXAM)),
        ({"exam_passed_on": FROM}, Route.EXAM, date(2029, 9, 1), (Lacking.EXAM,)),
        ({"exam_passed_on": date(2028, 11, 23)}, Route.EXAM, date(2029, 9, 1), (Lacking.EXAM,)),
        ({"exam_passed_on": date(2028, 11, 24)}, Route.EXAM, date(2029, 9, 1), ()),
        ({"exam_passed_on": date(2029, 8, 1), "hours_met": False}, Route.EXAM, date(2029, 9, 1), ()),
    ],
)  # fmt: skip
def test_who_may_renew_and_what_is_missing(changed, route, on, lacking):
    assert renewal.lacking(replace(HELD, **changed), route, on) == lacking


@pytest.mark.parametrize(
    ("last", "on", "dates"),
    [
        (UNTIL, date(2029, 9, 1), (date(2029, 11, 25), date(2032, 11, 25))),
        (UNTIL, UNTIL, (date(2029, 11, 25), date(2032, 11, 25))),
        (UNTIL, date(2030, 1, 10), (date(2030, 1, 10), date(2032, 11, 25))),
        (date(2028, 2, 28), date(2028, 2, 1), (date(2028, 2, 29), date(2031, 2, 28))),
    ],
)
def test_from_when_until_when_the_renewed_edition_is_valid(last, on, dates):
    assert renewal.dates(last, on, 3) == dates


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 x", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n..", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"<html><script>", None),
        (b"PK\x03\x04", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_content_says(content, said):
    if said:
        assert filetypes.media_type(content, len(content)) == said
    else:
        with pytest.raises(filetypes.NoEvidence):
            filetypes.media_type(content, len(content))
    with pytest.raises(filetypes.NoEvidence):
        filetypes.media_type(content, filetypes.MOST_BYTES + 1)
