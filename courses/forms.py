"""Forms of trainers: cohorts, sessions, attendance. They parse; the actions decide."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms import BoundField

from courses.actions.cohorts import Plan
from courses.actions.sessions import Mark, Meeting
from courses.models import Attendance, CoursePage
from courses.rules import attendance
from courses.rules.attendance import BadMark, Presence
from courses.rules.plan import MOST
from lms.web.zoned import MomentField, ZonedForm

Choices = Sequence[tuple[int, str]]
PRESENCES = ((Presence.PRESENT, "Present"), (Presence.PART, "Part of it"), (Presence.ABSENT, "Absent"))


def _day(label: str, **said: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    wrong = {"invalid": "Write a day such as 2026-11-23."}
    return forms.DateField(label=label, widget=widget, error_messages=wrong, **said)


class CohortForm(forms.Form):
    """What a cohort is to be; with `courses`, of which course and led by whom."""

    course = forms.TypedChoiceField(coerce=int)
    title = forms.CharField(
        max_length=120, help_text="By which people tell it from others: “Spring 2027, Tuesday evenings”."
    )
    starts_on = _day("First day")
    ends_on = _day("Last day")
    joins_until = _day(
        "Last day for joining",
        help_text="Until then a place is given to whoever asks, and one that falls free to whoever waits.",
    )
    capacity = forms.IntegerField(label="Places", min_value=1, max_value=500)
    attendance = forms.IntegerField(
        label="Attendance that completion asks for, in percent",
        min_value=0,
        max_value=100,
        initial=0,
        help_text="Of the planned minutes of all sessions that are held. With 0 the course can be completed without them, and "
        "hours are attested for those attended until then.",
    )
    trainer = forms.TypedChoiceField(coerce=int, label="Led by")

    def __init__(
        self,
        *args: Any,
        courses: Sequence[CoursePage] | None = None,
        trainers: Choices = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if courses is None:
            del self.fields["course"], self.fields["trainer"]
            return
        self.fields["course"].choices = [(row.pk, row.title) for row in courses]  # type: ignore[attr-defined]
        self.fields["trainer"].choices = list(trainers)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last, until = (said.get(name) for name in ("starts_on", "ends_on", "joins_until"))
        if first and last and last < first:
            self.add_error("ends_on", "The last day is not before the first.")
        elif last and until and until > last:
            self.add_error("joins_until", "After the last day there is nothing left to join.")
        return said

    def plan(self) -> Plan:
        names = ("title", "starts_on", "ends_on", "joins_until", "capacity", "attendance")
        return Plan(**{name: self.cleaned_data[name] for name in names})


class TrainerForm(forms.Form):
    """Who comes to a cohort as a trainer."""

    trainer = forms.TypedChoiceField(coerce=int)

    def __init__(self, *args: Any, trainers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trainer"].choices = list(trainers)  # type: ignore[attr-defined]


class SessionForm(ZonedForm):
    """What a session is to be."""

    moments = ("starts_at",)
    title = forms.CharField(max_length=120)
    starts_at = MomentField(label="Begins")
    minutes = forms.IntegerField(
        label="Minutes",
        min_value=1,
        max_value=600,
        help_text="As planned: attendance counts no more than this.",
    )
    where = forms.CharField(
        required=False,
        max_length=300,
        help_text="A room, or the address of a call (https://…). Only those who have a place see it.",
    )
    trainer = forms.TypedChoiceField(
        coerce=int,
        empty_value=None,
        required=False,
        label="Held by",
        help_text="Whoever holds it is noted as a trainer of those who were there.",
    )
    field_order = ["title", "starts_at", "zone", "minutes", "where", "trainer"]

    def __init__(self, *args: Any, trainers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trainer"].choices = [("", "The cohort’s own trainers"), *trainers]  # type: ignore[attr-defined]

    def meeting(self) -> Meeting:
        said = self.cleaned_data
        return Meeting(said["title"], said["starts_at"], said["minutes"], said["where"], said["trainer"])


class AttendanceForm(forms.Form):
    """Who was at a session of so many minutes, by the ids of their enrolments, and by what that is known."""

    evidence = forms.CharField(
        label="How it is known",
        max_length=300,
        help_text="“Signed list, kept in the course file”, “log of the call”: what you could show if somebody asks.",
    )

    def __init__(
        self, *args: Any, people: Choices, minutes: int, taken: Mapping[int, Attendance], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people, self.minutes = people, minutes
        for pk, name in people:
            known = taken.get(pk)
            self.fields[f"presence-{pk}"] = forms.ChoiceField(
                label=name,
                choices=PRESENCES,
                widget=forms.RadioSelect,
                initial=known.presence if known else None,
                error_messages={"required": f"Say whether {name} was there."},
            )
            self.fields[f"minutes-{pk}"] = forms.IntegerField(
                label="Minutes of it",
                required=False,
                min_value=0,
                max_value=minutes,
                initial=known.minutes if known and known.presence == Presence.PART else None,
            )

    def rows(self) -> list[tuple[BoundField, BoundField]]:
        """The two fields of each person."""
        return [(self[f"presence-{pk}"], self[f"minutes-{pk}"]) for pk, _ in self.people]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for pk, _ in self.people:
            presence = said.get(f"presence-{pk}")
            if presence and f"minutes-{pk}" in said:
                try:
                    attendance.minutes(Presence(presence), self.minutes, said[f"minutes-{pk}"])
                except BadMark:
                    self.add_error(
                        f"minutes-{pk}",
                        f"Of {self.minutes} minutes a part is more than none and less than all: say how many.",
                    )
        return said

    def marks(self) -> dict[int, Mark]:
        said = self.cleaned_data
        return {pk: Mark(Presence(said[f"presence-{pk}"]), said[f"minutes-{pk}"]) for pk, _ in self.people}


class PlanForm(forms.Form):
    """On which days of the week somebody studies, and until when."""

    weekdays = forms.TypedMultipleChoiceField(
        coerce=int,
        choices=list(
            enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
        ),
        widget=forms.CheckboxSelectMultiple,
        label="You study on",
        error_messages={"required": "Choose at least one day of the week."},
    )
    own_on = _day(
        "You want to be through by",
        required=False,
        help_text="Your own day, until you have chosen a time for the exam: then the plan ends with that.",
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean_own_on(self) -> date | None:
        said: date | None = self.cleaned_data["own_on"]
        if said is not None and not self.on < said <= self.on + timedelta(days=MOST):
            raise forms.ValidationError("Choose a day after today, within two years.")
        return said
