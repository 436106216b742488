"""One file per source, found by listing this folder: `SOURCE`, `fetch(get)`, `tidy(payloads,
indicators)`.
"""
