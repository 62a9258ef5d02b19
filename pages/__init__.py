"""The pages, one thin script for each step of the journey."""
