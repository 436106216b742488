"""The static site, the feed and the worksheet."""
