"""LSAT section 6 (Bock and Lieberman 1970): 1,000 persons, 5 items, patterns in binary order."""

import numpy as np

from exams.rules.statistics import reading
from exams.rules.statistics.reading import Responses

FREQUENCIES = [
    3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298,
]  # fmt: skip


def matrix() -> np.ndarray:
    patterns = [[pattern >> place & 1 for place in (4, 3, 2, 1, 0)] for pattern in range(32)]
    return np.repeat(np.array(patterns), FREQUENCIES, axis=0)


def csv_of(cells: np.ndarray, **columns: list[str]) -> bytes:
    header = [*columns, *(f"q{number}" for number in range(1, cells.shape[1] + 1))]
    rows = zip(*columns.values(), *cells.T.tolist(), strict=True)
    return "\n".join([",".join(header), *(",".join(map(str, row)) for row in rows)]).encode()


def responses() -> Responses:
    return reading.read(csv_of(matrix()))
