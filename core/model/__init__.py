"""The types that everything shares: tracks of a body, the report and its JSON, progress; and how a value is written."""
