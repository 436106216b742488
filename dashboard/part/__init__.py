"""Parts that pages share: the frame, the controls, the card."""
