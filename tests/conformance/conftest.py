import pytest

from tests.factories import certificates as make


@pytest.fixture
def schemes(db: None) -> None:
    make.schemes()
