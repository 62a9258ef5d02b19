"""From an upload to a report: the queue, its workers, and the sandbox process in which each analysis runs."""
