"""What every line that is not main text is: rules, and trees that vote where rules are silent."""
