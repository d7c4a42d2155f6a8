"""Articles damaged in known ways, and what of them comes back: for `scripts/bench_repair`."""
