"""Pictures and times on pages."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template


def drawn(source, **context):
    return Template("{% load web %}" + source).render(Context(context))


def as_person(zone):
    return SimpleNamespace(user=SimpleNamespace(time_zone=zone), path="/courses/lead-implementer/")


def test_a_moment_is_told_in_the_readers_zone_and_the_zone_is_named():
    moment = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    told = drawn("{% local_time moment %}", moment=moment, request=as_person("Africa/Nairobi"))
    assert told == (
        '<time datetime="2026-11-23T22:30:00+00:00">24 November 2026, 01:30 '
        '<span class="zone">(Africa/Nairobi)</span></time>'
    )


@pytest.mark.parametrize("zone", ["", "Not/AZone", "../etc/passwd"])
def test_without_a_usable_zone_a_moment_is_told_in_utc(zone):
    moment = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    assert "23 November 2026, 22:30" in drawn(
        "{% local_time moment %}", moment=moment, request=as_person(zone)
    )


def test_no_moment_is_told_as_nothing():
    assert drawn("{% local_time moment %}", moment=None) == ""


@pytest.mark.parametrize("day", [date(2026, 11, 3), datetime(2026, 11, 3, 9, tzinfo=UTC)])
def test_days_on_documents_are_iso(day):
    assert drawn("{{ day|iso }}", day=day) == "2026-11-03"


def test_a_link_knows_when_we_are_among_its_pages():
    request = as_person("UTC")
    assert drawn('{% current "/courses/" %}', request=request) == ' aria-current="page"'
    assert drawn('{% current "/verify/" %}', request=request) == ""
    assert drawn('{% current "/verify/" %}') == ""


@pytest.mark.parametrize(("percent", "shown"), [(-3, "0 %"), (37.6, "38 %"), (140, "100 %")])
def test_a_ring_says_its_figure_in_words_and_stays_within_its_circle(percent, shown):
    assert f'aria-label="{shown} complete"' in drawn("{% progress_ring percent %}", percent=percent)


def test_bars_have_a_table_beneath_them_that_says_the_same():
    page = drawn("{% domain_bars bars %}", bars=[("Planning", 25.0, None), ("Auditing", 12.5, None)])
    assert '<th scope="row">Planning</th><td class="figure">25 %</td>' in page
    assert '<th scope="row">Auditing</th><td class="figure">12.5 %</td>' in page
    assert page.count('class="weight-only" width="100.0"') == 1
    assert page.count('class="weight-only" width="50.0"') == 1


def test_a_domain_without_items_is_told_as_not_asked():
    page = drawn("{% domain_bars bars %}", bars=[("Planning", 25, 80), ("Auditing", 75, None)])
    assert page.count("not asked") == 2
    assert page.count('class="value" width="80.0"') == 1


def test_labels_are_escaped():
    assert "<b>" not in drawn("{% domain_bars bars %}", bars=[("<b>", 100, None)])


def test_a_seal_is_decoration_for_assistive_technology():
    assert 'aria-hidden="true"' in drawn("{% rosette 'ada' 96 %}")
