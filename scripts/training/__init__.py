"""What `scripts/train_extraction` is made of; nothing of it is installed."""
