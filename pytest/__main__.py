"""What `uv run pytest` starts before pytest is installed: the tests, with all that they need.

`uv run streamlit run streamlit_app.py` installs what the app needs and no tool of development. uv knows groups of dependencies,
but none that only one command asks for. It does start a folder that has the name of a command which is not installed: this one
asks for the group `dev` in the same environment, and goes on as pytest. From then on, `uv run pytest` is pytest itself.
"""

import os
import sys

uv = os.environ.get("UV", "uv")
os.execvp(uv, [uv, "run", "--active", "--group", "dev", "python", "-m", "pytest", *sys.argv[1:]])  # noqa: S606
