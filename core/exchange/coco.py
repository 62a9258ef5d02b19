"""Landmarks as COCO files hold them: annotations with their images, or the list of results that pose models write."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from core.exchange.landmark_names import ORDERS
from core.exchange.plain_json import array_of, loaded
from core.exchange.points import Points, check_alone, in_order, tallest, unreadable
from core.i18n.message import message as _
from core.model.tracks import Floats


def read(path: Path) -> Points:
    """Read `{"images": [...], "annotations": [...]}`, or a list of results with `image_id` and `keypoints`, in pixels.

    A body has 17 points (COCO), 26 or 136 (Halpe), or 133 (COCO-WholeBody). The images are frames in the order of the numbers in
    their names or ids. Of several people in a frame, the tallest is followed.

    Raises
    ------
    Refused
        `readable_file` if it is something else.
    """
    content = loaded(path)
    found, images = (
        (content.get("annotations"), content.get("images")) if isinstance(content, dict) else (content, None)
    )
    if not isinstance(found, list):
        raise unreadable(_("{file} has no “annotations” and is no list of results, as COCO has them.", file=path.name))
    names = {image.get("id"): image for image in images or [] if isinstance(image, dict)}
    bodies: dict[int, list[Floats]] = defaultdict(list)
    for one in found:
        if isinstance(one, dict) and one.get("keypoints"):
            image = names.get(one.get("image_id"), {})
            bodies[_frame(image.get("file_name", one.get("image_id")))].append(_body(one["keypoints"], path.name))
    numbers = sorted(bodies)
    chosen = [tallest(bodies[number]) for number in numbers]
    if not chosen or len({len(body) for body, _rival in chosen}) > 1:
        raise unreadable(_("{file} holds no body of 17, 26, 133 or 136 points.", file=path.name))
    check_alone([rival for _body_, rival in chosen], path.name)
    xy, visibility = in_order(np.stack([body for body, _rival in chosen]), ORDERS[len(chosen[0][0])])
    return Points(xy=xy, visibility=visibility, frame=np.array(numbers, dtype=np.float64), size_wh_px=_size(names))


def _frame(name: object) -> int:
    digits = re.findall(r"\d+", str(name).rsplit(".", 1)[0])
    return int(digits[-1]) if digits else 0


def _body(keypoints: object, file: str) -> Floats:
    """Return one body (k, 3); COCO's visibility of 1 or 2 becomes certain."""
    values = array_of(keypoints, file)
    n = values.size // 3
    if values.size % 3 or n not in (*ORDERS, 136):
        raise unreadable(_("{file} holds no body of 17, 26, 133 or 136 points.", file=file))
    body = values.reshape(n, 3)[: 26 if n == 136 else n].copy()
    body[:, 2] = np.clip(body[:, 2], 0.0, 1.0)
    return body


def _size(images: dict[Any, dict[str, Any]]) -> tuple[int, int] | None:
    """Return the size of the frames, if all images have the same."""
    sizes = {(image.get("width"), image.get("height")) for image in images.values()}
    if len(sizes) != 1:
        return None
    width, height = sizes.pop()
    whole = isinstance(width, int) and isinstance(height, int) and 0 < width < 1e5 and 0 < height < 1e5
    return (width, height) if whole else None  # type: ignore[return-value]
