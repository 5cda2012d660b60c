"""What people outside the staff read is in German for who reads German: a walk through the pages, twice.

Whatever stands there in both languages in the same words was forgotten, but for what people and content have written.
"""

import functools
import re
from html import unescape
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse

from lms.accounts.models import Person
from lms.billing.actions import seats
from lms.billing.models import Basket
from lms.notifications.actions import endpoints
from lms.organisations.actions import invitations
from tests.factories import billing as shop
from tests.house.test_words import CATALOGUES, written

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# Hidden from readers, or not words of ours.
_LEFT_OUT = re.compile(r"<(script|style|svg|code|option|select)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_ATTRIBUTES = re.compile(r'(?:aria-label|placeholder|title)="([^"]*)"')
# Names, titles and addresses; and words that are the same in German.
SAME = {
    "Lead Implementer", "Auditorium Institute GmbH", "Auditorium Institute", "Northmoor Systems", "Whole way",
    "Ada Kamau", "Cleo Marsh", "Cleo Marsh, Kirchweg 1, 50667 Köln, DE", "Ada Kamau, Kirchweg 1, 50667 Köln, DE",
}  # fmt: skip


def pieces(page: str) -> set[str]:
    """The texts of a page."""
    main = page.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    seen = _LEFT_OUT.sub(" ", main)
    texts = [*re.split(r"<[^>]*>", seen), *_ATTRIBUTES.findall(seen)]
    return {" ".join(unescape(text).split()) for text in texts}


def words(page: str) -> set[str]:
    """Those that have two words of small letters or more."""
    of_words = {text for text in pieces(page) if len(re.findall(r"\b[a-zäöü]{2,}\b", text)) >= 2}
    # Addresses, keys and names of entries of the trail have no space, and are the same in every language.
    return {text for text in of_words if " " in text and not re.search(r"\S@\S|^https?:", text)} - SAME


@functools.cache
def translated() -> frozenset[str]:
    """English texts of the catalogue that are others in German."""
    said = written(CATALOGUES[0])
    return frozenset(one for one, texts in said.items() if not {one, one.capitalize()} & set(texts))


def forgotten(
    client: Any, person: Person, urls: list[str], *, data: dict[str, Any] | None = None
) -> dict[str, set[str]]:
    told: dict[str, dict[str, set[str]]] = {}
    for language in ("en-gb", "de"):
        Person.objects.filter(pk=person.pk).update(language=language)
        for url in urls:
            answer = client.post(url, data) if data is not None else client.get(url)
            assert answer.status_code in (200, 400), (url, answer.status_code)
            page = answer.content.decode()
            told.setdefault(url, {})[language] = words(page)
            if language == "de":  # single words too, where we have others for them
                told[url]["known"] = pieces(page) & translated()
    left = {url: said["en-gb"] & said["de"] | said["known"] for url, said in told.items()}
    assert any(said["en-gb"] for said in told.values())
    return {url: texts for url, texts in left.items() if texts}


def test_a_buyer_s_pages(ada, signed_in) -> None:
    shop.shop()
    shop.bundle()
    client = signed_in(ada)
    open_order, paid = shop.ordered(ada), shop.paid(ada, (shop.BUNDLE, 1))
    empty = forgotten(client, ada, [reverse("billing:basket"), reverse("billing:orders")])
    client.post(reverse("billing:add"), {"product": shop.COURSE})
    client.post(reverse("billing:basket"), {"coupon": "nope", "currency": "EUR", "country": "DE"})
    urls = [reverse(f"billing:{name}") for name in ("basket", "checkout", "ask")]
    urls += [
        reverse(f"billing:{name}", args=[order.uuid])
        for order in (open_order, paid)
        for name in ("order", "card_back")
    ]
    Basket.objects.update(coupon_code="")
    wrong = {"order": "1", "holder": "me", "country": "AT", "vat_id": "x", "coupon": "nope"}
    assert empty | forgotten(client, ada, urls) == {}
    assert forgotten(client, ada, [reverse("billing:checkout")], data=wrong) == {}


def test_the_pages_of_places(ada, cleo, northmoor, signed_in) -> None:
    shop.shop()
    manager = signed_in(cleo)
    assert forgotten(manager, cleo, [reverse("billing:pools")]) == {}
    pool = shop.pool(cleo, northmoor.id)
    page = reverse("billing:pool", args=[pool.pk])
    assert forgotten(manager, cleo, [page]) == {}
    seats.offer(pool_id=pool.pk, rows=[(1, ada.email)], actor_id=cleo.pk)
    seats.open_link(pool_id=pool.pk, actor_id=cleo.pk, is_open=True)
    pool.refresh_from_db()
    assert forgotten(manager, cleo, [page, reverse("billing:pools")]) == {}
    assert forgotten(manager, cleo, [page], data={"one": "1", "email": "x"}) == {}
    urls = [
        reverse("billing:seat", args=[pool.seats.get().uuid]),
        reverse("billing:claim", args=[pool.claim_key]),
    ]
    consents = [reverse("exams:showing"), reverse("courses:showing")]
    assert forgotten(signed_in(ada), ada, [*urls, *consents]) == {}


def test_the_pages_of_accounts_notices_and_one_s_own_data(ada, signed_in) -> None:
    names = (
        "accounts:profile", "account_email", "account_change_password", "account_sessions", "usersessions_list",
        "mfa_index", "notifications:inbox", "notifications:preferences", "privacy:data", "organisations:mine",
    )  # fmt: skip
    urls = []
    for name in names:
        try:
            urls.append(reverse(name))
        except NoReverseMatch:
            continue
    client = signed_in(ada)
    fine = [url for url in urls if client.get(url).status_code == 200]
    assert len(fine) >= 5
    assert forgotten(client, ada, fine) == {}


def test_an_organisation_s_pages(cleo, northmoor, signed_in) -> None:
    invitations.by_link(organisation_id=northmoor.id, role="member", uses=1, days=1, actor_id=cleo.pk)
    urls = [
        reverse(f"organisations:{name}", args=["northmoor"])
        for name in ("organisation", "people", "invitations")
    ]
    urls += [reverse(f"organisations:{name}") for name in ("mine", "establish", "webhooks", "api_keys")]
    hook = endpoints.add(organisation_id=northmoor.id, url="https://example.org/hook", actor_id=cleo.pk)
    urls.append(reverse("organisations:webhook", args=[hook.uuid]))
    assert forgotten(signed_in(cleo), cleo, urls) == {}
    for name in ("webhooks", "api_keys"):
        assert forgotten(signed_in(cleo), cleo, [reverse(f"organisations:{name}")], data={}) == {}


def test_what_owners_support_and_finance_read(olga, pia, fay, ada, northmoor, signed_in) -> None:
    names = ("domains", "signing_in", "settings")
    urls = [reverse(f"organisations:{name}", args=["northmoor"]) for name in names]
    urls += [reverse(f"organisations:{name}") for name in ("trail", "tools")]
    assert forgotten(signed_in(olga), olga, urls) == {}
    urls = [reverse(f"organisations:{name}") for name in ("support", "failed_notices")]
    assert forgotten(signed_in(pia), pia, urls) == {}
    shop.shop()
    paid, coupon = shop.paid(ada), shop.coupon()
    urls = [
        reverse("billing:finance_order", args=[paid.uuid]),
        reverse("billing:product", args=[paid.lines.get().product_id]),
    ]
    names = ("finance", "refunds", "findings", "products", "make_bundle", "coupons", "issuer")
    urls += [reverse(f"billing:{name}") for name in names]
    left = forgotten(signed_in(fay), fay, urls)
    assert coupon and left in ({}, {reverse("billing:products"): {"Exam"}})  # the title of a product
    for name in ("make_bundle", "coupons", "issuer"):
        assert forgotten(signed_in(fay), fay, [reverse(f"billing:{name}")], data={}) == {}
