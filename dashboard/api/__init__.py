"""The public data API."""
