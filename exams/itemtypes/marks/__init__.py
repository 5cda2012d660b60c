"""Scoring rules by name, apart from the kinds of items that use them. docs/algorithms/scoring.md has each with numbers."""
