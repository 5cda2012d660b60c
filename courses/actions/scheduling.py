"""Texts that were approved for a day: published when it has come, and taken out when theirs is over."""

from django.db import transaction
from wagtail.models import Revision

from courses.models import CoursePage, LessonPage, ModulePage, Passage
from lms.db import clock


def publish_due() -> int:
    """Publishes what was approved for a moment that has come, and unpublishes what was to end; returns how many. Wagtail
    has a command for it that somebody would have to call. Called again it changes nothing."""
    at = clock.now()
    done = 0
    for model in (CoursePage, ModulePage, LessonPage, Passage):
        for text in model.objects.filter(live=True, expire_at__lte=at):
            with transaction.atomic():
                text.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
            done += 1
    for revision in Revision.objects.filter(approved_go_live_at__lte=at).order_by("approved_go_live_at"):
        with transaction.atomic():
            revision.publish(log_action="wagtail.publish.scheduled")
        done += 1
    return done
