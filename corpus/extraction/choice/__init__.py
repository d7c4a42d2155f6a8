"""Which lines are the main text: numbers of lines and regions, forests, the choice among them."""
