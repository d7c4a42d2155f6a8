"""A page as lines: what HTML and innerText show, and where each line stands in the markup."""
