"""Texts that wait for a review."""

from django.contrib.auth import get_user_model

from courses.models import EditorialReview


def waiting_for(person_id: int) -> int:
    """How many texts wait for this person's review: none of their own."""
    person = get_user_model().objects.get(pk=person_id)
    return sum(
        task.get_task_states_user_can_moderate(person).count()
        for task in EditorialReview.objects.filter(active=True)
    )
