from django.urls import path

from lms.accounts.views import profile, signing_in

app_name = "accounts"
urlpatterns = [
    path("profile/", profile.edit, name="profile"),
    # Before the library's own, which trust what comes by a direct call.
    path("oidc/<slug:provider_id>/login/", signing_in.openid_login, name="openid_login"),
    path("oidc/<slug:provider_id>/login/callback/", signing_in.openid_callback, name="openid_callback"),
]
