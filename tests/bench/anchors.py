"""What Moodle's figures are held against: regrading, a page of statistics, certificates: `make bench PART=anchors`."""

import argparse
from collections.abc import Sequence

from django.core.cache import cache
from django.db import connection
from django.db.models import Avg
from django.test import Client
from django.urls import reverse

from certificates.actions import documents as actions
from certificates.models import Document, Edition
from exams.actions import keys, marking
from exams.actions import sittings as acts
from exams.models import Form, Result, ScoreRun
from exams.rules.key_validation import Decision, Verdict
from tests import cast
from tests.bench import documents, recording
from tests.bench.measuring import costs, once
from tests.counting import statements
from tests.factories import certificates, exams

LENGTH = 80


def anchors(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="make bench PART=anchors", description=__doc__)
    parser.add_argument("--sittings", type=int, default=220)
    parser.add_argument("--certificates", type=int, default=40)
    size = parser.parse_args(words)
    conditions = recording.conditions(database())
    figures: dict[str, float] = {}
    recording.write(
        "anchors", "Anchors: `make bench PART=anchors`", conditions,
        "Processor time of the one process that does the work, without the database's own.",
        _exam(size.sittings, figures), _certificates(size.certificates, figures),
    )  # fmt: skip
    recording.keep("anchors", figures)


def database() -> str:
    """Which it is, in words."""
    if connection.vendor == "sqlite":
        return "SQLite"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {str(cursor.fetchone()[0]).split()[0]}"


def _exam(number: int, figures: dict[str, float]) -> str:
    exam = exams.exam("anchors", length=LENGTH)
    form = Form.objects.get(exam=exam)
    found = []
    for place, person in enumerate(exams.people(number)):
        sitting = exams.running(exam, person)
        right = exams.right_answers(sitting, 20 + place % 60)
        for first in range(1, LENGTH + 1, 40):
            exams.answer(sitting, {p: right[p] for p in range(first, first + 40)}, first=first)
        found.append(acts.submit(sitting_uuid=sitting.uuid, person_id=person.pk))
    with statements() as said:
        marking.mark(sitting_id=found[0].pk)
    marked = once(lambda: [marking.mark(sitting_id=one.pk) for one in found[1:]]) / (number - 1)
    rows = [("marking a sitting", f"{marked * 1000:.1f} ms", f"{len(said)}", "")]
    exams.validated(form, *_verdicts(5))
    with statements() as again:
        keys.mark_by_key(form_id=form.pk)
    # Counting statements costs more than the work: what it takes is measured by another key.
    exams.validated(form, *_verdicts(6))
    spent = once(lambda: keys.mark_by_key(form_id=form.pk)) / number
    assert ScoreRun.objects.count() == 3 * number
    figures["regrade"] = spent
    rows.append(
        (
            "**regrading a sitting**",
            f"{spent * 1000:.2f} ms",
            f"{len(again) / number:.1f}",
            "1 ms; Moodle 115 ms and 567 statements",
        )
    )
    browser = Client()
    browser.force_login(cast.person("eve"))
    page = reverse("exams:statistics", args=[form.pk])

    def look() -> None:
        assert browser.get(page).status_code == 200

    look()
    cache.clear()
    with statements() as cold_said:
        cold = once(look)
    with statements() as warm_said:
        look()
    warm = costs({"page": look}, times=5)["page"]
    rows.append(
        (
            f"the page of statistics of {number} sittings, worked out",
            f"{cold * 1000:.0f} ms",
            len(cold_said),
            "Moodle 2.6 s for 220",
        )
    )
    rows.append(("**the same page again**", f"{warm * 1000:.1f} ms", len(warm_said), "20 ms"))
    assert Result.objects.count() == number and Form.objects.filter(pk=form.pk).exists()
    return recording.table(("", "processor time", "statements", "aim and anchor"), rows)


def _verdicts(place: int) -> list[Verdict]:
    """Both answers right at one place, and all others as they were meant."""
    others = [Verdict(p, Decision.ACCEPT, "As it was meant.") for p in range(1, LENGTH + 1) if p != place]
    return [Verdict(place, Decision.CREDIT, "Both are right."), *others]


def _certificates(number: int, figures: dict[str, float]) -> str:
    certificates.schemes()
    first = certificates.certified(cast.person("ada"))
    certificates.crowd(first, people=number)
    warm, *some = list(
        Edition.objects.filter(particulars__isnull=False).order_by("pk").values_list("pk", flat=True)
    )
    actions.make_document(edition_id=warm)
    parts = costs(documents._parts(warm), times=3)
    with statements() as said:
        actions.make_document(edition_id=some[0])
    whole = once(lambda: [actions.make_document(edition_id=one) for one in some[1:]]) / (len(some) - 1)
    figures["certificate"], figures["file"] = whole, Document.objects.aggregate(size=Avg("size"))["size"]
    rows = [(name, f"{cost * 1000:.1f} ms", f"{3600 / cost:,.0f}", "") for name, cost in parts.items()]
    rows.append(
        (
            "**the whole, sealed, with its rows and files**",
            f"{whole * 1000:.1f} ms",
            f"{3600 / whole:,.0f}",
            f"{len(said)} statements; aim 33 ms, Moodle 197 ms unsigned",
        )
    )
    return recording.table(("a certificate", "processor time", "an hour and core", ""), rows)
