"""From open data to one DuckDB file: fetch, tidy, build. Never imports the dashboard."""


class PipelineError(Exception):
    """Something a person must look at; its text names the thing and the value. The CLI prints it
    and exits with 1.
    """
