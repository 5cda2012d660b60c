from django.urls import path

from lms.billing import webhooks
from lms.billing.views import asking, baskets, cards, checkout, finance, offering, orders, seats

app_name = "billing"
urlpatterns = [
    path("basket/", baskets.basket, name="basket"),
    path("basket/add/", baskets.add, name="add"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/ask/", asking.ask, name="ask"),
    path("checkout/for/<str:token>/", asking.pay_for, name="pay_for"),
    path("orders/", orders.listing, name="orders"),
    path("orders/<uuid:uuid>/", orders.order, name="order"),
    path("orders/<uuid:uuid>/cancel/", orders.cancel, name="cancel"),
    path("orders/<uuid:uuid>/refund/", orders.ask_refund, name="ask_refund"),
    path("orders/<uuid:uuid>/card/", cards.pay, name="pay_by_card"),
    path("orders/<uuid:uuid>/card/back/", cards.back, name="card_back"),
    path("orders/documents/<uuid:uuid>/<slug:language>.pdf", orders.document, name="document"),
    path("seats/", seats.pools, name="pools"),
    path("seats/<int:pk>/", seats.pool, name="pool"),
    path("seats/<int:pk>/remind/", seats.remind, name="remind"),
    path("seats/<int:pk>/link/", seats.link, name="seat_link"),
    path("seats/<int:pk>/<uuid:uuid>/take-back/", seats.take_back, name="take_back"),
    path("seats/place/<uuid:uuid>/", seats.seat, name="seat"),
    path("seats/claim/<uuid:key>/", seats.claim, name="claim"),
    path("finance/", finance.listing, name="finance"),
    path("finance/orders.csv", finance.table, name="finance_table"),
    path("finance/orders/<uuid:uuid>/", finance.order, name="finance_order"),
    path("finance/orders/<uuid:uuid>/payment/", finance.record_payment, name="record_payment"),
    path("finance/orders/<uuid:uuid>/cancel/", finance.cancel, name="finance_cancel"),
    path("finance/orders/<uuid:uuid>/refund/", finance.ask_refund, name="finance_refund"),
    path("finance/refunds/", finance.refund_list, name="refunds"),
    path("finance/refunds/<uuid:uuid>/", finance.refund, name="refund"),
    path("finance/findings/", finance.findings_list, name="findings"),
    path("finance/products/", offering.product_list, name="products"),
    path("finance/bundles/", offering.make_bundle, name="make_bundle"),
    path("finance/products/<int:pk>/", offering.product, name="product"),
    path("finance/coupons/", offering.coupon_list, name="coupons"),
    path("finance/coupons/<int:pk>/end/", offering.end_coupon, name="end_coupon"),
    path("finance/issuer/", offering.issuer, name="issuer"),
    # Below /api/, where no session is looked for.
    path("api/payments/stripe/", webhooks.stripe, name="stripe"),
]
