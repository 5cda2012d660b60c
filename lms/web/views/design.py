"""The page that shows every token, layout and component."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class ExampleForm(forms.Form):
    name = forms.CharField(label="A field", help_text="Help says why, not what.")
    choice = forms.ChoiceField(choices=[("a", "The first"), ("b", "The second")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="An agreement")


def design(request: HttpRequest) -> HttpResponse:
    return render(request, "web/design.html", {"form": ExampleForm(), "wrong": ExampleForm({"name": ""})})
