"""Build `assets/pose_landmarker_full.task`, the pose model that `core/pose/pose_model.py` loads.

The wheels of MediaPipe that we run carry no model. Version 0.10.21 carries the two networks; this script takes them from
that wheel, checks their hashes, leaves out the part that draws the body's silhouette, adds the input normalisation that the Tasks
API asks for with that version's own metadata writer, and stores both in one zip with fixed dates, so that the same bytes come
out every time.

    uv run --no-project --isolated --python 3.11 --with mediapipe==0.10.21 python tools/build_pose_model.py

It needs 0.10.21, which cannot live beside the version we run: hence the throw-away environment of that command. `--whole OUT`
writes a bundle of the networks as they were published, for comparison.

Nobody here looks at the silhouette, and nothing of the landmarks depends on it: they stay the same to the last bit. It costs a
third of the time, since it is drawn at the full size of the network's input.
"""

from __future__ import annotations

import argparse
import hashlib
import zipfile
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from core.paths import ROOT

BUNDLE = ROOT / "assets" / "pose_landmarker_full.task"

LANDMARKS = "pose_landmarks_detector.tflite"
PRESENCE, SILHOUETTE = 1, 2
"""Which of the landmark network's outputs tell whether a body is there, and which of the pixels are the body."""

# Path in the wheel, sha256 there, name in the bundle, (mean, std) of the input normalisation.
NETWORKS = [
    (
        "mediapipe/modules/pose_detection/pose_detection.tflite",
        "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
        "pose_detector.tflite",
        (127.5, 127.5),
    ),
    (
        "mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
        "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
        LANDMARKS,
        (0.0, 255.0),
    ),
]


def network_from_wheel(path: str, sha256: str) -> bytes:
    """Return the bytes of one network in the installed MediaPipe, or stop if they are not the ones we know."""
    network = Path(str(distribution("mediapipe").locate_file(path))).read_bytes()
    found = hashlib.sha256(network).hexdigest()
    if found != sha256:
        raise SystemExit(f"{path} has sha256 {found}, expected {sha256}: is this MediaPipe 0.10.21?")
    return network


def without_silhouette(network: bytes) -> bytes:
    """Return the landmark network without what only its silhouette needs; where that was, it tells a second time of presence."""
    import flatbuffers
    from mediapipe.tasks.metadata import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(network, 0))
    (graph,) = model.subgraphs
    graph.outputs = [int(output) for output in graph.outputs]
    graph.outputs[SILHOUETTE] = graph.outputs[PRESENCE]
    graph.operators = _needed(graph.operators, graph.outputs)
    _drop_unused_tensors(graph)
    kept = {0, *(tensor.buffer for tensor in graph.tensors), *(entry.buffer for entry in model.metadata or ())}
    for number, buffer in enumerate(model.buffers):
        if number not in kept:
            buffer.data = None
    builder = flatbuffers.Builder(len(network))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _needed(operators: list[Any], outputs: list[int]) -> list[Any]:
    """Return the operators, in order, that the outputs depend on."""
    wanted, kept = set(outputs), []
    for operator in reversed(operators):
        if wanted.intersection(operator.outputs):
            wanted.update(operator.inputs)
            kept.append(operator)
    return kept[::-1]


def _drop_unused_tensors(graph: Any) -> None:
    """Leave out tensors that no operator touches any more, and number the others again."""
    lists = [graph.inputs, graph.outputs, *(part for op in graph.operators for part in (op.inputs, op.outputs))]
    used = sorted({int(tensor) for numbers in lists for tensor in numbers if tensor >= 0})
    place = {-1: -1} | {tensor: number for number, tensor in enumerate(used)}

    def anew(numbers: Iterable[int]) -> list[int]:
        return [place[int(number)] for number in numbers]

    graph.tensors = [graph.tensors[tensor] for tensor in used]
    graph.inputs, graph.outputs = anew(graph.inputs), anew(graph.outputs)
    for operator in graph.operators:
        operator.inputs, operator.outputs = anew(operator.inputs), anew(operator.outputs)


def with_normalisation(network: bytes, mean: float, std: float) -> bytes:
    """Return the network with the metadata that says how its input pixels are normalised."""
    from mediapipe.tasks.python.metadata.metadata_writers import metadata_writer

    writer = metadata_writer.MetadataWriter.create(bytearray(network))
    writer.add_image_input([mean], [std])
    populated, _ = writer.populate()
    return bytes(populated)


def write_bundle(networks: dict[str, bytes], bundle: Path) -> None:
    """Write the networks into a stored zip whose bytes depend on nothing but them."""
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as archive:
        for name, network in networks.items():
            archive.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), network)


def main() -> None:
    """Build the bundle and print its hash, which `core/pose/pose_model.py` holds."""
    parser = argparse.ArgumentParser(description="Build the pose model.")
    parser.add_argument(
        "--whole", type=Path, metavar="OUT", help="write the networks as published to this bundle instead"
    )
    whole: Path | None = parser.parse_args().whole
    bundle = whole or BUNDLE
    networks = {}
    for path, sha256, name, normalisation in NETWORKS:
        network = network_from_wheel(path, sha256)
        if name == LANDMARKS and whole is None:
            network = without_silhouette(network)
        networks[name] = with_normalisation(network, *normalisation)
    write_bundle(networks, bundle)
    print(f"{bundle.name}  {hashlib.sha256(bundle.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
