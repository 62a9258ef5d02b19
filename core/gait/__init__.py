"""From landmarks to legs, events, angles and measures with their errors: the measuring core."""
