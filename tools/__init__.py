"""One-off builders and checks that developers run by hand."""
