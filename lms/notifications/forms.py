"""How to be told, chosen."""

from collections.abc import Mapping
from typing import Final

from django import forms

from lms.kit.gather import Category
from lms.notifications.rules.ways import CHOSEN, Way

WAYS: Final = (
    (Way.AT_ONCE.value, "By e-mail at once"),
    (Way.DAILY.value, "By e-mail once a day, all together"),
    (Way.PAGE.value, "Here alone, no e-mail"),
)
ABOUT: Final = {
    Category.LEARNING: ("Learning", "Enrolments, completed courses, answers to your questions."),
    Category.DATES: ("Dates", "Sessions of your cohorts, and places in them."),
    Category.REMINDERS: ("Reminders", "What is due soon, such as the upkeep of a certificate."),
    Category.WORK: (
        "Work",
        "What your task at an organisation brings, such as statements of watched certificates.",
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
