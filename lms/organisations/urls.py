from django.urls import path

from lms.organisations.views import api_keys, notices, support, trail, webhooks

app_name = "organisations"
urlpatterns = [
    path("trail/", trail.trail, name="trail"),
    path("trail.csv", trail.table, name="trail_table"),
    path("keys/", api_keys.keys, name="api_keys"),
    path("keys/<uuid:uuid>/revoke/", api_keys.revoke, name="revoke_api_key"),
    path("support/", support.support, name="support"),
    path("support/end/", support.end, name="end_impersonation"),
    path("notices/", notices.failed, name="failed_notices"),
    path("notices/<int:pk>/again/", notices.again, name="notice_again"),
    path("webhooks/", webhooks.endpoints, name="webhooks"),
    path("webhooks/<uuid:uuid>/", webhooks.endpoint, name="webhook"),
    path("webhooks/<uuid:uuid>/secret/", webhooks.renew, name="renew_webhook_secret"),
    path("webhooks/<uuid:uuid>/test/", webhooks.try_out, name="try_webhook"),
    path("webhooks/<uuid:uuid>/<slug:event>/", webhooks.move, name="move_webhook"),
    path("webhooks/<uuid:uuid>/calls/<uuid:call>/again/", webhooks.again, name="call_again"),
]
