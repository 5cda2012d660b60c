"""What several tests of the whole house stand on."""

from tests.house.addresses import addresses

__all__ = ["addresses"]  # a fixture
