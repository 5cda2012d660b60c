from django.urls import path

from lms.organisations.views import domains, inviting, joining, own, people, signing_in, tools, trail, webhooks

app_name = "organisations"
urlpatterns = [
    path("", own.mine, name="mine"),
    path("new/", own.establish, name="establish"),
    path("sign-in/", joining.sign_in, name="sign_in"),
    path("join/<uuid:organisation_id>/", joining.join, name="join"),
    path("invitations/<str:secret>/", joining.invitation, name="invitation"),
    path("tools/", tools.tools, name="tools"),
    path("tools/<str:client_id>/", tools.tool, name="tool"),
    path("tools/<str:client_id>/<slug:act>/", tools.act, name="tool_act"),
    path("trail/", trail.trail, name="trail"),
    path("trail.csv", trail.table, name="trail_table"),
    path("webhooks/", webhooks.endpoints, name="webhooks"),
    path("webhooks/<uuid:uuid>/", webhooks.endpoint, name="webhook"),
    path("webhooks/<uuid:uuid>/secret/", webhooks.renew, name="renew_webhook_secret"),
    path("webhooks/<uuid:uuid>/test/", webhooks.try_out, name="try_webhook"),
    path("webhooks/<uuid:uuid>/<slug:event>/", webhooks.move, name="move_webhook"),
    path("webhooks/<uuid:uuid>/calls/<uuid:call>/again/", webhooks.again, name="call_again"),
    path("<slug:slug>/", own.organisation, name="organisation"),
    path("<slug:slug>/settings/", own.settings, name="settings"),
    path("<slug:slug>/people/", people.people, name="people"),
    path("<slug:slug>/people/<uuid:person>/", people.person, name="person"),
    path("<slug:slug>/leave/", people.leave, name="leave"),
    path("<slug:slug>/invitations/", inviting.invitations, name="invitations"),
    path("<slug:slug>/invitations/link/", inviting.link, name="invite_by_link"),
    path("<slug:slug>/invitations/list/", inviting.by_list, name="invite_by_list"),
    path("<slug:slug>/invitations/<uuid:uuid>/withdraw/", inviting.withdraw, name="withdraw_invitation"),
    path("<slug:slug>/domains/", domains.domains, name="domains"),
    path("<slug:slug>/domains/<uuid:uuid>/<slug:act>/", domains.act, name="domain_act"),
    path("<slug:slug>/sign-in/", signing_in.signing_in, name="signing_in"),
    path("<slug:slug>/sign-in/<slug:act>/", signing_in.act, name="sign_in_act"),
]
