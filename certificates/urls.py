from django.conf import settings
from django.urls import path, register_converter

from certificates.views import (
    appealing,
    applying,
    batches,
    conformance,
    deciding,
    directory,
    holding,
    listing,
    log,
    maintaining,
    overseeing,
    practising,
    proving,
    refereeing,
    registering,
    revoking,
    ruling,
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
    path("certificates/<number:number>/maintenance/", maintaining.maintenance, name="maintenance"),
    path("certificates/<number:number>/hours/", maintaining.record_hours, name="record_hours"),
    path("certificates/<number:number>/renew/", maintaining.renew, name="renew"),
    path("certificates/<number:number>/surrender/", maintaining.surrender, name="surrender"),
    path("certificates/<number:number>/name/", maintaining.ask_for_name, name="ask_for_name"),
    path("certificates/<number:number>/expiry.ics", maintaining.calendar, name="calendar"),
    path("certificates/hours/<uuid:uuid>/", maintaining.show_hours, name="show_hours"),
    path("certificates/hours/<uuid:uuid>/file/", maintaining.hours_file, name="hours_file"),
    path("certificates/hours/<uuid:uuid>/remove/", maintaining.remove_hours, name="remove_hours"),
    path("certificates/samples/<uuid:uuid>/", maintaining.send_sample, name="send_sample"),
    path("certificates/fees/<uuid:uuid>/", maintaining.fee, name="fee"),
    path("certificates/fees/<uuid:uuid>/pay/", maintaining.pay, name="pay"),
    path("certificates/<number:number>/sharing/", sharing.show, name="sharing"),
    path("certificates/watch/<uuid:uuid>/<slug:event>/", watching.answer, name="answer_watch"),
    path("watch-list/", watching.watching, name="watching"),
    path("watch-list/<uuid:uuid>/end/", watching.end, name="end_watch"),
    path("verify/", verifying.verify, name="verify"),
    path("verify/list/", listing.verify_list, name="verify_list"),
    path("certified/", directory.certified, name="certified"),
    path("v/<str:number>/image.png", sharing.image, name="image"),
    path("v/<str:number>/", verifying.standing, name="standing"),
    path("log/checkpoint", log.checkpoint, name="log_checkpoint"),
    path("log/tile/<path:path>", log.tile, name="log_tile"),
    path("credentials/<uuid:uuid>.tlog-proof", log.proof, name="tlog_proof"),
    path("credentials/<uuid:uuid>.pdf", proving.certificate, name="badge_pdf"),
    path("credentials/<uuid:uuid>", proving.credential, name="badge"),
    path("credentials/<uuid:uuid>.<slug:ending>", proving.credential, name="badge_file"),
    path("status/<slug:purpose>-<int:number>", proving.status_list, name="status_list"),
    path("status/<slug:purpose>-<int:number>.<slug:ending>", proving.status_list, name="status_list_file"),
    path(".well-known/did.json", proving.did_document, name="did_document"),
    path(".well-known/jwks.json", proving.jwks, name="jwks"),
    path("keys/ca.crl", proving.revoked, name="revoked"),
    path("keys/<slug:authority_id>.crl", revoking.revoked_by, name="revoked_by"),
    path("keys/history.json", proving.key_history, name="key_history"),
    path("register/", registering.register, name="register"),
    path("register/upkeep/", overseeing.oversee, name="upkeep"),
    path("register/upkeep/samples/<uuid:uuid>/", overseeing.sample, name="sample"),
    path("register/upkeep/samples/<uuid:uuid>/decide/", overseeing.decide_sample, name="decide_sample"),
    path("register/upkeep/samples/<uuid:uuid>/<uuid:entry>/", overseeing.judge, name="judge_hours"),
    path(
        "register/upkeep/samples/<uuid:uuid>/<uuid:entry>/file/", overseeing.sample_file, name="sample_file"
    ),
    path("register/upkeep/fees/<uuid:uuid>/", overseeing.settle_fee, name="settle_fee"),
    path("register/upkeep/names/<uuid:uuid>/", overseeing.decide_name, name="decide_name"),
    path("register/upkeep/names/<uuid:uuid>/file/", overseeing.name_file, name="name_file"),
    path("register/<number:number>/amend/", overseeing.amend, name="amend"),
    path("register/documents/", batches.index, name="batches"),
    path("register/documents/<uuid:uuid>/", batches.batch, name="batch"),
    path("register/documents/<uuid:uuid>/documents.zip", batches.archive, name="batch_archive"),
    path("register/<number:number>/", registering.entry, name="entry"),
    path("register/<number:number>/<slug:act>/", registering.act, name="act"),
]
if settings.VC_API:
    urlpatterns += [
        path("credentials/issue", conformance.issue, name="vc_issue"),
        path("credentials/verify", conformance.verify, name="vc_verify"),
    ]
