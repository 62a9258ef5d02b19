"""What the measures mean: findings, comparisons, home tests, drills and the plan."""
