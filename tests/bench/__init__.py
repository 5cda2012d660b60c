"""What the ways that matter cost on this machine: `make bench`. Ratios within one run, never times to pass."""
