"""What only the demonstration has: reviews made in the name of its people, and first forms."""

from django.db import transaction

from exams import itemtypes
from exams.actions import assembly, items
from exams.models import Exam, Form, Item, ItemVersion
from exams.rules.assembly import CannotAssemble, wording
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
    """Assembles and opens forms for each exam that has none: two that share no item, so that who fails may sit another
    one; a single one of a practice exam, or where the bank has no more. Returns a sentence for each that has none."""
    lines = []
    for exam in Exam.objects.filter(offered=True).exclude(forms__state=FormState.OPEN).order_by("key"):
        try:
            made = _assemble(exam)
        except CannotAssemble as lacking:
            said = " ".join(wording.conflict(one, proved=lacking.proved) for one in lacking.conflicts)
            lines.append(f"No form for the exam {exam.key} yet. {said}".rstrip())
        else:
            for form in made:
                assembly.open_form(form_id=form.pk, actor_id=None)
    return lines


def _assemble(exam: Exam) -> list[Form]:
    seed = f"demonstration {exam.key}"
    if not exam.is_practice:
        try:
            return assembly.assemble_parallel(exam_id=exam.pk, actor_id=None, forms=2, seed=seed)
        except CannotAssemble:
            pass
    return [assembly.assemble(exam_id=exam.pk, actor_id=None, seed=seed)]
