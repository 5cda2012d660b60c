"""What stands before the library's own address at which a tool asks who has signed in."""

from django.urls import path

from lms.accounts.views import signing_in

urlpatterns = [path("identity/o/authorize", signing_in.authorise)]
