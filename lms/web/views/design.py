"""The page that shows every token, layout and component."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lms.kit import gather

COLOURS = [
    "paper",
    "paper-raised",
    "paper-sunk",
    "rule",
    "rule-strong",
    "ink",
    "ink-soft",
    "accent",
    "accent-strong",
    "accent-wash",
    "on-accent",
    "engraving",
    "valid",
    "valid-wash",
    "due",
    "due-wash",
    "suspended",
    "suspended-wash",
    "ended",
    "ended-wash",
    "focus",
]
LAYOUTS = [
    (
        "base.html",
        "every page",
        "title, description, robots, head, body_class, skip, header, messages, main, footer, scripts",
    ),
    ("public.html", "pages for everybody", "eyebrow, heading, lede, masthead (all three), content"),
    ("narrow.html", "one form, one purpose", "eyebrow, heading, lede, masthead, content"),
    ("account.html", "one's own account", "content"),
    ("learner.html", "lessons", "eyebrow, heading, lede, jump, content, margin, outline"),
    ("staff.html", "work", "eyebrow, heading, tools, content"),
    ("exam.html", "the paper", "title, bar, content, scripts"),
    ("print.html", "documents for PDF", "language, title, styles, content"),
    ("email.html, email.txt", "messages", "subject, content, reason"),
]
DOMAINS = [
    ("Fundamental principles and concepts", 15.0, 82.0),
    ("Requirements of the management system", 25.0, 64.0),
    ("Planning the implementation", 15.0, 71.0),
    ("Implementing", 25.0, 90.0),
    ("Monitoring and measurement", 10.0, 50.0),
    ("Improvement and readiness for audit", 10.0, 75.0),
]


class ExampleForm(forms.Form):
    name = forms.CharField(label="A field", help_text="Help says why, not what.")
    note = forms.CharField(label="A longer text", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    level = forms.ChoiceField(label="A list", choices=[("p", "Provisional"), ("l", "Lead")])
    choice = forms.ChoiceField(
        label="One of few", choices=[("a", "The first"), ("b", "The second")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="I have read the code of ethics and sign it")


CARDS = [
    gather.Offer(
        key="lead-implementer",
        kind="course",
        title="ISO/IEC 42001 Lead Implementer",
        strapline="Build a management system for artificial intelligence that stands up to an audit.",
        url="#d-cards",
        seed="lead-implementer",
        facts=(("Days", "5"), ("CPD hours", "31")),
    ),
    gather.DeskCard(
        key="course",
        group="learning",
        eyebrow="Course",
        title="Lead Implementer",
        text="Next: scope and boundaries.",
        url="#d-cards",
        action="Go on",
        percent=38,
    ),
    gather.DeskCard(
        key="certificate",
        group="certificates",
        eyebrow="Certificate",
        title="Provisional Implementer",
        text="",
        url="#d-cards",
        action="Open",
        standing="valid",
        facts=(("Number", "AU-2026-000017"), ("Valid until", "2029-11-23")),
    ),
]


def design(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "web/design.html",
        {
            "form": ExampleForm(),
            "wrong": ExampleForm({"name": ""}, prefix="wrong"),
            "colours": COLOURS,
            "layouts": LAYOUTS,
            "refs": ["6.1.3", "8.3", "A.5.2", "A.6.2.4"],
            "facts": [("Holder", "Ada Kamau"), ("Number", "AU-2026-000017"), ("Valid until", "2029-11-23")],
            "weights": [(label, weight, None) for label, weight, _ in DOMAINS],
            "profile": DOMAINS,
            "cards": CARDS,
        },
    )
