"""Exams for tests, made through the actions: a small bank with live items, an exam with an open form."""

import json
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model

from exams import access, itemtypes
from exams.actions import (
    assembly,
    batches,
    cuts,
    entries,
    files,
    items,
    keys,
    responses,
    results,
    sittings,
    studies,
    windows,
)
from exams.actions import marking as marking_actions
from exams.itemtypes import single
from exams.models import (
    Agreement,
    AnswerFile,
    Bank,
    Batch,
    Blueprint,
    Credit,
    Exam,
    Form,
    FormCut,
    Item,
    KeyValidation,
    Result,
    Sitting,
    Window,
)
from exams.rules import answer_files
from exams.rules.acceptance import Event
from exams.rules.items import ItemDraft
from exams.rules.key_validation import Verdict
from exams.states import FormState, ReviewVerdict
from lms.db import clock
from lms.kit import digests
from lms.organisations import queries as organisations
from tests import cast
from tests.factories import kinds, stamps

DOMAINS = [
    {"number": 1, "title": "Principles", "weight": 40},
    {"number": 2, "title": "Requirements", "weight": 60},
]


def draft(*, domain: int = 1, pool: str = "exam", stem: str = "Which one?", right: int = 1) -> ItemDraft:
    """An item whose second option is right, unless said otherwise."""
    options = [(f"Answer {n} to {stem}", f"Because of {n}.", n == right) for n in range(3)]
    content, key, rationales = single.read(stem, options)
    return ItemDraft(pool, domain, "apply", ("6.1.2",), ("A.5.2",), content, key, rationales)


def bank(key: str = "small") -> Bank:
    cast.memberships.found(slug="institute", **cast.ORGANISATIONS["institute"])
    institute = organisations.organisation("institute")
    found, _ = Bank.objects.get_or_create(
        key=key, defaults={"title": "A small bank", "profile_key": "small", "organisation_id": institute.id}
    )
    return found


def live_item(code: str, *, in_bank: Bank | None = None, **said: Any) -> Item:
    """An item by Hana, reviewed by Ivo and Jun; `draft`, or a single best answer with its domain and pool."""
    home = in_bank or bank()
    hana, ivo, jun = (cast.person(name) for name in ("hana", "ivo", "jun"))
    written = said.get("draft") or draft(stem=f"{code}?", **said)
    item = items.add_item(bank_id=home.pk, code=code, draft=written, author_id=hana.pk)
    items.submit_for_review(item_id=item.pk, actor_id=hana.pk)
    for reviewer in (ivo, jun):
        item = items.review_item(item_id=item.pk, reviewer_id=reviewer.pk, verdict=ReviewVerdict.ACCEPT)
    return item


def exam(key: str = "small", *, length: int = 5, forms: int = 1, **said: Any) -> Exam:
    """An exam of five items (2 and 3 by domain) in ten minutes, 70 % to pass, with open forms. It certifies nothing, and one
    examiner releases its results, unless a scheme is said."""
    home = bank(f"bank-{key}")
    pool = "practice" if said.get("kind") == "practice" else "exam"
    if not home.items.exists():

        def make() -> None:
            for number in range(length):
                live_item(f"{key}-1-{number}", in_bank=home, domain=1, pool=pool)
                live_item(f"{key}-2-{number}", in_bank=home, domain=2, pool=pool)

        stamps.stocked(home, length, pool, make=make)
    plan = Blueprint.objects.create(key=key, bank=home, pool=pool, length=length, domains=DOMAINS)
    Agreement.objects.get_or_create(
        key="candidate",
        number=1,
        defaults={"title": "Agreement", "text": "**Alone.**", "digest": "a" * 64, "created_at": clock.now()},
    )
    values = {
        "kind": "exam",
        "title": f"Exam {key}",
        "strapline": "A small exam.",
        "summary": "It asks little.",
        "organisation_id": home.organisation_id,
        "blueprint": plan,
        "agreement_key": "candidate",
        "minutes": 10,
        "cut_numerator": 70,
        "cut_denominator": 100,
        "retake_waits": [{"days": 15, "months": 0}, {"days": 0, "months": 3}],
        "allowed": ["Your notes."],
        "says": ["The outcome."],
        "says_not": ["The items."],
        "release": "in-batches" if said.get("scheme_key") else "singly",
    }
    made = Exam.objects.create(key=key, **(values | said))
    for number in range(forms):
        form = assembly.assemble(exam_id=made.pk, actor_id=None, seed=f"seed {number}")
        assembly.open_form(form_id=form.pk, actor_id=None)
    return made


def kind_draft(kind: str, *, domain: int = 1, pool: str = "exam", **more: str) -> ItemDraft:
    """The sample of a kind; `more` are lines of its file, such as scoring."""
    said = kinds.written(kind, **more)
    return ItemDraft(pool, domain, "apply", ("6.1.2",), ("A.5.2",), said.content, said.key, said.rationales)


