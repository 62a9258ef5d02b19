"""Everything that is drawn without Streamlit: drawings, charts, text, and files to download."""
