"""Stride Check's library: from a side-on clip of a runner to a report. It does not depend on Streamlit or Plotly."""
