"""A person's own page about themselves."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lms.accounts.actions import people
from lms.accounts.forms import ProfileForm
from lms.accounts.models import Person
from lms.kit import gather


@login_required
def edit(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, Person)
    changed_at = next((url for part in gather.NAMES if (url := part.changed_at(request.user.pk))), "")
    form = ProfileForm(request.POST or None, instance=request.user, fixed=bool(changed_at))
    if request.method == "POST" and form.is_valid():
        people.change_profile(person_id=request.user.pk, fixed=bool(changed_at), **form.cleaned_data)
        messages.success(
            request, _("Your profile is saved. Certificates already issued keep the name they carry.")
        )
        return redirect("accounts:profile")
    context = {"form": form, "changed_at": changed_at}
    return render(request, "accounts/profile.html", context, status=400 if form.errors else 200)
