"""What `scripts/bench_dedup` is made of; nothing of it is installed."""
