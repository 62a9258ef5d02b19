"""Messages on a page's connection: a visitor's requests to Streamlit, and responses without the server's secrets.

The messages are Streamlit's (protocol buffers). Some of them are for developers on their own machine: clearing all caches,
installing files, requesting the state of the source. Any client could send them.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

LARGEST_READ_BYTES = 1 << 16
"""Responses above this length are drawings and charts: none of the messages that are read here is that long."""

_ALLOWED = frozenset({"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"})
_ALLOWED_OPERATIONS = frozenset({"deferred_file", "dataframe_chunk"})


def asked(data: bytes) -> BackMsg | None:
    """Return the request of a visitor's page, or None if a visitor's page does not send such a request."""
    try:
        message = BackMsg.FromString(data)
    except DecodeError:
        return None
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message if message.backend_operation_request.WhichOneof("payload") in _ALLOWED_OPERATIONS else None
    return message if kind in _ALLOWED else None


def answered(data: bytes) -> ForwardMsg | None:
    """Return a response of Streamlit's that is short enough to read."""
    return ForwardMsg.FromString(data) if len(data) <= LARGEST_READ_BYTES else None


def without_secrets(message: ForwardMsg) -> bytes:
    """Return the first response of a run without the server's folder, versions, machine and installation."""
    session = message.new_session
    session.main_script_path = ""
    for part in (session.initialize.environment_info, session.initialize.user_info):
        part.Clear()
        part.SetInParent()  # the page reads them, empty or not
    data: bytes = message.SerializeToString()
    return data


def ends_run(message: ForwardMsg) -> bool:
    """Return whether a response reports that a page's script has finished, and does not restart immediately."""
    return (
        message.WhichOneof("type") == "script_finished"
        and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
    )
