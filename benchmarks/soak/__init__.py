"""What the server endures: kills, crowds, hostile files and attacks."""
