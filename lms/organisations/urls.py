from django.urls import path

from lms.organisations.views import notices, trail, webhooks

app_name = "organisations"
urlpatterns = [
    path("trail/", trail.trail, name="trail"),
    path("trail.csv", trail.table, name="trail_table"),
    path("notices/", notices.failed, name="failed_notices"),
    path("notices/<int:pk>/again/", notices.again, name="notice_again"),
    path("webhooks/", webhooks.endpoints, name="webhooks"),
    path("webhooks/<uuid:uuid>/", webhooks.endpoint, name="webhook"),
    path("webhooks/<uuid:uuid>/secret/", webhooks.renew, name="renew_webhook_secret"),
    path("webhooks/<uuid:uuid>/test/", webhooks.try_out, name="try_webhook"),
    path("webhooks/<uuid:uuid>/<slug:event>/", webhooks.move, name="move_webhook"),
    path("webhooks/<uuid:uuid>/calls/<uuid:call>/again/", webhooks.again, name="call_again"),
]
