"""Control scripts: marked beforehand, and given to markers among others."""

from collections.abc import Mapping

from django.db import transaction

from exams.actions import marking_scripts
from exams.models import Marking, Script, ScriptMark
from exams.queries import coursework
from exams.queries.marking import UnknownScript
from exams.rules import marking as rules
from exams.rules.marking import Role
from exams.states import ScriptState
from lms.audit import trail
from lms.db import clock


class AlreadyControl(Exception):
    """The text of this script is a control script already."""


def add(*, script_id: int, by_id: int, levels: Mapping[str, int], comment: str, reason: str) -> Script:
    """Makes a control script of the text of a script that is final, with the reference mark that an examiner puts down:
    from now on markers who have not met that text are given it now and then, and are compared with the reference.

    The copy names no candidate. Raises UnknownScript for what is not final or has files, Incomplete, AlreadyControl.
    """
    with transaction.atomic():
        script = Script.objects.filter(pk=script_id, state=ScriptState.FINAL, control=False).first()
        if script is None or not script.text or coursework.has_files(script):
            raise UnknownScript(script_id)
        marking = Marking.objects.select_for_update(of=("self",)).get(pk=script.marking_id)
        at = clock.now()
        rules.points(rules.rubric(script.criteria), levels)
        same = Script.objects.filter(marking=marking, control=True, digest=script.digest)
        if same.filter(rubric_digest=script.rubric_digest).exists():
            raise AlreadyControl
        made = Script.objects.create(
            marking=marking,
            number=marking_scripts.number_for(marking),
            task=script.task,
            criteria=script.criteria,
            rubric_digest=script.rubric_digest,
            text=script.text,
            digest=script.digest,
            control=True,
            state=ScriptState.FINAL,
            reason=reason,
            asked_by_id=by_id,
            opened_at=at,
        )
        ScriptMark.objects.create(
            script=made,
            role=Role.REFERENCE,
            marker_id=by_id,
            levels={one["id"]: levels[one["id"]] for one in made.criteria},
            comment=comment,
            at=at,
        )
        trail.record(
            "exams.script.kept",
            subject=f"exams.script:{made.pk}",
            at=at,
            actor_id=by_id,
            facts={"number": made.number},
            organisation_id=marking.home.organisation_id,
        )
    return made
