"""Named checks that decide whether a clip is good enough; each refusal has one remedy."""
