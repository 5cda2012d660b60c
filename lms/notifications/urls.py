from django.urls import path

from lms.notifications.views import inbox, mail

app_name = "notifications"
urlpatterns = [
    path("demonstration/mail/", mail.sent, name="mail"),
    path("notices/", inbox.inbox, name="inbox"),
    path("notices/read/", inbox.read_all, name="read_all"),
    path("notices/preferences/", inbox.preferences, name="preferences"),
    path("notices/<int:pk>/", inbox.notice, name="notice"),
]
