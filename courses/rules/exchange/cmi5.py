"""cmi5 packages: a lesson for each part that runs."""

from courses.rules.exchange import scorm
from courses.rules.exchange.frame import Incoming, Standing
from courses.rules.packages import structure


def read(data: bytes, standing: Standing) -> Incoming:
    """Raises CannotRead."""
    return scorm.as_course(data, structure.read, standing)
