"""Parts that several pages share: the frame, drawings, charts, cards and words."""
