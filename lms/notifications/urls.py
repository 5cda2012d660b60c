from django.urls import path

from lms.notifications.views import mail

app_name = "notifications"
urlpatterns = [path("demonstration/mail/", mail.sent, name="mail")]
