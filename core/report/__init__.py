"""From a clip or a pose track to a report, and what is made from a report: key frames, tables, drawings in the video."""
