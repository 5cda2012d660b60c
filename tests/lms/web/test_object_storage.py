"""S3-type storage, over HTTP: what is stored comes back as it was, and whoever can't be reached is told."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from certificates.actions import documents
from lms.web import readiness
from tests import object_store
from tests.factories import certificates as make
from tests.object_store import Store


@pytest.fixture
def store(settings: Any) -> Iterator[Store]:
    with object_store.serving() as serving:
        settings.STORAGES = settings.STORAGES | {"default": serving.storage}
        yield serving


@pytest.mark.once
def test_what_is_stored_is_found_listed_kept_beside_its_namesake_and_deleted(store: Store) -> None:
    name = default_storage.save("archives/one.zip", ContentFile(b"first"))
    other = default_storage.save("archives/one.zip", ContentFile(b"second"))
    assert name == "archives/one.zip" != other
    assert default_storage.exists(name)
    assert default_storage.size(other) == 6
    with default_storage.open(name) as stored:
        assert stored.read() == b"first"
    assert default_storage.listdir("archives")[1] == sorted([name.split("/")[1], other.split("/")[1]])
    assert default_storage.get_modified_time(name) == store.objects[name].at.replace(microsecond=0)
    default_storage.delete(name)
    assert not default_storage.exists(name)
    assert list(store.objects) == [other]


@pytest.mark.once
def test_a_store_that_does_not_know_our_key_takes_nothing(store: Store, settings: Any) -> None:
    options = store.storage["OPTIONS"] | {"secret_key": "another"}
    settings.STORAGES = settings.STORAGES | {"default": store.storage | {"OPTIONS": options}}
    with pytest.raises(Exception, match="403"):
        default_storage.save("one", ContentFile(b"first"))
    assert not store.objects


@pytest.mark.django_db
def test_a_certificate_is_stored_there_and_handed_out_from_there(
    store: Store, library: None, ada: Any, signed_in: Any
) -> None:
    edition = make.certified(ada).editions.get()
    documents.make_document(edition_id=edition.pk)
    document = edition.documents.get()
    assert document.file.name in store.objects
    answer = signed_in(ada).get(f"/certificates/{edition.credential.number}/certificate.pdf")
    assert b"".join(answer) == store.objects[document.file.name].content


@pytest.mark.once
@pytest.mark.parametrize("how", ["slow", "away"])
def test_a_store_that_is_slow_or_away_is_told_of_by_readiness(store: Store, how: str) -> None:
    assert readiness.storage() == ""
    if how == "slow":
        store.seconds = 5
    else:
        store.close()
    said = readiness.storage()
    assert said.startswith("Files can't be written")
    assert re.search(r"(?i)timeout|connect", said), said
