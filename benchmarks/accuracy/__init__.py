"""How right the measures, checks and refusals are."""
