"""The pages: one short script for each step of the journey."""
