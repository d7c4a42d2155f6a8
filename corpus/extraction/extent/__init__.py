"""How far the chosen text reaches: threads, answers, ends, what goes on, what is no article."""
