from django.apps import AppConfig
from django.db.models.signals import post_migrate

from lms.db import append_only


class ExamsConfig(AppConfig):
    name = "exams"
    verbose_name = "Exams"

    def ready(self) -> None:
        # Importing the tasks registers them.
        from exams import contributions, receivers, tasks  # noqa: F401

        receivers.connect()
        contributions.register()
        append_only.protect(
            "exams", "ScenarioVersion", "ItemKey", "KeyVersion", "Calibration", "Review", "FormItem"
        )
        # A version that came in a file may find its author's account later; a variant is approved once it stands.
        append_only.protect("exams", "ItemVersion", but=("author",))
        append_only.protect("exams", "Variant", but=("approved_by", "approved_at"))
        append_only.protect("exams", "ScoreRun", "ScriptMark", "ScriptFinal", "AppealVote")
        append_only.protect("exams", "Batch_results")
        # What one proposes waits for another; what was decided stays as it was.
        decision = ("state", "decided_by", "decided_at", "decision_reason")
        append_only.protect("exams", "FormCut", "Batch", but=decision, until="decided_at")
        append_only.protect("exams", "KeyValidation", but=(*decision, "key"), until="decided_at")
        proposal = ("run", "proposed_by", "proposed_at", "reason")
        append_only.protect("exams", "LostPass", but=(*decision, *proposal), until="decided_at")
        append_only.protect("exams", "Appeal", but=("state", "finding", "decided_at"), until="decided_at")
        append_only.protect("exams", "CutStudy", but=("state", "closed_at"), until="closed_at")
        said = ("ResponseEvent", "ResponseStamp", "LateResponse")
        append_only.protect("exams", *said)
        append_only.moved("exams", *said, to="ArchivedSitting", by="sitting")
        append_only.protect(
            "exams", "ItemChange", "FormChange", "SittingChange", "ResultChange", "WorkChange"
        )
        append_only.protect("exams", "AccommodationChange", "Incident", "IdentityCheck", "Message")
        post_migrate.connect(append_only.install, sender=self, dispatch_uid="exams.append_only")
