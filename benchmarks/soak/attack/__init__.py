"""Attacks on a server of our own, on this machine only: what does not hold is said by its number."""
