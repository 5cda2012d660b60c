"""Forms in which times are typed, with the zone that they are meant in."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.kit import zones


class MomentField(forms.DateTimeField):
    """A day and a time as a person types them; the zone is a field beside it."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")
    WRONG = _("Write a day and a time such as 2026-11-23T10:00.")

    def to_python(self, value: Any) -> datetime | None:
        text = str(value or "").strip()
        if not text:
            return None
        for form in self.FORMATS:
            try:
                moment = datetime.strptime(text, form)  # noqa: DTZ007  (the zone is said in a field of its own)
            except ValueError:
                continue
            if 2000 <= moment.year <= 2200:
                return moment
        raise forms.ValidationError(self.WRONG, code="invalid")


class ZonedForm(forms.Form):
    """A form in which times are typed. What is cleaned are instants in UTC; nothing is guessed."""

    moments: tuple[str, ...] = ()
    zone = forms.ChoiceField(
        label=_("Time zone of what you typed"),
        help_text=_("Your profile's zone to begin with."),
        choices=lambda: [(name, name.replace("_", " ")) for name in zones.names()],
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "zone" not in said:
            # Without its zone a time says nothing.
            return {name: value for name, value in said.items() if name not in self.moments}
        for name in self.moments:
            if said.get(name):
                try:
                    said[name] = zones.instant(said[name], said["zone"])
                except zones.NoSuchTime:
                    self.add_error(
                        name,
                        _("The clocks go forward over that time: it does not come that day. Choose another."),
                    )
                except zones.TimeComesTwice:
                    self.add_error(
                        name,
                        _(
                            "The clocks go back over that time: it comes twice that day. Choose another, or write it "
                            "in UTC."
                        ),
                    )
        return said
