"""From frames to landmarks of the body, and who in the clip the runner is."""
