"""Packages of other programs: what their manifests say, and what they tell while they run."""
