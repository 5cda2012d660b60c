"""What courses announces."""

from lms.signals import Announcement

enrolled = Announcement(
    "courses.enrolled",
    facts=("enrolment_id", "person_id", "course_key", "at"),
    says="A person has been enrolled in a course, or has come back to it.",
)
lesson_finished = Announcement(
    "courses.lesson_finished",
    facts=("enrolment_id", "person_id", "course_key", "lesson_key", "at"),
    says="A learner has finished a lesson for the first time.",
)
course_completed = Announcement(
    "courses.course_completed",
    facts=(
        "enrolment_id",
        "person_id",
        "course_key",
        "course_title",
        "scheme_key",
        "hours",
        "on",
        "trainer_ids",
        "organisation_id",
    ),
    says="A learner has finished every lesson of a course; `hours` are its CPD hours, "
    "`trainer_ids` the people who trained this learner, `organisation_id` who gives it (None: the institution).",
)
work_counted = Announcement(
    "courses.work_counted",
    facts=("enrolment_id", "person_id", "course_key", "title", "hours", "source", "on", "organisation_id"),
    says="Work beside the lessons was passed after its course had been completed: so many hours more.",
)
enrolment_withdrawn = Announcement(
    "courses.enrolment_withdrawn",
    facts=("enrolment_id", "person_id", "course_key", "at"),
    says="A learner has left a course before completing it.",
)
training_given = Announcement(
    "courses.training_given",
    # `how` is joined (a place in their cohort), changed (they came to the learner's cohort), session (they held one at
    # which the learner was), answered (a question of theirs), assigned (one trainer for one learner) or returned (the learner came back to them).
    facts=("enrolment_id", "person_id", "course_key", "scheme_key", "trainer_id", "how", "on"),
    says="From this day on a person trains a learner, or has trained them at a session or by an answer; said as soon as it is so, at "
    "joining a cohort, at a change of its trainers and at every session held, and not only when the course is completed.",
)
