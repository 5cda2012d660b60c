"""Jobs of the trail."""

from lms.audit.actions import sealing
from lms.jobs.queue import sweep


@sweep("audit.seal", seconds=60)
def seal() -> None:
    sealing.seal()
