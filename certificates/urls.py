from django.urls import path, register_converter

from certificates.views import (
    appealing,
    applying,
    deciding,
    holding,
    practising,
    refereeing,
    registering,
    ruling,
    schemes,
    verifying,
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
    path("schemes/<slug:key>/evidence/", practising.evidence, name="evidence"),
    path("schemes/<slug:key>/evidence/<slug:kind>/", practising.write, name="write_evidence"),
    path("schemes/<slug:key>/evidence/<uuid:uuid>/back/", practising.take_back, name="take_back"),
    path("schemes/<slug:key>/references/", practising.ask_reference, name="ask_reference"),
    path("schemes/<slug:key>/references/<uuid:uuid>/", practising.cancel_reference, name="cancel_reference"),
    path("schemes/<slug:key>/rules/", ruling.rules, name="rules"),
    path("references/<str:signed>/", refereeing.reference, name="reference"),
    path("applications/<uuid:uuid>/", applying.application, name="application"),
    path("applications/<uuid:uuid>/appeal/", appealing.against_decision, name="appeal_decision"),
    path("certificates/<number:number>/appeal/", appealing.against_act, name="appeal_act"),
    path("applications/appeals/<uuid:uuid>/", appealing.own, name="appeal"),
    path("decisions/", deciding.queue, name="decisions"),
    path("decisions/<uuid:uuid>/", deciding.application, name="deciding"),
    path("decisions/doubts/<uuid:uuid>/", deciding.doubt, name="doubt"),
    path("decisions/appeals/", appealing.listing, name="appeals"),
    path("decisions/appeals/<uuid:uuid>/", appealing.heard, name="appeal_heard"),
    path("certificates/", holding.mine, name="mine"),
    path("certificates/<number:number>/", holding.credential, name="credential"),
    path("certificates/<number:number>/certificate.pdf", holding.document, name="document"),
    path("certificates/<number:number>/link/", holding.renew_link, name="renew_link"),
    path("verify/", verifying.verify, name="verify"),
    path("v/<str:number>/", verifying.standing, name="standing"),
    path("register/", registering.register, name="register"),
    path("register/<number:number>/", registering.entry, name="entry"),
    path("register/<number:number>/<slug:act>/", registering.act, name="act"),
]
