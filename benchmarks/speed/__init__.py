"""How fast an analysis, a page and the queue are."""
