"""All attacks, by the number of the fault that each looks for; from 18 on, faults of a second look."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.soak.attack import clips, deploying, keeping, visiting
from benchmarks.soak.attack.ground import Ground

Attack = Callable[[Ground], list[str]]
"""Returns what did not hold, in words."""

ROWS: dict[int, Attack] = {
    3: visiting.two_behind_one_socket,
    4: visiting.a_foreign_origin,
    13: deploying.deploy_files,
    9: keeping.readable_backups,
    15: keeping.a_clock_that_was_wrong,
    5: visiting.empty_uploads,
    14: visiting.counters_to_reset,
    2: visiting.memory_for_nothing,
    8: keeping.media_of_what_was_deleted,
    1: clips.an_unblurred_clip,
    11: clips.a_child_that_knows_too_much,
    12: clips.too_many_pixels,
    19: keeping.uploads_that_stopped,
    10: keeping.names_in_the_log,
    18: visiting.large_messages,
    20: visiting.a_crowd_at_one_upload,
    6: visiting.silent_connections,
    16: keeping.a_full_disk,
    7: visiting.reruns_without_end,
}
"""In the order in which they are made: what spoils a server for the others comes last."""
