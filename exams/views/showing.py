"""Who reads one's results: who paid for one's places, as far as one lets them."""

from django.utils.translation import gettext_lazy as _

from exams.actions import consents
from exams.queries import shown_results
from lms.web import consenting

mine = consenting.page(
    consenting.Consenting(
        address="exams:showing",
        template="exams/showing.html",
        rows=shown_results.readers_of,
        give=consents.give,
        withdraw=consents.withdraw,
        stranger=consents.NotAPayer,
        given=_("From now on it reads how these exams ended. You can take it back here at any time."),
        taken_back=_("From now on it reads nothing of it any more."),
    )
)
