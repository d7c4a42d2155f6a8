"""What the benchmarks measure: main text, kinds of lines, metadata, speed; and the peers."""
