"""Build `assets/pose_landmarker_full.task`, the pose model that `core/pose.py` loads.

The wheels of MediaPipe that we run carry no model. Version 0.10.21 carries the two networks; this script takes them from
that wheel, checks their hashes, adds the input normalisation that the Tasks API asks for with that version's own metadata
writer, and stores both in one zip with fixed dates, so that the same bytes come out every time.

    uv run --no-project --isolated --python 3.11 --with mediapipe==0.10.21 python tools/build_pose_model.py

It needs 0.10.21, which cannot live beside the version we run: hence the throw-away environment of that command.
"""

from __future__ import annotations

import hashlib
import zipfile
from importlib.metadata import distribution
from pathlib import Path

BUNDLE = Path(__file__).parents[1] / "assets" / "pose_landmarker_full.task"

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
        "pose_landmarks_detector.tflite",
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
    """Build the bundle and print its hash, which `core/pose.py` holds."""
    write_bundle(
        {
            name: with_normalisation(network_from_wheel(path, sha256), *normalisation)
            for path, sha256, name, normalisation in NETWORKS
        },
        BUNDLE,
    )
    print(f"{BUNDLE.name}  {hashlib.sha256(BUNDLE.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
