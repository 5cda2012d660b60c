"""Every address of the institution; apps are named as strings, so the ground knows none of them."""

from django.conf import settings
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from lms.web.api import api
from lms.web.views import api_docs, staff

urlpatterns = [
    path("api/v1/docs", api_docs.docs, name="api_docs"),
    path("api/v1/", api.urls),  # first: nothing else is asked for as often
    path("admin/login/", staff.door, name="admin_door"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("lms.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("lms.web.urls")),
    path("", include("lms.notifications.urls")),
    path("", include("lms.privacy.urls")),
    path("organisations/", include("lms.organisations.urls")),
    path("", include("lms.billing.urls")),
    path("", include("courses.urls")),
    path("", include("exams.urls")),
    path("", include("certificates.urls")),
    path("pages/", include(wagtail_urls)),
]

if settings.IDP_OIDC_PRIVATE_KEY:
    urlpatterns[-1:-1] = [
        path("openid/", include("lms.accounts.urls.identity")),
        path("openid/", include("allauth.idp.urls")),
    ]

handler400 = "lms.web.views.faults.bad_request"
handler403 = "lms.web.views.faults.forbidden"
handler404 = "lms.web.views.faults.not_found"
handler429 = "lms.web.views.faults.too_many"  # asked for by django-allauth
handler500 = "lms.web.views.faults.broken"
