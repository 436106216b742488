"""Pictures: marks and words in, SVG out; the screen, print and social media draw the same one."""
