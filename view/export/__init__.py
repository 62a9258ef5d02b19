"""Files that leave the app: the share card and the PDF."""
