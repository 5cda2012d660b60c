"""Reads about what is offered."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from exams.models import Agreement, Exam, Form, Sitting
from exams.states import ExamKind, FormState


class UnknownExam(LookupError):
    """No exam is offered under that key."""


@dataclass(frozen=True)
class DomainShare:
    number: int
    title: str
    weight: int


def exam(key: str) -> Exam:
    """One offered exam by key, its blueprint with it; raises UnknownExam."""
    found = (
        Exam.objects.filter(key=key, offered=True)
        .select_related("blueprint")
        .annotate(has_form=_open_form())
        .first()
    )
    if found is None:
        raise UnknownExam(key)
    return found


def safe_browser_of(key: str) -> Exam | None:
    """What Safe Exam Browser must know of an exam, offered or not; None where it is sat in any browser. One statement."""
    names = ("key", "safe_browser", "safe_browser_keys", "open_book", "course_key")
    return Exam.objects.only(*names).filter(key=key, safe_browser=True).first()


def offered_or_none(key: str) -> Exam | None:
    """An offered exam with an open form by key, or None; for links from one exam to another."""
    return Exam.objects.filter(_open_form(), key=key, offered=True).first() if key else None


def offered() -> list[Exam]:
    """Every offered exam that has an open form, in order."""
    return list(Exam.objects.filter(offered=True).filter(_open_form()).select_related("blueprint"))


def offered_practice() -> list[Exam]:
    """The practice exams that can be sat now, in order."""
    return list(Exam.objects.filter(_open_form(), kind=ExamKind.PRACTICE, offered=True))


def domains(exam: Exam) -> tuple[DomainShare, ...]:
    """The domains of an exam's blueprint, pinned from the profile."""
    return tuple(DomainShare(d["number"], d["title"], d["weight"]) for d in exam.blueprint.domains)


def agreement(exam: Exam) -> Agreement:
    """The latest version of the agreement that the exam asks for."""
    return Agreement.objects.filter(key=exam.agreement_key).order_by("-number")[0]


def unseen_forms(exam_id: int, *, person_id: int, language: str = "") -> dict[int, bool]:
    """The open forms of an exam (that hold a language, where one is asked for), and of each whether this candidate has never met it. One statement.

    Met is what a sitting of theirs was started with, however it ended.
    """
    met = Sitting.objects.filter(form=OuterRef("pk"), candidate_id=person_id)
    forms = Form.objects.filter(exam_id=exam_id, state=FormState.OPEN)
    if language:
        forms = forms.filter(languages__language=language)
    forms = forms.annotate(unseen=~Exists(met))
    return dict(forms.values_list("pk", "unseen"))


def _open_form() -> Exists:
    return Exists(Form.objects.filter(exam=OuterRef("pk"), state=FormState.OPEN))
