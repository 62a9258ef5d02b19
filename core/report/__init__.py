"""From a clip or a pose track to a report, and the outputs of a report: key frames, tables, the annotated video."""