def mixed_exam(key: str = "mixed", **said: Any) -> Exam:
    """An exam with one item of each kind that is marked by rule, in an order that the lottery drew."""
    home = bank(f"bank-{key}")
    pool = "practice" if said.get("kind") == "practice" else "exam"

    def make() -> None:
        for place, kind in enumerate(itemtypes.marked_by_rule()):
            domain = 1 if place < 4 else 2
            live_item(f"{key}-{kind}", in_bank=home, draft=kind_draft(kind, domain=domain, pool=pool))

    stamps.stocked(home, pool, "mixed", make=make)
    return exam(key, length=len(itemtypes.marked_by_rule()), **said)


def position_of(sitting: Sitting, kind: str) -> int:
    """Where the item of a kind stands in the form of a mixed exam."""
    package = Form.objects.get(pk=sitting.form_id).package
    return next(int(item["position"]) for item in package["items"] if item["kind"] == kind)


def another_form(exam: Exam) -> Form:
    """One more open form."""
    form = assembly.assemble(exam_id=exam.pk, actor_id=None, seed=f"seed {exam.forms.count()}")
    return assembly.open_form(form_id=form.pk, actor_id=None)


def proposed_cut(form: Form) -> FormCut:
    """A cut of 58 % that Eve proposes: the ratings of Ivo and Jun, in two rounds."""
    eve = cast.person("eve").pk
    study = studies.open_study(form_id=form.pk, by_id=eve)
    for move in (studies.go_on, studies.close):
        for name, percent in (("ivo", 60), ("jun", 56)):
            percents = dict.fromkeys(range(1, form.length + 1), percent)
            studies.rate(study_uuid=study.uuid, judge_id=cast.person(name).pk, percents=percents)
        move(study_uuid=study.uuid, by_id=eve)
    return cuts.propose(study_uuid=study.uuid, by_id=eve, reason="As judged.")


def window(exam: Exam, *, opens: float = 24, closes: float = 32, **said: Any) -> Window:
    """A window by Eve, so many hours from now."""
    at = clock.now().replace(second=0, microsecond=0)
    values = {"ends_sittings": False, "places": None} | said
    return windows.make(
        exam_id=exam.pk,
        opens_at=at + timedelta(hours=opens),
        closes_at=at + timedelta(hours=closes),
        actor_id=cast.person("eve").pk,
        **values,
    )


def entered(exam: Exam, person: Any, *, within: Window | None = None, hours: float = 0) -> Sitting:
    """An entry; inside a window from so many hours after its opening."""
    agreement = Agreement.objects.filter(key=exam.agreement_key).latest("number")
    chosen = (
        {"window_uuid": within.uuid, "starts_at": within.opens_at + timedelta(hours=hours)} if within else {}
    )
    entry = entries.enter(exam_key=exam.key, person_id=person.pk, agreement_id=agreement.pk, **chosen)
    return entry.sitting


def running(exam: Exam, person: Any) -> Sitting:
    sitting = entered(exam, person)
    return sittings.start(entry_uuid=sitting.entry.uuid, person_id=person.pk)


def answer(sitting: Sitting, values: dict[int, Any], *, epoch: int = 1, first: int = 1) -> responses.Receipt:
    """Saves values by position, numbered from `first`."""
    events = [Event(epoch, seq, *pair) for seq, pair in enumerate(values.items(), first)]
    return responses.save(
        sitting_uuid=sitting.uuid, person_id=sitting.candidate_id, epoch=epoch, events=events
    )


def right_answers(sitting: Sitting, count: int | None = None) -> dict[int, str]:
    """The right answers of the first `count` positions, and wrong ones of the others."""
    form = Form.objects.get(pk=sitting.form_id)
    keys = {int(position): key["right"][0] for position, key in form.keys.items()}
    count = len(keys) if count is None else count
    return {p: right if p <= count else ("a" if right != "a" else "c") for p, right in sorted(keys.items())}


def handed_in(exam: Exam, person: Any, *, right: int | None = None) -> Sitting:
    sitting = running(exam, person)
    answer(sitting, right_answers(sitting, right))
    return sittings.submit(sitting_uuid=sitting.uuid, person_id=person.pk)


def marked(exam: Exam, person: Any, *, right: int | None = None) -> Result:
    sitting = handed_in(exam, person, right=right)
    marking_actions.mark(sitting_id=sitting.pk)
    return Result.objects.get(sitting=sitting)


def sat(exam: Exam, person: Any, answers: str) -> Result:
    """Handed in with these letters, one for each position, and marked."""
    sitting = running(exam, person)
    answer(sitting, dict(enumerate(answers, 1)))
    sittings.submit(sitting_uuid=sitting.uuid, person_id=person.pk)
    marking_actions.mark(sitting_id=sitting.pk)
    return Result.objects.get(sitting=sitting)


