"""One-off builders, and the drawn runner whose angles and events are exactly known."""
