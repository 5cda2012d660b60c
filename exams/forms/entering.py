"""Forms of entering: times and their zone, windows, accommodations. They parse; the actions decide."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from exams.models import Exam
from exams.queries.windows import Ahead
from exams.rules import accommodations, windows
from exams.rules.languages import NAMES, OWN
from exams.rules.windows import TimeFault, WindowFault
from lms.web import moments
from lms.web.zoned import MomentField, ZonedForm

TIME_FAULTS = {
    TimeFault.CLOSED: _("This window takes no more entries. Nothing was changed; choose another."),
    TimeFault.FULL: _("The last place in this window is taken. Nothing was changed; choose another window."),
    TimeFault.PAST: _("That time is past. Choose one that is still ahead."),
    TimeFault.BEFORE: _("That is before the window opens. Choose a time inside it."),
    TimeFault.AFTER: _("By then the window has closed. Choose a time inside it."),
}
WINDOW_FAULTS = {
    WindowFault.BACKWARDS: "A window closes after it opens.",
    WindowFault.OVER: "This window would be over already.",
    WindowFault.TOO_SHORT: "Its end ends the sittings, and it is shorter than the exam: nobody would have the "
    "whole time. Let it close later, or let sittings run on.",
}


class TimeForm(ZonedForm):
    """A window, and a time inside it."""

    moments = ("starts_at",)
    window = forms.ChoiceField(
        label=_("Window"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the windows that stand here.")},
    )
    starts_at = MomentField(
        label=_("You want to start from"),
        help_text=_("You may start at this time or later, as long as the window is open."),
    )
    field_order = ["window", "starts_at", "zone"]

    def __init__(
        self,
        *args: Any,
        ahead: Sequence[Ahead],
        zone: str,
        allowed: timedelta,
        at: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ahead = {str(one.window.uuid): one for one in ahead if one.span.takes(at)}
        self.allowed, self.at = allowed, at
        self.fields["window"].choices = [(uuid, self._words(one, zone)) for uuid, one in self.ahead.items()]  # type: ignore[attr-defined]
        if len(self.ahead) == 1:
            self.fields["window"].initial = next(iter(self.ahead))

    def _words(self, one: Ahead, zone: str) -> str:
        span, left = one.span, one.span.left
        said = moments.span_words(span.opens_at, span.closes_at, zone)
        if left is not None:
            said += "; " + ngettext("%(left)s place left", "%(left)s places left", left) % {"left": left}
        if span.ends_sittings:
            last = moments.words(windows.last_full_start(span, allowed=self.allowed), zone)
            ends = _("Its end ends the sitting: start by %(when)s to have the whole time.")
            return f"{said}. {ends % {'when': last}}"
        return f"{said}."

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        starts_at, span = said.get("starts_at"), self._span(said)
        if starts_at is None or span is None:
            return said
        fault = windows.choosing_fault(span, starts_at=starts_at, at=self.at)
        if fault is not None:
            self.add_error("starts_at", TIME_FAULTS[fault])
            return said
        there = windows.time_there(span, starts_at=starts_at, allowed=self.allowed)
        if there < self.allowed:
            self._ask_whether_less_is_meant(there)
        said["window"] = UUID(said["window"])
        return said

    def refuse(self, fault: TimeFault) -> None:
        """What the action found that had changed since the page was made."""
        self.add_error(
            "window" if fault in {TimeFault.CLOSED, TimeFault.FULL} else "starts_at", TIME_FAULTS[fault]
        )

    def _span(self, said: dict[str, Any]) -> windows.Span | None:
        found = self.ahead.get(said.get("window", ""))
        return None if found is None else found.span

    def _ask_whether_less_is_meant(self, there: timedelta) -> None:
        """The window's end will end the sitting early. That must be chosen with open eyes: it needs a tick."""
        minutes, all_of = there // timedelta(minutes=1), self.allowed // timedelta(minutes=1)
        tick = _("I know that I will have %(minutes)s of %(all)s minutes") % {
            "minutes": minutes,
            "all": all_of,
        }
        meant = self.data.get("less") == str(minutes)
        self.fields["less"] = forms.CharField(
            required=False, label=tick, widget=forms.CheckboxInput(attrs={"value": str(minutes)})
        )
        if not meant:
            self.add_error(
                "less",
                _(
                    "The window's end ends the sitting: from this time on you would have %(minutes)s of %(all)s minutes."
                    " Choose an earlier time, or tick this box."
                )
                % {"minutes": minutes, "all": all_of},
            )


