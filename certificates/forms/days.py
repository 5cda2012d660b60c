"""Fields for days."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DAY_FAULT = {"invalid": _("Write the day as year, month and day, such as 2024-05-31.")}


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=DAY_FAULT,
        **more,
    )
