from django.urls import path

from lms.accounts.views import profile

app_name = "accounts"
urlpatterns = [path("profile/", profile.edit, name="profile")]
