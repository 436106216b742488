"""The map as one would first write it: a plotly choropleth with the geometry in the figure. Only
for `make bench`.
"""

import json

import plotly.graph_objects as go
import streamlit as st

from dashboard import store
from dashboard.picture import scales

level = st.query_params.get("level", "gemeente")
options = [
    s
    for s in store.series(level)
    if s[0] in ("children_share", "owner_occupied_share", "home_value")
]
indicator, period = st.selectbox("Indicator", options, format_func=lambda s: s[0])
found = [
    o for o in store.observations(indicator, period, level, store.country()) if o.value is not None
]
shapes = store.outlines(level, store.country())
features = [
    {"type": "Feature", "id": c, "properties": {}, "geometry": json.loads(g)}
    for c, (_, g) in shapes.items()
]
ramp = [[n / 5, colour] for n, colour in enumerate(scales.RAMP)]
figure = go.Figure(
    go.Choroplethmap(
        geojson={"type": "FeatureCollection", "features": features},
        locations=[o.code for o in found],
        z=[o.value for o in found],
        text=[o.name for o in found],
        colorscale=ramp,
    )
)
view = {"style": "white-bg", "center": {"lon": 5.3, "lat": 52.2}, "zoom": 5.8}
figure.update_layout(map=view, height=560, margin={"l": 0, "r": 0, "t": 0, "b": 0})
st.plotly_chart(figure, theme=None)
