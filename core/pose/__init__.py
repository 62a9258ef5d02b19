"""From frames to landmarks of the body, and the selection of the runner."""
