"""What lies outside the house: S3-type storage and a time-stamp authority that are slow or away, under an institution that keeps
its files there and has each certificate stamped. Its clock goes with the authority's: nothing here moves it by more than a lease."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from lms.jobs.models import Job
from tests import object_store
from tests.authorities import Serving
from tests.faults.conftest import opened
from tests.faults.institution import Institution
from tests.faults.moments import Documents, Marking, Saving
from tests.faults.services import Post, Redis, until
from tests.object_store import Store
from tests.payments.server import Stripe
from tests.serving import Cluster


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with (
        object_store.serving() as serving,
        override_settings(STORAGES=settings.STORAGES | {"default": serving.storage}),
    ):
        yield serving


@pytest.fixture(scope="module")
def house(
    cluster: Cluster,
    stripe: Stripe,
    post: Post,
    stamps: Serving,
    store: Store,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker,
) -> Iterator[Institution]:
    media = tmp_path_factory.mktemp("stored") / "media"
    stamping = {"TIMESTAMP_URL": stamps.url, "TIMESTAMP_ROOTS": stamps.roots_in(media.parent)}
    outside = store.environment | stamping
    with (
        django_db_blocker.unblock(),
        opened(cluster, stripe, post, media, Redis(), outside) as made,
    ):
        yield made


def test_a_time_stamp_authority_that_is_away(
    house: Institution, stripe: Stripe, stamps: Serving, record_property: Any
) -> None:
    """No certificate is kept without its seal; each comes when there are time stamps again."""
    stamps.mute.set()
    documents = Documents(house, stripe)
    documents.prepare()
    waiting = Job.objects.filter(
        kind__startswith="certificates.", last_error__contains="time-stamp authority"
    )
    until(waiting.exists, within=180, what="the fault, where staff see it")
    marking = Marking(house, stripe)
    marking.prepare()
    until(marking.is_done, within=150, what="marking beside certificates that wait")
    assert not documents.is_done()
    stamps.mute.clear()
    house.comes_to_rest(done=documents.is_done, leases=True)
    record_property("evidence", f"time-stamp authority away: {marking.judge()}; {documents.judge()}")


def test_storage_that_is_away(house: Institution, stripe: Stripe, store: Store, record_property: Any) -> None:
    """Certificates wait, each is stored once when there is room for them again, and nothing else waits with them."""
    store.close()
    documents = Documents(house, stripe)
    documents.prepare()
    until(
        lambda: Job.objects.filter(kind__startswith="certificates.").exclude(last_error="").exists(),
        within=180, what="the fault, where staff see it",
    )  # fmt: skip
    assert house.check("storage") not in {"", "ok"}
    assert house.health()[0] == 200
    marking = Marking(house, stripe)
    marking.prepare()
    until(marking.is_done, within=150, what="marking beside certificates that wait")
    assert not documents.is_done()
    store.open()
    house.comes_to_rest(done=documents.is_done, leases=True)
    record_property("evidence", f"storage away: {marking.judge()}; {documents.judge()}")


def test_storage_that_is_slow_keeps_nobody_from_saving(
    house: Institution, stripe: Stripe, store: Store, record_property: Any
) -> None:
    documents, saving = Documents(house, stripe), Saving(house, stripe)
    saving.prepare()
    store.asked.clear()
    store.seconds = 3
    documents.prepare()
    saving.begin()
    until(lambda: any(line.startswith("PUT certificates/") for line in store.asked), what="a file on its way")
    saving.end()
    store.seconds = 0
    house.comes_to_rest(done=documents.is_done, leases=True)
    record_property("evidence", f"storage slow: {saving.judge()}; {documents.judge()}")
