"""The reader's language: one catalogue of messages for everything that a person reads."""
