"""Whose an image or a document is: each organisation has a collection of its own, named by its short name.

What lies elsewhere belongs to everybody; only who runs the platform puts something there.
"""

from collections.abc import Collection as Many
from typing import Any

from django.db import transaction
from django.db.models import Q
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.images.models import Image
from wagtail.models import Collection
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from courses.models.ownership import WRITE
from courses.models.passages import Passage
from lms.organisations import queries as organisations


def of_organisation(slug: str) -> Collection:
    """The collection of an organisation, made where there is none."""
    known = Collection.objects.filter(depth=2, name=slug).first()
    if known is not None:
        return known
    with transaction.atomic():
        # The root is the lock: of two at once the second finds the first one's.
        root = Collection.objects.select_for_update().get(depth=1)
        known = Collection.objects.filter(depth=2, name=slug).first()
        return known or root.add_child(name=slug)


def foreign_collections(person: Any) -> frozenset[str]:
    """The paths of the collections of organisations for which a person does not write. Three statements, once a
    request."""
    known: frozenset[str] | None = getattr(person, "_foreign_collections", None)
    if known is None:
        rows = dict(Collection.objects.filter(depth=2).values_list("name", "path"))
        own = set(organisations.organisations_with(person.pk, WRITE))
        cards = organisations.by_slug(rows)
        known = frozenset(rows[slug] for slug, card in cards.items() if card.id not in own)
        person._foreign_collections = known
    return known


class OwnCollections(CollectionOwnershipPermissionPolicy):  # type: ignore[misc]  # Wagtail has no types
    """Lists, searches, choosers and addresses by number show a person nothing of another organisation; what they add
    goes into the collection of their own."""

    def _check_perm(self, user: Any, actions: Many[str], collection: Collection | None = None) -> bool:
        if collection is None or not user.is_authenticated or user.is_superuser:
            return bool(super()._check_perm(user, actions, collection))
        foreign = collection.path.startswith(tuple(foreign_collections(user)))
        return not foreign and bool(super()._check_perm(user, actions, collection))

    def _collections_with_perm(self, user: Any, actions: Many[str]) -> Any:
        found = super()._collections_with_perm(user, actions)
        if set(actions) == {"add"}:
            cards = organisations.cards(organisations.organisations_with(user.pk, WRITE)).values()
            return found.filter(pk__in=[of_organisation(card.slug).pk for card in cards])
        hidden = Q()
        for path in foreign_collections(user):
            hidden |= Q(path__startswith=path)
        return found.exclude(hidden) if hidden else found


class OwnPictures(WagtailAdminPageForm):  # type: ignore[misc]  # Wagtail has no types
    """The form of a text: it shows no picture and no passage of another organisation, whatever number is sent; what stood
    there before may stay."""

    def clean(self) -> Any:
        given = super().clean()
        if self.for_user.is_superuser:
            return given
        before = self.instance.body if self.instance.pk else ()
        self._look_at_passages(_passages(given.get("body") or ()) - _passages(before))
        new = _pictures(given.get("body") or ()) - _pictures(before)
        if new:
            paths = Image.objects.filter(pk__in=new).values_list("collection__path", flat=True)
            foreign = tuple(foreign_collections(self.for_user))
            if any(path.startswith(foreign) for path in paths):
                self.add_error(
                    "body", "A figure names a picture of another organisation. Choose one of your own."
                )
        return given

    def _look_at_passages(self, new: set[int]) -> None:
        theirs = organisations.organisations_with(self.for_user.pk, WRITE)
        foreign = Passage.objects.filter(pk__in=new, organisation__isnull=False)
        if new and foreign.exclude(organisation_id__in=theirs).exists():
            self.add_error("body", "A passage is of another organisation. Choose one of your own.")


def _passages(body: Any) -> set[int]:
    return {
        part.value["passage"].pk
        for part in body
        if part.block_type == "passage" and part.value.get("passage")
    }


def _pictures(body: Any) -> set[int]:
    return {
        part.value["image"].pk for part in body if part.block_type == "figure" and part.value.get("image")
    }
