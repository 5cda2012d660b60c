"""`kill -9` of each part in the midst of each piece of work.

A table: every fault at every moment. For each: nothing acknowledged is lost (what was answered is read back), nothing
happens twice, everything goes on without anybody's help, and the operator is told.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.faults.institution import Institution
from tests.faults.moments import MOMENTS
from tests.faults.services import until
from tests.payments.server import Stripe


@dataclass(frozen=True)
class Fault:
    """`strike` does it; `told` holds while it lasts, or ever after; `mend` brings back what no part of ours starts."""

    strike: Callable[[Institution], None]
    told: Callable[[Institution], Any]
    mend: Callable[[Institution], None] = lambda house: None
    leases: bool = False  # of a worker that died


def restarted(name: str) -> Fault:
    def told(house: Institution) -> bool:
        return f"{name} ended after" in house.said_since_struck()

    return Fault(lambda house: house.kill(name), told, leases=name == "worker")


FAULTS = {
    "web": restarted("web"),
    "worker": restarted("worker"),
    "beat": restarted("beat"),
    "broker": Fault(
        lambda house: house.broker.kill(),
        lambda house: "does not answer" in house.check("broker"),
        lambda house: house.broker.start(),
    ),
    "database": Fault(
        lambda house: house.cluster.kill(),
        lambda house: house.health()[0] == 503 and house.check("database") not in {"", "ok"},
        lambda house: house.cluster.start(),
        leases=True,
    ),
    # What runs it starts again what has died; that nobody answers, whoever asks from outside is told.
    "machine": Fault(
        lambda house: house.kill_everything(),
        lambda house: house.health()[0] == 0,
        lambda house: house.open(),
        leases=True,
    ),
}
# One of each kind of fault, and of each moment.
OF_EACH_KIND = {
    ("web", "hand-in"),
    ("worker", "batch"),
    ("beat", "marking"),
    ("broker", "webhook"),
    ("database", "order"),
    ("machine", "save"),
}


def rows() -> list[Any]:
    every = [(fault, moment) for fault in FAULTS for moment in MOMENTS]
    marks = {pair: [pytest.mark.of_each_kind] if pair in OF_EACH_KIND else [] for pair in every}
    return [pytest.param(*pair, marks=marks[pair], id="-".join(pair)) for pair in every]


@pytest.mark.parametrize(("fault", "moment"), rows())
def test_nothing_is_lost_and_nothing_done_twice(
    house: Institution, stripe: Stripe, fault: str, moment: str, record_property: Any
) -> None:
    judged(house, stripe, fault, moment, record_property)


def judged(house: Institution, stripe: Stripe, fault: str, moment: str, record_property: Any) -> None:
    struck, goes_on = FAULTS[fault], MOMENTS[moment](house, stripe)
    goes_on.prepare()
    with goes_on.held():
        goes_on.begin()
        until(goes_on.is_underway, what=f"the midst of {moment}")
        house.struck()
        struck.strike(house)
        if struck.mend is not Fault.mend:
            until(lambda: struck.told(house), what="word to the operator")
    struck.mend(house)
    goes_on.end()
    house.comes_to_rest(done=goes_on.is_done, leases=struck.leases)
    assert struck.mend is not Fault.mend or struck.told(house)
    record_property("evidence", f"{fault} killed amid {moment}: {goes_on.judge()}")
