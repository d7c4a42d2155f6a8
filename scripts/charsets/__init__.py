"""Texts in every charset, whole and harmed, and who reads them: for `scripts/bench_loading`."""
