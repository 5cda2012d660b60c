"""Statistics of responses. Each formula with its source and worked numbers: docs/algorithms/statistics.md."""
