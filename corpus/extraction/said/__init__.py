"""What a line says of itself: phrases, cues, counts, signatures, appeals and statements."""
