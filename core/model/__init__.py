"""The shared types: tracks of a body, the report and its JSON, and progress; also the format of values."""
