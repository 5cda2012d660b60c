"""Several examiners and markers in the same moment: each thing is done by one of them, once."""

from collections import Counter
from uuid import uuid4

import pytest

from exams.actions import cuts, marking_desk, packs, sittings
from exams.actions.marking_desk import NothingToMark
from exams.models import EvidencePack, FormCut, Script, ScriptLease, ScriptMark
from lms.audit.models import Entry
from lms.billing.actions import products, refunds
from lms.jobs.models import Job
from lms.kit.machine import IllegalMove
from tests import cast
from tests.factories import billing as shop
from tests.factories import exams as make
from tests.factories import marking as make_marking
from tests.factories.marking import FULL
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_markers_who_take_the_next_script_in_the_same_moment_never_get_the_same(
    ada, ben, ivo, jun, hana
) -> None:
    exam = make_marking.essay_exam()
    for person in (ada, ben):
        make_marking.written(exam, person)
    markers = (ivo, jun, hana)

    def take(number: int) -> int | None:
        try:
            # Each clicks twice.
            lease = marking_desk.take(marking_id=exam.marking.pk, marker_id=markers[number // 2].pk)
        except NothingToMark:
            return None
        return lease.script_id

    found = at_once(take)
    scripts = set(Script.objects.values_list("pk", flat=True))
    given = {marker: {found[2 * n], found[2 * n + 1]} for n, marker in enumerate(markers)}
    assert all(len(mine) == 1 for mine in given.values()), "of two clicks the second finds what the first has"
    assert Counter(next(iter(mine)) for mine in given.values()) == Counter([*scripts, None])
    assert ScriptLease.objects.count() == 2


def test_a_double_click_on_a_mark_leaves_one_and_the_second_marker_the_other(ada, ivo, jun) -> None:
    exam = make_marking.essay_exam(double="always")
    make_marking.written(exam, ada)
    leases = [marking_desk.take(marking_id=exam.marking.pk, marker_id=who.pk) for who in (ivo, jun)]

    def mark(number: int) -> str:
        lease = leases[number % 2]
        said = {"levels": FULL, "comments": {}, "comment": ""}
        try:
            marking_desk.mark(lease_uuid=lease.uuid, marker_id=lease.marker_id, **said)
        except marking_desk.MarkedAlready:
            return "there"
        return "marked"

    assert sorted(at_once(mark, workers=4)) == ["marked", "marked", "there", "there"]
    assert sorted(ScriptMark.objects.values_list("role", flat=True)) == ["first", "second"]
    script = Script.objects.get()
    assert (script.state, script.final.how) == ("final", "mean")
    assert Job.objects.filter(kind="exams.mark_sitting", key__endswith=f"script:{script.pk}").count() == 1


def test_two_who_approve_a_cut_in_the_same_moment_approve_it_once(ada, jun, hana) -> None:
    form = make.exam().forms.get()
    cut = make.proposed_cut(form)
    others = [cast.person(name).pk for name in ("jun", "hana", "gro")]

    def approve(number: int) -> str:
        try:
            cuts.approve(cut_uuid=cut.uuid, by_id=others[number % 3])
        except IllegalMove:
            return "decided"
        return "approved"

    assert Counter(at_once(approve)) == {"approved": 1, "decided": 5}
    cut.refresh_from_db()
    assert (cut.state, FormCut.objects.count()) == ("approved", 1)
    assert Entry.objects.filter(verb="exams.form.cut_approved").count() == 1
    assert Job.objects.filter(kind="exams.mark_by_cut").count() == 1


def test_an_evidence_pack_that_is_asked_for_in_the_same_moment_is_one(eve, jun) -> None:
    form = make.exam().forms.get()

    def ask(number: int) -> int:
        by = (eve, jun)[number % 2]
        return packs.ask(form_id=form.pk, by_id=by.pk, records="a" * 64).pk

    assert len(set(at_once(ask))) == 1
    pack = EvidencePack.objects.get()
    assert Job.objects.filter(kind="exams.make_pack").count() == 1
    at_once(lambda _: packs.make(pack_id=pack.pk), workers=2)
    pack.refresh_from_db()
    assert (pack.state, Entry.objects.filter(verb="exams.evidence_pack.made").count()) == ("ready", 1)


def test_of_a_start_and_a_refund_in_the_same_moment_one_goes_through(ada, ben, fay, gil) -> None:
    shop.issuer()
    products.offer(key="small-product", kind="exam", title="Small", amount_minor=39_000, currency="EUR")
    exam = make.exam(product_key="small-product")
    for candidate in (ada, ben):
        order = shop.paid(candidate, ("small-product", 1))
        sitting = make.entered(exam, candidate)
        row = refunds.ask(
            order_uuid=order.uuid,
            counts={line.pk: 1 for line in order.lines.all()},
            reason="",
            form_key=uuid4(),
            actor_id=fay.pk,
        )

        def click(number: int, sitting=sitting, row=row, candidate=candidate) -> str:
            try:
                if number % 2:
                    refunds.approve(uuid=row.uuid, actor_id=gil.pk)
                    return "refunded"
                sittings.start(entry_uuid=sitting.entry.uuid, person_id=candidate.pk)
                return "started"
            except (refunds.NotRefundable, IllegalMove):
                return "refused"

        assert set(at_once(click, workers=4)) in ({"started", "refused"}, {"refunded", "refused"})
        sitting.refresh_from_db()
        row.refresh_from_db()
        assert (sitting.started_at is not None) != (row.state != "asked")
