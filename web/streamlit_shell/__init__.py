"""Everything that depends on Streamlit's internals: its start page, sessions, sockets, uploads and static files."""
