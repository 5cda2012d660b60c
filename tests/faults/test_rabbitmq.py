"""`kill -9` of RabbitMQ with its quorum queues, in the midst of each piece of work."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults import test_kills
from tests.faults.conftest import opened
from tests.faults.institution import Institution
from tests.faults.moments import MOMENTS
from tests.faults.services import Post, RabbitMQ
from tests.payments.server import Stripe
from tests.serving import Cluster


@pytest.fixture(scope="module")
def house(
    cluster: Cluster,
    stripe: Stripe,
    post: Post,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker,
) -> Iterator[Institution]:
    media: Path = tmp_path_factory.mktemp("rabbit") / "media"
    with django_db_blocker.unblock(), opened(cluster, stripe, post, media, RabbitMQ()) as made:
        yield made


@pytest.mark.parametrize("moment", MOMENTS)
def test_nothing_is_lost_and_nothing_done_twice(
    house: Institution, stripe: Stripe, moment: str, record_property: Any
) -> None:
    test_kills.judged(house, stripe, "broker", moment, record_property)
