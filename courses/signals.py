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
    ),
    says="A learner has finished every lesson of a course; `hours` are its CPD hours, "
    "`trainer_ids` the people who trained this learner.",
)
enrolment_withdrawn = Announcement(
    "courses.enrolment_withdrawn",
    facts=("enrolment_id", "person_id", "course_key", "at"),
    says="A learner has left a course before completing it.",
)
training_given = Announcement(
    "courses.training_given",
    # `how` is assigned (a trainer was given to an enrolment, or another one) or returned (the learner came back to it).
    facts=("enrolment_id", "person_id", "course_key", "scheme_key", "trainer_id", "how", "on"),
    says="From this day on a person trains a learner; said as soon as it is so, and not only when the course is "
    "completed.",
)
