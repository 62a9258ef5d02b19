"""Everything that depends on Streamlit's inside: its start page, sessions, sockets, uploads and static files."""
