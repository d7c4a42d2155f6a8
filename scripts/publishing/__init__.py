"""How publishing to a Hub is measured: bytes that are sent, kills, faults."""
