from django.urls import path, register_converter

from certificates.views import (
    applying,
    batches,
    directory,
    holding,
    listing,
    registering,
    schemes,
    sharing,
    verifying,
    watching,
)


class NumberConverter:
    """What may be a number in an address; whether it is one, and whose, is asked inside."""

    regex = "[0-9A-Za-z-]{3,40}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


register_converter(NumberConverter, "number")

app_name = "certificates"
urlpatterns = [
    path("schemes/", schemes.index, name="schemes"),
    path("schemes/<slug:key>/", schemes.scheme, name="scheme"),
    path("schemes/<slug:key>/apply/", applying.apply, name="apply"),
    path("certificates/", holding.mine, name="mine"),
    path("certificates/<number:number>/", holding.credential, name="credential"),
    path("certificates/<number:number>/certificate.pdf", holding.document, name="document"),
    path("certificates/<number:number>/link/", holding.renew_link, name="renew_link"),
    path("certificates/<number:number>/sharing/", sharing.show, name="sharing"),
    path("certificates/watch/<uuid:uuid>/<slug:event>/", watching.answer, name="answer_watch"),
    path("watch-list/", watching.watching, name="watching"),
    path("watch-list/<uuid:uuid>/end/", watching.end, name="end_watch"),
    path("verify/", verifying.verify, name="verify"),
    path("verify/list/", listing.verify_list, name="verify_list"),
    path("certified/", directory.certified, name="certified"),
    path("v/<str:number>/image.png", sharing.image, name="image"),
    path("v/<str:number>/", verifying.standing, name="standing"),
    path("register/", registering.register, name="register"),
    path("register/documents/", batches.index, name="batches"),
    path("register/documents/<uuid:uuid>/", batches.batch, name="batch"),
    path("register/documents/<uuid:uuid>/documents.zip", batches.archive, name="batch_archive"),
    path("register/<number:number>/", registering.entry, name="entry"),
    path("register/<number:number>/<slug:act>/", registering.act, name="act"),
]
