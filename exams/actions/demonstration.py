"""What only the demonstration has: reviews made in the name of its people, and first forms."""

from django.db import transaction

from exams import itemtypes
from exams.actions import assembly, items
from exams.models import Exam, Item, ItemVersion
from exams.rules.blueprint import CannotAssemble
from exams.states import FormState, ItemState, ReviewVerdict
from lms.accounts import queries as people

AUTHOR, REVIEWERS = "hana@example.org", ("ivo@example.org", "jun@example.org")


def review_library(*, organisation_slug: str = "institute") -> int:
    """Has the demonstration's two reviewers accept every library item that nobody has reviewed yet;
    returns how many became live. Items that came back from a review are left to people."""
    author = people.by_email(AUTHOR)
    reviewers = [people.by_email(address) for address in REVIEWERS]
    if author is None or None in reviewers:
        return 0
    with transaction.atomic():
        ItemVersion.objects.filter(author=None, author_name=author.display_name).update(author_id=author.id)
        waiting = Item.objects.filter(state=ItemState.DRAFT, current__reviews=None).exclude(library_digest="")
        waiting = waiting.filter(
            bank__organisation__slug=organisation_slug, kind__in=itemtypes.marked_by_rule()
        )
        found = list(waiting.values_list("pk", flat=True))
        for item_id in found:
            items.submit_for_review(item_id=item_id, actor_id=author.id)
            for reviewer in reviewers:
                assert reviewer is not None, "both were found above"
                items.review_item(item_id=item_id, reviewer_id=reviewer.id, verdict=ReviewVerdict.ACCEPT)
    return len(found)


def open_first_forms() -> list[str]:
    """Assembles and opens a form for each exam that has none; returns a sentence for each that can't have one."""
    lines = []
    for exam in Exam.objects.filter(offered=True).exclude(forms__state=FormState.OPEN).order_by("key"):
        try:
            form = assembly.assemble(exam_id=exam.pk, actor_id=None, seed=f"demonstration {exam.key}")
        except CannotAssemble as lacking:
            short = ", ".join(f"domain {one.domain}" if one.domain else "scenarios" for one in lacking.lacks)
            lines.append(f"No form for the exam {exam.key} yet: too few live items ({short or 'enemies'}).")
        else:
            assembly.open_form(form_id=form.pk, actor_id=None)
    return lines
