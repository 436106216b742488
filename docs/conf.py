"""The documentation as a site, by Sphinx: `make docs`. Nothing in it comes from another host."""

project = "Cultuuratlas"
author = "Cultuuratlas contributors"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "Cultuuratlas"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
myst_heading_anchors = 3
myst_links_external_new_tab = False
suppress_warnings = ["misc.highlighting_failure"]  # steps of a how-to are parts of a file
