"""A form with five items that all have the key b, of which 4 are needed, sat by four.

Another key at position 5 turns Ada's fail into a pass and Ben's pass into a fail; Cleo gets another score, and for
Dag nothing changes.
"""

from exams.actions import results
from exams.models import Form, LostPass, Result
from exams.rules.key_validation import Decision, Verdict
from lms.jobs import worker
from lms.notifications.models import Notice
from tests import cast
from tests.factories import exams as make

ANSWERS = {"ada": "bbbaa", "ben": "abbbb", "cleo": "bbbbb", "dag": "aaaac"}
REKEY = Verdict(5, Decision.REKEY, "Option a is right.", {"right": ["a"]})


def sat_form() -> Form:
    exam = make.exam()
    for name, answers in ANSWERS.items():
        make.sat(exam, cast.person(name), answers)
    return exam.forms.get()


def released(form: Form) -> Form:
    """The same with results that Eve has released; what was written to the candidates is forgotten."""
    for result in Result.objects.all():
        results.release(result_uuid=result.uuid, examiner_id=cast.person("eve").pk)
    Notice.objects.all().delete()
    return form


def lost_pass(form: Form) -> LostPass:
    """Ben's, after his result was released and the last item re-keyed."""
    make.validated(form, REKEY)
    worker.run_due()
    return LostPass.objects.get()


def sat_by_thirty() -> Form:
    """So that the last item has another key than the better ones think."""
    exam = make.exam()
    for n, person in enumerate(make.people(30)):
        make.sat(exam, person, "bbbba" if n < 20 else "ccccb" if n < 28 else "bbcbb")
    return exam.forms.get()
