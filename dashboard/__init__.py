"""The public dashboard: reads one database, never writes. Never imports geopandas or the
pipelines.
"""
