"""What courses hold about a person, and what becomes of it at an erasure."""

from lms.kit.gather import Holding

RECORD = "Part of the training record that attestations and certificates rest on."
HOLDINGS = (
    Holding("courses.Note", "enrolment__person", "Notes"),
    Holding("courses.Repetition", "enrolment__person", "Checks to repeat"),
    Holding("courses.CheckAnswer", "enrolment__person", "Answers in checks"),
    Holding("courses.StudyPlan", "enrolment__person", "Study plans"),
    Holding("courses.DomainResult", "person", "Results by domain, for your study plan"),
    Holding("courses.Reply", "author", "Replies to questions"),
    Holding("courses.Question", "enrolment__person", "Questions to trainers"),
    Holding("courses.PackageStatement", "run__enrolment__person", "What packages told of you"),
    Holding("courses.PackageDocument", "run__enrolment__person", "What packages kept for you"),
    Holding("courses.Run", "enrolment__person", "How far you came in packages"),
    Holding("courses.LessonRecord", "enrolment__person", "Lessons done", RECORD),
    Holding("courses.Enrolment", "person", "Enrolments", RECORD),
    Holding("courses.EnrolmentChange", "enrolment__person", "How enrolments changed", RECORD),
    Holding("courses.Place", "enrolment__person", "Places in cohorts", RECORD),
    Holding("courses.Attendance", "enrolment__person", "Attendance", RECORD),
    Holding("courses.Training", "enrolment__person", "Who trained you", RECORD),
    Holding("courses.RequirementMet", "person", "Requirements met", RECORD),
    Holding(
        "courses.Consent",
        "person",
        "Whom you let see how you learn",
        "Shows what you had allowed. It is withdrawn.",
    ),
)
