"""How a credential proves itself: strict reading, canonical forms, signatures. docs/algorithms/proofs.md tells it."""
