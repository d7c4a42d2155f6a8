"""What the benchmark of releases measures: a chain of them, their differences, their damage."""
