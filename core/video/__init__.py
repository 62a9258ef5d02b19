"""From a video file to upright frames with true times."""
