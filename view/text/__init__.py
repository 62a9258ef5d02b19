"""Words and lists that several pages share."""
