"""The door of the admin."""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def door(request: HttpRequest) -> HttpResponse:
    """Stands where Wagtail would ask for a password, which would pass by the second step and the limits.

    Who has signed in and has no work in the admin is told so: sent to sign in, they would be sent
    back here, and so on for ever.
    """
    onward = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
        onward = reverse("wagtailadmin_home")
    if not request.user.is_authenticated:
        return redirect_to_login(onward, login_url="account_login")
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied("wagtailadmin.access_admin")
    return HttpResponseRedirect(onward)  # `redirect` takes what has no slash for the name of a view
