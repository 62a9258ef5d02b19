"""The command line: `stride-check`."""
