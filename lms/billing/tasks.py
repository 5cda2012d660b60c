"""Jobs of billing: the nightly comparison."""

import logging

from lms.billing.actions import reconciliation
from lms.jobs.queue import Urgency, sweep

log = logging.getLogger(__name__)


@sweep("billing.reconcile", seconds=86_400, urgency=Urgency.SLOW)
def reconcile_nightly() -> None:
    found = reconciliation.reconcile()
    log.info(
        "%s orders compared, %s repaired, %s reported", found.orders, found.repaired, len(found.reported)
    )
