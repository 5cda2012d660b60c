import pytest
from django.core.cache import cache

from tests.factories import certificates as make


@pytest.fixture
def schemes(db: None) -> None:
    """Both schemes and the design, as shipped."""
    make.schemes()


@pytest.fixture(autouse=True)
def files(settings, tmp_path) -> None:
    """Documents are stored in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    """Throttles count from nothing."""
    cache.clear()
