"""Where Stripe tells us that something has happened."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lms.billing import gateway
from lms.billing.actions import stripe_events
from lms.web.http import problem


# Who knocks here proves who they are by a signature over every byte; there is no session that could be ridden on.
@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """200 when it is stored, before anything is done about it; Stripe tells again for three days whatever isn't."""
    try:
        event = gateway.read_webhook(
            payload=request.body,
            signature=request.headers.get("Stripe-Signature", ""),
            secrets=settings.STRIPE_WEBHOOK_SECRETS,
        )
    except gateway.NoPaymentService:
        return problem(404, "no-payment-service", "This institution takes no payments by card.")
    except gateway.BadSignature:
        return problem(
            400,
            "bad-signature",
            "The message is not signed with this endpoint's secret, or its signature is older than five minutes. "
            "Nothing was taken in. Compare STRIPE_WEBHOOK_SECRET with the endpoint's secret in Stripe, and the clocks.",
        )
    stripe_events.keep(event)
    return HttpResponse(status=200)
