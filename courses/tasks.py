"""Jobs of courses: ids in, one action called."""

from courses.actions import editions, enrolments, passages, reviewers, runs, scheduling
from lms.jobs.queue import sweep, task


@task("courses.end_place")
def end_place(*, use_key: str) -> None:
    enrolments.end_place(place_key=use_key)


@task("courses.take_passage")
def take_passage(*, passage_id: int) -> None:
    passages.take_into_lessons(passage_id=passage_id)


@task("courses.renew_passages")
def renew_passages(*, page_id: int) -> None:
    passages.renew(page_id=page_id)


@task("courses.keep_edition")
def keep_edition(*, page_id: int) -> None:
    editions.keep_for_search(page_id=page_id)


@sweep("courses.keep_editions", seconds=600)
def keep_editions() -> None:
    editions.keep_for_search()


@task("courses.tell_reviewers")
def tell_reviewers(*, task_state_id: int) -> None:
    reviewers.tell(task_state_id=task_state_id)


@sweep("courses.abandon_left", seconds=900)
def abandon_left() -> None:
    runs.abandon_left()


@sweep("courses.publish_due", seconds=60)
def publish_due() -> None:
    scheduling.publish_due()