def released(exam: Exam, person: Any, *, right: int | None = None) -> Result:
    return release(marked(exam, person, right=right))


def release(result: Result) -> Result:
    """By Eve; where it takes two, by Eve and Jun, after they have validated the key."""
    if not result.sitting.exam.in_batches:
        return results.release(result_uuid=result.uuid, examiner_id=cast.person("eve").pk)
    batches.release(batch_uuid=_proposed(result).uuid, by_id=cast.person("jun").pk, reason="I agree.")
    result.refresh_from_db()
    return result


def validated(form: Form, *verdicts: Verdict, reason: str = "Looked at together.") -> KeyValidation:
    """What Eve proposed about the key of a form, approved by Jun."""
    found = keys.propose(form_id=form.pk, by_id=cast.person("eve").pk, verdicts=verdicts, reason=reason)
    return keys.approve(validation_uuid=found.uuid, by_id=cast.person("jun").pk, reason="I agree.")


def proposed_batch(exam: Exam, person: Any) -> Batch:
    """One result of a validated form, that Eve proposes to release."""
    return _proposed(marked(exam, person))


def _proposed(result: Result) -> Batch:
    validated(result.sitting.form)
    return batches.propose(
        form_id=result.sitting.form_id,
        by_id=cast.person("eve").pk,
        result_uuids=[result.uuid],
        reason="The first day.",
    )


def answer_file(
    sitting: Sitting, values: dict[int, Any], /, *, epoch: int = 1, first: int = 1, **more: Any
) -> bytes:
    """A sealed file as a page makes it: values by position, stamped a minute after the start unless `at` is given."""
    at = more.pop("at", None) or sitting.started_at + timedelta(minutes=1)
    events = [
        {"epoch": epoch, "seq": seq, "position": position, "value": value, "time": at.isoformat()}
        for seq, (position, value) in enumerate(values.items(), first)
    ]
    content = {
        "auditorium": "answers/1",
        "sitting": str(sitting.uuid),
        "form": Form.objects.values_list("digest", flat=True).get(pk=sitting.form_id),
        "made_at": at.isoformat(),
        "head": "",
        "events": events,
    } | more
    key = access.seal_key(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    return json.dumps(content | {"seal": answer_files.seal(content, key=answer_files.key_of(key))}).encode()


def received_file(sitting: Sitting, said: bytes = b"") -> AnswerFile:
    """A file that Ivo has uploaded; without `said`, one with the right answers."""
    said = said or answer_file(sitting, right_answers(sitting), first=1000)
    key = answer_files.key_of(access.seal_key(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id))
    file, _ = files.receive(sitting_uuid=sitting.uuid, by_id=cast.person("ivo").pk, said=said, key=key)
    return file


def proposed_credit(sitting: Sitting, **said: Any) -> Credit:
    """Five minutes that the system proposed after an outage."""
    values = {"cause": "outage", "amount": timedelta(minutes=5), "reason": "Out of reach.", "at": clock.now()}
    return Credit.objects.create(sitting=sitting, **(values | said))


def stored(sitting: Sitting, rows: int, *, first: int = 1) -> None:
    """So many events, saved as a busy candidate would: in batches, position after position."""
    length = sitting.form.length
    for start in range(0, rows, 50):
        events = [Event(1, first + n, 1 + n % length, "a") for n in range(start, min(rows, start + 50))]
        responses.save(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id, epoch=1, events=events)


def long_form(exam: Exam, length: int = 80) -> Form:
    """The exam's open form, drawn out to so many positions by using its items again and again."""
    form = Form.objects.get(exam=exam, state=FormState.OPEN)
    short = len(form.package["items"])
    keys = {str(position): form.keys[str((position - 1) % short + 1)] for position in range(1, length + 1)}
    form.shapes = {str(p): form.shapes[str((p - 1) % short + 1)] for p in range(1, length + 1)}
    form.package["items"] = [
        form.package["items"][(p - 1) % short] | {"position": p} for p in range(1, length + 1)
    ]
    form.package["parts"] = [{"title": "", "text": "", "positions": [p]} for p in range(1, length + 1)]
    form.keys, form.length = keys, length
    form.digest = digests.digest({"package": form.package, "keys": keys})
    form.save()
    return form


def people(number: int, *, first: int = 0) -> list[Any]:
    """So many candidates, who have no password: they are logged in by tests that need it. Numbered from `first`."""
    rows = get_user_model()
    made = [
        rows(email=f"candidate{n}@example.org", display_name=f"Candidate {n}")
        for n in range(first, first + number)
    ]
    return rows.objects.bulk_create(made)
