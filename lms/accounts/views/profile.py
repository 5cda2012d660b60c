"""A person's own page about themselves."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lms.accounts.actions import people
from lms.accounts.forms import ProfileForm
from lms.accounts.models import Person


@login_required
def edit(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, Person)
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        people.change_profile(
            person_id=request.user.pk,
            display_name=form.cleaned_data["display_name"],
            certificate_name=form.cleaned_data["certificate_name"],
            time_zone=form.cleaned_data["time_zone"],
            language=form.cleaned_data["language"],
        )
        messages.success(
            request, "Your profile is saved. Certificates already issued keep the name they carry."
        )
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})
