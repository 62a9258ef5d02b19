"""The pose model that we carry, and how parts of a network are left out."""

from __future__ import annotations

import zipfile
from types import SimpleNamespace
from typing import Any

from mediapipe.tasks.metadata import schema_py_generated as schema

from tools.build_pose_model import BUNDLE, LANDMARKS, PRESENCE, SILHOUETTE, _drop_unused_tensors, _needed


def operator(*, reads: list[int], writes: list[int]) -> Any:
    return SimpleNamespace(inputs=reads, outputs=writes)


def test_what_no_output_needs_is_left_out_and_the_rest_keeps_its_order() -> None:
    first, aside, missing, last = (
        operator(reads=[0], writes=[1]),
        operator(reads=[1], writes=[2]),
        operator(reads=[1, -1], writes=[3]),
        operator(reads=[3, 1], writes=[4]),
    )
    assert _needed([first, aside, missing, last], [4]) == [first, missing, last]
    graph = SimpleNamespace(tensors=list("abcde"), inputs=[0], outputs=[4, 4], operators=[first, missing, last])
    _drop_unused_tensors(graph)
    assert graph.tensors == list("abde")
    assert (graph.inputs, graph.outputs) == ([0], [3, 3])
    assert [(op.inputs, op.outputs) for op in graph.operators] == [([0], [1]), ([1, -1], [2]), ([2, 1], [3])]


def test_our_landmark_network_draws_no_silhouette() -> None:
    with zipfile.ZipFile(BUNDLE) as bundle:
        network = bundle.read(LANDMARKS)
    (graph,) = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(network, 0)).subgraphs
    assert len(graph.outputs) == 5  # the Tasks API counts them
    assert graph.outputs[SILHOUETTE] == graph.outputs[PRESENCE]
    assert len(_needed(graph.operators, list(graph.outputs))) == len(graph.operators)
    used = {int(tensor) for op in graph.operators for tensor in (*op.inputs, *op.outputs) if tensor >= 0}
    assert used == set(range(len(graph.tensors)))
