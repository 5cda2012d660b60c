"""A matrix of 0 and 1, eight columns in a byte: a product with a vector looks up 256 sums for each byte instead of
multiplying eight times, and a million rows by eighty columns take ten megabytes."""

import numpy as np

from exams.rules.statistics.estimates import Bytes, Floats

BITS = (np.arange(256)[:, None] >> np.arange(8) & 1).astype(np.float64)


class Packed:
    """n rows × k columns."""

    def __init__(self, matrix: Bytes) -> None:
        self.n, self.k = matrix.shape
        packed = np.packbits(matrix, axis=1, bitorder="little")
        self.bytes = [np.ascontiguousarray(packed[:, place]) for place in range(packed.shape[1])]

    def times(self, vector: Floats) -> Floats:
        """matrix · vector, of length n."""
        total = np.zeros(self.n)
        for place, column in enumerate(self.bytes):
            part = vector[8 * place : 8 * place + 8]
            total += (BITS[:, : len(part)] @ part)[column]
        return total

    def sums(self, weights: Floats) -> Floats:
        """weights · matrix, of length k."""
        parts = [np.bincount(column, weights, 256) @ BITS for column in self.bytes]
        return np.concatenate(parts)[: self.k]
