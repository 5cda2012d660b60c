"""What trainers and employers take away: tables for a spreadsheet."""

from collections.abc import Sequence

from courses.queries.following import Following
from courses.rules.stuck import Sign
from lms.kit import tables

SIGNS = {
    Sign.QUIET: "no lesson opened for 10 days",
    Sign.LONG: "twice the planned time in a lesson",
    Sign.TRIES: "a check missed 3 times",
    Sign.BEHIND: "a quarter or more behind the dates",
}
HEAD = ("Name", "E-mail", "Course", "Standing", "Lessons done", "Lessons", "Next lesson", "Last studied (UTC)",
        "Minutes in lessons", "Minutes of sessions attended", "CPD hours", "May be stuck")  # fmt: skip
TIME_HEAD = ("Name", "E-mail", "Course", "Lesson", "Title", "Opened (UTC)", "Done (UTC)", "Planned minutes",
             "Minutes counted")  # fmt: skip
MOMENT = "%Y-%m-%d %H:%M"


def learners(rows: Sequence[Following]) -> str:
    """One row for each learner and course."""
    table = [
        (
            row.person.display_name,
            row.person.email,
            row.course_title,
            row.state,
            str(row.progress.done),
            str(row.progress.total),
            f"{row.at_lesson.number} {row.at_lesson.title}" if row.at_lesson else "",
            f"{row.last_at:{MOMENT}}" if row.last_at else "",
            str(row.minutes),
            str(row.attended),
            "" if row.hours is None else str(row.hours),
            "; ".join(SIGNS[sign] for sign in row.signs),
        )
        for row in rows
    ]
    return tables.written([HEAD, *table])


def times(rows: Sequence[Following]) -> str:
    """One row for each lesson that a learner has opened: the time counted in it, pauses left out."""
    table = [
        (
            row.person.display_name,
            row.person.email,
            row.course_title,
            one.entry.number if one.entry else "",
            one.entry.title if one.entry else one.key,
            f"{one.opened_at:{MOMENT}}",
            f"{one.done_at:{MOMENT}}" if one.done_at else "",
            str(one.entry.minutes) if one.entry else "",
            str(one.minutes),
        )
        for row in rows
        for one in row.lessons
    ]
    return tables.written([TIME_HEAD, *table])
