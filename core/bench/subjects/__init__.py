"""The subjects of the benchmark, one file each, whose ``measure(plan)`` yields their figures."""
