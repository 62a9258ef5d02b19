"""Named checks of whether a clip is good enough; each refusal gives one remedy."""
