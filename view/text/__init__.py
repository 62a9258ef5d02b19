"""Text and lists that several pages share."""
