"""What exams tells the house, inside the transaction that made it true."""

from lms.signals import Announcement

entered = Announcement(
    "exams.entered",
    facts=("entry_id", "person_id", "exam_key", "at"),
    says="A candidate has entered for an exam: agreement accepted, entitlement redeemed.",
)

entry_rescheduled = Announcement(
    "exams.entry_rescheduled",
    facts=("entry_id", "person_id", "exam_key", "at", "starts_at"),
    says="A candidate has chosen another time before the start.",
)

entry_cancelled = Announcement(
    "exams.entry_cancelled",
    facts=("entry_id", "person_id", "exam_key", "at"),
    says="A candidate has cancelled before the start; the use of the entitlement was given back.",
)

sitting_started = Announcement(
    "exams.sitting_started",
    facts=("sitting_id", "person_id", "exam_key", "at", "deadline_at"),
    says="A candidate has started; the server has set the deadline.",
)

sitting_submitted = Announcement(
    "exams.sitting_submitted",
    facts=("sitting_id", "person_id", "exam_key", "at", "closed_by"),
    says="A sitting has ended, by hand or by the clock; it waits to be marked.",
)

script_marked = Announcement(
    "exams.script_marked",
    # `sitting_id` or `work_id` is None: a script is of the one or of the other.
    facts=("script_id", "sitting_id", "work_id", "at"),
    says="What people gave for a script is final.",
)

coursework_released = Announcement(
    "exams.coursework_released",
    # `outcome` is passed or failed; `course_key` names the course that it belongs to; `by_tutor` is true for a tutor's
    # continuous assessment.
    facts=("work_id", "person_id", "coursework_key", "course_key", "outcome", "by_tutor", "at", "by_id"),
    says="A learner may see what a coursework came to; where it is a requirement of a course, passing meets it.",
)

candidate_examined = Announcement(
    "exams.candidate_examined",
    # `source` names the act; `on` is its day. Results name who released them in their own announcements.
    facts=("source", "person_id", "examiner_id", "on"),
    says="A person has examined another: marked a script, assessed or released a coursework, proposed a batch of results, "
    "or judged a result that was in question.",
)

key_revised = Announcement(
    "exams.key_revised",
    # `number` is that of the new version of the form's key, from 2 on.
    facts=("form_id", "exam_key", "number", "at"),
    says="A form has a new version of its key; its marked sittings are to be marked again.",
)

cut_approved = Announcement(
    "exams.cut_approved",
    facts=("form_id", "exam_key", "at"),
    says="A form has a cut of its own; results of it that nobody was told of are to be held against it.",
)

evidence_asked = Announcement(
    "exams.evidence_asked",
    facts=("pack_id", "form_id", "at"),
    says="An examiner has asked for the evidence pack of a form; it is to be put on paper.",
)

result_released = Announcement(
    "exams.result_released",
    # `kind` is exam or practice; `scheme_key` is empty where the exam serves no scheme; `outcome` is passed or
    # failed; `on` is the day of the sitting; `invigilated` says whether it was sat under invigilation with the
    # identity checked; `examiner_id` is the person who released, None for a practice exam.
    facts=(
        "result_id",
        "sitting_id",
        "person_id",
        "exam_key",
        "exam_title",
        "kind",
        "scheme_key",
        "outcome",
        "on",
        "invigilated",
        "at",
        "examiner_id",
    ),
    says="A result may be seen by its candidate and counts as evidence.",
)

result_revised = Announcement(
    "exams.result_revised",
    # The facts of `result_released`, as they stand now; `run` is the number of the score run that counts from now
    # on, above 1 and rising; `examiner_id` is who decided that it does.
    facts=(
        "result_id",
        "sitting_id",
        "person_id",
        "exam_key",
        "exam_title",
        "kind",
        "scheme_key",
        "outcome",
        "on",
        "invigilated",
        "at",
        "examiner_id",
        "run",
        "reason",
    ),
    says="A released result stands on a new score run, with a reason, or is back after it was annulled; its outcome may be another.",
)

result_annulled = Announcement(
    "exams.result_annulled",
    # `run` is the number of the score run that it stood on: what is revised later, on a higher one, has come back.
    facts=(
        "result_id",
        "sitting_id",
        "person_id",
        "exam_key",
        "scheme_key",
        "at",
        "reason",
        "examiner_id",
        "run",
    ),
    says="A released result no longer counts, unless an appeal brings it back: then it is revised.",
)
