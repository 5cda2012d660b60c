"""Jobs of courses: ids in, one action called."""

from courses.actions import enrolments
from lms.jobs.queue import task


@task("courses.end_place")
def end_place(*, use_key: str) -> None:
    enrolments.end_place(place_key=use_key)
