"""Where the cut is set. Explained with worked numbers in docs/algorithms/cut-scores.md."""
