"""`make faults` runs all of it; without FAULTS only what belongs to every run of the tests does.

FAULTS=all: every fault at every moment. FAULTS=some: one of each kind, as .ci/run does.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.conf import settings

from tests import authorities, databases
from tests.faults import moments
from tests.faults.institution import Institution
from tests.faults.services import Disk, Post, RabbitMQ, Redis
from tests.payments import server
from tests.serving import Cluster, django_on

ASKED = os.environ.get("FAULTS", "")
collect_ignore = [] if ASKED else ["test_kills.py", "test_outages.py", "test_rabbitmq.py", "test_outside.py"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if ASKED != "some":
        return
    here = Path(__file__).parent
    left = [
        item for item in items if here in item.path.parents and not item.get_closest_marker("of_each_kind")
    ]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """PostgreSQL of our own on a small disk of its own, with an empty institution in it."""
    if Cluster.programs() is None:
        pytest.fail("initdb is missing: apt-get install postgresql")
    made = Cluster()
    made.disk = Disk(made.folder, 400)
    made.disk.mount()
    made.make()
    try:
        _fill(made)
        yield made
    finally:
        made.stop()
        made.disk.unmount()
        made.remove()


def _fill(cluster: Cluster) -> None:
    """The tables of an empty institution: made by migrations once, and taken from a file ever after."""
    templates = databases.PostgresTemplates()
    kept = templates.folder / f"{templates.name_of('empty')}.dump"
    url = cluster.url()
    if not kept.exists():
        for old in kept.parent.glob("*.dump"):
            old.unlink()
        kept.parent.mkdir(parents=True, exist_ok=True)
        databases.manage("migrate", "-v0", url=url, folder=templates.local)
        made = [f"{cluster.programs()}/pg_dump", "-Fc", "-f", f"{kept}.part", url]
        subprocess.run(made, check=True)
        Path(f"{kept}.part").replace(kept)
        return
    subprocess.run([f"{cluster.programs()}/pg_restore", "--no-owner", "-d", url, kept], check=True)


@pytest.fixture(scope="session")
def stripe() -> Iterator[server.Stripe]:
    with server.serving() as running:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = running.account.key, running.url
        settings.STRIPE_WEBHOOK_SECRETS, settings.STRIPE_TEST_MODE = (moments.STRIPE_SECRET,), True
        yield running


@pytest.fixture(scope="session")
def post() -> Iterator[Post]:
    made = Post()
    made.open()
    yield made
    made.close()


@pytest.fixture(scope="session")
def stamps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[authorities.Serving]:
    """An authority for time stamps, by the clock of this machine."""
    with authorities.time_stamping() as serving:
        yield serving


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    """The disk of the institution's files."""
    disk = Disk(tmp_path_factory.mktemp("house") / "media", 30)
    disk.mount()
    yield disk
    disk.unmount()


@pytest.fixture(scope="session")
def house(
    cluster: Cluster,
    stripe: server.Stripe,
    post: Post,
    media: Disk,
    django_db_blocker,
) -> Iterator[Institution]:
    """An institution that is open, on a Redis that is broker and cache; this process works on its database."""
    with django_db_blocker.unblock(), opened(cluster, stripe, post, media.folder, Redis()) as made:
        yield made


@pytest.fixture(autouse=True)
def all_stands(request: pytest.FixtureRequest) -> Iterator[None]:
    """One test that fails leaves nothing broken for the next."""
    yield
    if "house" in request.fixturenames:
        request.getfixturevalue("house").stands()
        request.getfixturevalue("stripe").faults.clear()


@contextlib.contextmanager
def opened(
    cluster: Cluster,
    stripe: server.Stripe,
    post: Post,
    media: Path,
    broker: Redis | RabbitMQ,
    more: Mapping[str, str] | None = None,
) -> Iterator[Institution]:
    """An institution with what the moments need, and `more` settings, until the end of the block."""
    made = Institution(
        media.parent, cluster, f"house_{broker.port}", broker, post,
        environment={
            "STRIPE_SECRET_KEY": stripe.account.key,
            "STRIPE_API_BASE": stripe.url,
            "STRIPE_WEBHOOK_SECRET": moments.STRIPE_SECRET,
            "CACHE_URL": broker.url if isinstance(broker, Redis) else "",
            **(more or {}),
        },
    )  # fmt: skip
    url = cluster.url(made.database)
    before = settings.CLOCK_FILE, settings.MEDIA_ROOT
    try:
        broker.start()
        cluster.copy("postgres", made.database)
        databases.manage(
            "collectstatic", "-v0", "--noinput", url=url, folder=made.folder, mode="demonstration"
        )
        settings.CLOCK_FILE, settings.MEDIA_ROOT = made.folder / "clock", media
        with django_on(url):
            moments.furnish()
            made.open()
            yield made
    finally:
        made.close()
        broker.remove()
        settings.CLOCK_FILE, settings.MEDIA_ROOT = before
