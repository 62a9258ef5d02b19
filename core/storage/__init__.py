"""Jobs, reports, share links and files: the tables, the store, and how long each is kept."""
