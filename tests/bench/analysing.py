"""Statistics of a million candidates × 80 items; alone: `python -m tests.bench.analysing [CANDIDATES]`."""

import resource
import sys

import numpy as np

from exams.rules.statistics import analysis, classical, rasch, reading, similarity, twopl
from exams.rules.statistics.analysis import Model
from tests.bench.measuring import once, table

CANDIDATES, ITEMS = 1_000_000, 80


def responses(candidates: int, seed: int = 7) -> bytes:
    """A file of right and wrong answers by the two-parameter model, as `analyse_responses` reads it."""
    drawn = np.random.default_rng(seed)
    slopes, easiness = drawn.uniform(0.6, 1.6, ITEMS), drawn.normal(0.7, 1, ITEMS)
    said = np.full((candidates, 2 * ITEMS), ord(","), dtype=np.uint8)
    said[:, -1] = ord("\n")
    for begin in range(0, candidates, 50_000):
        ability = drawn.normal(size=(min(50_000, candidates - begin), 1))
        right = drawn.random((len(ability), ITEMS)) < 1 / (1 + np.exp(-(slopes * ability + easiness)))
        said[begin : begin + len(ability), ::2] = ord("0") + right
    head = ",".join(f"I{number:02}" for number in range(1, ITEMS + 1)) + "\n"
    return head.encode() + said.tobytes()


def choices(candidates: int, seed: int = 7) -> tuple[bytes, bytes]:
    """A file of options a to d, and its key: the better, the more often the key, else any of the others."""
    drawn = np.random.default_rng(seed)
    ability = drawn.normal(size=(candidates, 1))
    right = drawn.random((candidates, ITEMS)) < 1 / (1 + np.exp(-(ability + drawn.normal(0.7, 1, ITEMS))))
    keys = drawn.integers(0, 4, ITEMS)
    chosen = np.where(right, keys, (keys + drawn.integers(1, 4, (candidates, ITEMS))) % 4)
    names = [f"I{number:02}" for number in range(1, ITEMS + 1)]
    rows = [",".join(names), *(",".join("abcd"[one] for one in row) for row in chosen.tolist())]
    key = ["item,key", *(f"{name},{'abcd'[one]}" for name, one in zip(names, keys.tolist(), strict=True))]
    return "\n".join(rows).encode(), "\n".join(key).encode()


def alike() -> None:
    """Prints what it costs to compare the answers of all pairs of as many people as are compared at once."""
    read = reading.read(*choices(similarity.MOST))
    cost = once(lambda: similarity.analyse(read))
    pairs = similarity.MOST * (similarity.MOST - 1) // 2
    table("Answer similarity", [(f"all {pairs:,} pairs of {similarity.MOST:,} × {ITEMS} items", cost, "")])


def analysing(candidates: int = CANDIDATES) -> None:
    """Prints what each part costs, after reading and by itself, and whole reports."""
    data = responses(candidates)
    found: list[reading.Responses] = []
    rows = [("reading", once(lambda: found.append(reading.read(data))), f"{len(data) / 1e6:.0f} MB")]
    read = found[0]
    parts = {
        "classical": lambda: classical.analyse(read),
        "Rasch by marginal likelihood": lambda: rasch.marginal(read.right),
        "Rasch by conditional likelihood": lambda: rasch.conditional(read.right),
        "2PL by marginal likelihood": lambda: twopl.fit(read.right),
    }
    rows += [(name, once(work), "") for name, work in parts.items()]
    for model in Model:
        rows.append((f"a whole report, {model}", once(lambda model=model: analysis.analyse(read, model)), ""))
    table(f"Statistics of {candidates:,} candidates × {ITEMS} items", rows)
    print(f"  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most")
    alike()


if __name__ == "__main__":
    analysing(int(sys.argv[1]) if len(sys.argv) > 1 else CANDIDATES)
