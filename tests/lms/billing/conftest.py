"""An institution that takes cards."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import cards
from tests.payments import server


@pytest.fixture
def stripe(db: None, settings: Any) -> Iterator[server.Stripe]:
    with cards.service(settings) as running:
        yield running
