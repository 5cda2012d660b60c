from django.urls import path

from lms.privacy.views import data, legal

app_name = "privacy"
urlpatterns = [
    path("legal/accept/", legal.accept, name="accept"),
    path("legal/<slug:kind>/", legal.text, name="legal"),
    path("legal/<slug:kind>/<int:version>/", legal.text, name="legal_version"),
    path("my-data/", data.data, name="data"),
    path("my-data/archive/", data.ask, name="ask"),
    path("my-data/archive/<uuid:uuid>.zip", data.archive, name="archive"),
    path("my-data/erase/", data.erase, name="erase"),
]
