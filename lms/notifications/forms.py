"""How to be told, chosen."""

from collections.abc import Mapping
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.kit.gather import Category
from lms.notifications.rules.ways import CHOSEN, Way

WAYS: Final = (
    (Way.AT_ONCE.value, _("By e-mail at once")),
    (Way.DAILY.value, _("By e-mail once a day, all together")),
    (Way.PAGE.value, _("Here alone, no e-mail")),
)
ABOUT: Final = {
    Category.LEARNING: (_("Learning"), _("Enrolments, completed courses, answers to your questions.")),
    Category.DATES: (_("Dates"), _("Sessions of your cohorts, and places in them.")),
    Category.REMINDERS: (_("Reminders"), _("What is due soon, such as the upkeep of a certificate.")),
    Category.WORK: (
        _("Work"),
        _("What your task at an organisation brings, such as statements of watched certificates."),
    ),
}


class PreferencesForm(forms.Form):
    """One choice for each category that may be chosen."""

    def __init__(self, data: Mapping[str, str] | None = None, *, chosen: Mapping[str, str]) -> None:
        super().__init__(data)
        for category in CHOSEN:
            label, help_text = ABOUT[category]
            self.fields[category.value] = forms.ChoiceField(
                label=label, help_text=help_text, choices=WAYS, initial=chosen.get(category, Way.AT_ONCE)
            )
