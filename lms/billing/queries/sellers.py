"""Who sells what, and whose finance sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from lms.billing.models import Issuer, Product
from lms.billing.states import Method
from lms.organisations import queries as organisations
from lms.organisations.queries import OrganisationCard

OFFICE = "billing.manage"


class NoIssuer(LookupError):
    """Nobody is set up to sell: invoices would have no sender."""


class SeveralSellers(Exception):
    """Products of several sellers are not one order."""


@dataclass(frozen=True)
class Sellers:
    """All who sell, by organisation. The institution is the first that was set up: it sells what belongs to nobody, and
    what belongs to an organisation that issues no invoices of its own."""

    by_organisation: dict[UUID, Issuer]
    institution: Issuer

    def of(self, product: Product) -> Issuer:
        own = self.by_organisation.get(product.organisation_id) if product.organisation_id else None
        return own or self.institution

    def of_all(self, products: Iterable[Product]) -> Issuer:
        """Who sells all of these; raises SeveralSellers."""
        found = {issuer.pk: issuer for issuer in map(self.of, products)}
        if len(found) > 1:
            raise SeveralSellers
        return next(iter(found.values()), self.institution)

    def grouped[T](self, wanted: Iterable[tuple[Product, T]]) -> list[tuple[Issuer, list[T]]]:
        """What is wanted by who sells it, each seller where their first product stands."""
        found: dict[int, tuple[Issuer, list[T]]] = {}
        for product, one in wanted:
            issuer = self.of(product)
            found.setdefault(issuer.pk, (issuer, []))[1].append(one)
        return list(found.values())


def sellers() -> Sellers:
    """Everybody who sells here; raises NoIssuer. One statement."""
    known = list(Issuer.objects.order_by("pk"))
    if not known:
        raise NoIssuer
    return Sellers({issuer.organisation_id: issuer for issuer in known}, known[0])


def is_institution(issuer: Issuer) -> bool:
    """Whether a seller is the institution: the account at the payment service is its own, and nobody else's. One statement."""
    first = Issuer.objects.order_by("pk").values_list("pk", flat=True).first()
    return issuer.pk == first


def account(issuer: Issuer, provider: str) -> str:
    """Who brings money to a seller, as the ledger names it: a transfer to another bank account than the institution's has
    references of its own, so the seller is named too. One statement for a transfer."""
    if provider != Method.TRANSFER or is_institution(issuer):
        return provider
    return f"{provider}:{issuer.pk}"


@dataclass(frozen=True)
class Office:
    """Whose books somebody keeps: those of `organisation_ids`, of all (None), and whether the institution's too, where
    what belongs to nobody is found."""

    organisation_ids: frozenset[UUID] | None
    of_institution: bool
    selling: frozenset[UUID]

    def books(self, path: str) -> Q:
        """Rows of the ledger, by the path to the organisation of their issuer."""
        return Q() if self.organisation_ids is None else Q(**{f"{path}__in": self.organisation_ids})

    def offers(self) -> Q:
        """Products and coupons: their own; for the institution also those of nobody, and of who issues no invoices."""
        if self.organisation_ids is None:
            return Q()
        theirs = Q(organisation__in=self.organisation_ids)
        if not self.of_institution:
            return theirs
        return theirs | Q(organisation__isnull=True) | ~Q(organisation__in=self.selling)

    def may_set_up(self) -> list[OrganisationCard]:
        """The organisations that may sell and whose books these are, by name: those that provide or certify. The first is the
        institution's: its account stands on the invoices for all that belongs to nobody, and anybody may found another."""
        ids = self.selling if self.organisation_ids is None else self.organisation_ids
        if not self.selling:
            ids = ids & frozenset(organisations.house())
        cards = [
            card
            for card in organisations.cards(ids).values()
            if card.hats.provider or card.hats.certification_body
        ]
        return sorted(cards, key=lambda card: card.name)

    @property
    def owner_id(self) -> UUID | None:
        """To whom belongs what this office offers anew: the institution's to nobody, as what content files offer."""
        if self.organisation_ids is None or self.of_institution:
            return None
        return min(self.organisation_ids & self.selling or self.organisation_ids)


def office(person: Any) -> Office:
    """Whose books a person keeps. A superuser sees all. Two statements, three before anybody sells."""
    selling = list(Issuer.objects.order_by("pk").values_list("organisation_id", flat=True))
    if person.is_superuser:
        return Office(None, True, frozenset(selling))
    held = frozenset(organisations.organisations_with(person.pk, OFFICE))
    of_institution = selling[0] in held if selling else not held.isdisjoint(organisations.house())
    return Office(held, of_institution, frozenset(selling))
