"""Stride Check's library: from a side-on clip of a runner to a report. It knows nothing of Streamlit or Plotly."""
