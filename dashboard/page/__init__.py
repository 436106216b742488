"""One file per page: `TITLE` (a key in `texts/`), `ORDER` (the first is the home page), and
`page()`.

Not called `pages`: Streamlit runs the files of such a folder by itself, without the frame of
`app.py`.
"""