class AgreementForm(forms.Form):
    """The agreement, accepted in the version that was shown."""

    agreement = forms.IntegerField(widget=forms.HiddenInput)
    accepted = forms.BooleanField(
        label=_("I have read this agreement and accept it."),
        error_messages={"required": _("Tick the box to enter: without your agreement there is no exam.")},
    )

    def __init__(self, *args: Any, languages: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if languages:
            own = ("", NAMES[OWN])
            self.fields["language"] = forms.ChoiceField(
                label=_("Language of the items"),
                required=False,
                choices=[own, *((one, NAMES[one]) for one in languages)],
                help_text=_(
                    "The same items with the same key. Buttons and messages are in the language of your profile. It can't be changed once you are entered."
                ),
            )
            self.order_fields([*self.field_order] if self.field_order else ["language"])


class TimedAgreementForm(TimeForm, AgreementForm):
    """Both at once, for an exam that is sat in windows."""

    field_order = ["window", "starts_at", "zone", "language", "agreement", "accepted", "less"]


class WindowForm(ZonedForm):
    """A window of an exam."""

    moments = ("opens_at", "closes_at")
    exam = forms.ModelChoiceField(queryset=Exam.objects.none(), empty_label=None)
    opens_at = MomentField(label="Opens")
    closes_at = MomentField(label="Closes", help_text="Nobody starts after it.")
    ends_sittings = forms.BooleanField(
        required=False,
        label="Its end also ends the sittings that are running then",
        help_text="Otherwise whoever has started may use the whole time.",
    )
    places = forms.IntegerField(
        required=False, min_value=1, max_value=100_000, help_text="Left empty, any number may enter."
    )
    field_order = ["exam", "opens_at", "closes_at", "zone", "ends_sittings", "places"]

    def __init__(self, *args: Any, exams: QuerySet[Exam], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exam"].queryset = exams  # type: ignore[attr-defined]

    def refuse(self, fault: WindowFault) -> None:
        self.add_error("closes_at", WINDOW_FAULTS[fault])


def _reason(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text="The candidate reads this sentence.",
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AccommodationForm(forms.Form):
    """What a candidate asks for, and of whom."""

    organisation = forms.TypedChoiceField(
        coerce=UUID, label=_("Of whom"), error_messages={"invalid_choice": _("Choose one that stands here.")}
    )
    request = forms.CharField(
        label=_("What do you need, and why?"),
        help_text=_(
            "Say what helps: more time and how much, breaks, a screen reader, a room of your own. Say only as "
            "much of the ground as is needed to decide. Nobody reads this but you and the examiners who decide."
        ),
        min_length=10,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, organisations: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [(str(one), name) for one, name in organisations]  # type: ignore[attr-defined]
        if len(organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = organisations[0][0]


class GrantForm(forms.Form):
    """What is arranged for a candidate."""

    percent_more = forms.IntegerField(
        label="More time, in percent",
        min_value=0,
        max_value=accommodations.MOST_PERCENT,
        initial=0,
        help_text="25 makes 112 minutes and a half of 90.",
    )
    break_minutes = forms.IntegerField(
        label="Breaks, in minutes", min_value=0, max_value=480, initial=0, help_text="All of them together."
    )
    other = forms.CharField(
        required=False,
        max_length=120,
        label="What else is arranged",
        help_text="The effect, never its ground: an invigilator reads it.",
    )
    reason = _reason("Why it is granted")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not (said["percent_more"] or said["break_minutes"] or said["other"]):
            self.add_error(None, "A grant arranges something: more time, breaks, or what you say in words.")
        return said


class ReasonForm(forms.Form):
    """Declining a request, or ending what was granted."""

    reason = _reason("Reason")
