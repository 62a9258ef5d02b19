"""Are good clips measured and bad ones refused? A table over drawn clips of every kind, and over real ones where they are.

    uv run python -m benchmarks quality [--quick] [--keep FOLDER] [--part drawn|clips|strangers]

A whole run, with the real clips, writes `benchmarks/results/quality.json`. Drawing takes longer than measuring: `--keep` draws
into a folder and finds the clips there the next time.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.accuracy import strangers
from benchmarks.accuracy.quality_cases import Case, Wanted, cases
from core.errors import CheckKey, Refused
from core.model.measures import Measured, MeasureKey
from core.model.progress import Progress
from core.model.report import Answers, Report
from core.paths import ROOT
from core.report.pipeline import analyse
from simulation import Motion, truth_of

RESULTS = ROOT / "benchmarks" / "results" / "quality.json"
CLIPS = ROOT.parent / "shared" / "clips"

REAL: dict[str, tuple[Wanted, tuple[CheckKey, ...]]] = {
    "bad_front_view.mp4": ("refused", ("side_on",)),
    "bad_hard_cuts.mp4": ("refused", ("no_cuts",)),
    "bad_not_running_upper_body.mp4": ("refused", ("whole_body", "one_runner", "running_not_walking")),
    "bad_rear_upper_body.mp4": ("refused", ("whole_body", "side_on", "one_runner")),
    "bad_walking_side_24fps.mov": ("refused", ("running_not_walking",)),
    "format_iphone_mov_rotation_no_person.mov": ("refused", ("one_runner",)),
    "format_hevc_vfr_several_people.mp4": ("either", ()),
    "format_rotation90_vfr_small_rtl.mp4": ("either", ()),
    "hard_two_people_slow2x_rtl.mp4": ("either", ()),
    "overground_fixed_50fps_slow2.5x_ltr.mp4": ("refused", ("true_speed",)),
    "speed_pair_slow4x_ltr.mp4": ("refused", ("true_speed",)),
    "treadmill_lab_small_slow8x_ltr.mp4": ("refused", ("true_speed",)),
}
"""What must come of real clips when no slow motion is told; of those not named, that they are measured."""

FIGURES: tuple[MeasureKey, ...] = ("trunk_lean", "leg_extension", "hip_ankle_extension", "knee_flexion_contact")


@dataclass(frozen=True, kw_only=True)
class Row:
    """What came of one clip.

    Attributes
    ----------
    clip, wanted, keys
        As in `benchmarks.accuracy.quality_cases.Case`.
    got : str
        'measured', or the key of the check that refused.
    warned : tuple of str
        The checks that warned.
    says : str
        The refusal's own words.
    first_look_s, whole_s : float
        Seconds until the first look found nothing against the clip, and of the whole analysis.
    errors_deg : dict of str to float
        Value less truth of some figures of a drawn clip.
    claims_deg : dict of str to float
        What those figures said of their own error.
    """

    clip: str
    wanted: Wanted
    keys: tuple[CheckKey, ...]
    got: str
    warned: tuple[str, ...] = ()
    says: str = ""
    first_look_s: float
    whole_s: float
    errors_deg: dict[str, float] = field(default_factory=dict)
    claims_deg: dict[str, float] = field(default_factory=dict)

    @property
    def right(self) -> bool:
        """Whether what was wanted came of it, by one of the checks that it may be told by."""
        if self.got == "measured":
            said = not self.keys or any(key in self.warned for key in self.keys)
            return self.wanted == "either" or (self.wanted == "measured" and said)
        return self.wanted != "measured" and (not self.keys or self.got in self.keys)


def _timed(clip: Path, answers: Answers) -> tuple[Report | Refused, float, float]:
    """Analyse a clip; return what came of it, the seconds until the first look found nothing against it, and of the whole."""
    sure_s: list[float] = []

    def progress(_: Progress) -> None:
        if not sure_s:
            sure_s.append(time.perf_counter() - start_s)

    start_s = time.perf_counter()
    try:
        found: Report | Refused = analyse(clip, answers, progress=progress).report
    except Refused as refused:
        found = refused
    whole_s = time.perf_counter() - start_s
    return found, sure_s[0] if sure_s else whole_s, whole_s


def _row(
    clip: Path, name: str, wanted: Wanted, keys: tuple[CheckKey, ...], slow_motion: float, truth: dict[str, float]
) -> Row:
    found, first_s, whole_s = _timed(clip, Answers(slow_motion=slow_motion))
    if isinstance(found, Refused):
        return Row(
            clip=name,
            wanted=wanted,
            keys=keys,
            got=found.key,
            says=str(found.what),
            first_look_s=first_s,
            whole_s=whole_s,
        )
    known = {key: one for key in FIGURES if key in truth and isinstance(one := found.measures[key], Measured)}
    return Row(
        clip=name,
        wanted=wanted,
        keys=keys,
        got="measured",
        warned=tuple(check.key for check in found.quality if check.severity == "warn"),
        first_look_s=first_s,
        whole_s=whole_s,
        errors_deg={key: round(measure.value - truth[key], 2) for key, measure in known.items()},
        claims_deg={key: round(measure.plus_minus, 2) for key, measure in known.items()},
    )


def try_case(case: Case, folder: Path) -> Row:
    """Draw a case, unless the folder has it, and analyse it."""
    clip = folder / (case.name.replace(" ", "_").replace("/", "-") + ".mp4")
    if not clip.exists():
        part = folder / "part.mp4"
        case.draw(part)
        part.rename(clip)
    scene = case.scenes[-1]
    truth = truth_of(scene, Motion(scene.stride)).figures
    return _row(clip, case.name, case.wanted, case.keys, case.told_slow_motion, truth)


def try_real(clip: Path) -> Row:
    """Analyse a real clip."""
    wanted, keys = REAL.get(clip.name, ("measured", ()))
    return _row(clip, clip.name, wanted, keys, 1.0, {})


def table(rows: Iterable[Row]) -> str:
    """Return the rows as text: clip -> expected -> got."""
    lines = [f"{'clip':44} {'expected':34} {'got':20} {'look':>5} {'of':>5}  warned"]
    for row in rows:
        expected = f"{row.wanted} {'/'.join(row.keys)}"[:34]
        sign = "" if row.right else "  <-- WRONG"
        warned = ", ".join(row.warned) or row.says
        lines.append(
            f"{row.clip[:44]:44} {expected:34} {row.got:20} {row.first_look_s:5.1f} {row.whole_s:5.1f}  {warned}{sign}"
        )
    return "\n".join(lines)


def summary(rows: Sequence[Row]) -> dict[str, object]:
    """Return the counts, the first look's share of the time, and how much larger errors are under each warning."""
    measured = [row for row in rows if row.got == "measured"]
    return {
        "clips": len(rows),
        "good_refused": [row.clip for row in rows if row.wanted == "measured" and row.got != "measured"],
        "bad_passed": [row.clip for row in rows if row.wanted == "refused" and row.got == "measured"],
        "told_otherwise": [
            row.clip for row in rows if not row.right and (row.wanted == "measured") == (row.got == "measured")
        ],
        "first_look_share": round(
            sum(row.first_look_s for row in measured) / max(sum(row.whole_s for row in measured), 1e-9), 3
        ),
        "error_under_warning": _errors(measured),
    }


def _errors(measured: Sequence[Row]) -> dict[str, dict[str, float]]:
    """Return the root mean square of the figures' errors over their claims (as standard deviations), by warning."""
    groups: dict[str, list[float]] = {}
    for row in measured:
        ratios = [1.645 * row.errors_deg[key] / row.claims_deg[key] for key in row.errors_deg]
        for key in row.warned or ("none",):
            groups.setdefault(key, []).extend(ratios)
    return {
        key: {"figures": len(ratios), "rms_error_over_claim": round(float(np.sqrt(np.mean(np.square(ratios)))), 2)}
        for key, ratios in groups.items()
        if ratios
    }


def run(part: str | None, quick: bool, folder: Path, say: Callable[[str], object] = print) -> list[Row]:
    """Try all clips, a fifth of the drawn ones for a quick look, telling each as it comes."""
    rows = []
    if part in (None, "drawn"):
        for case in list(cases())[:: 5 if quick else 1]:
            rows.append(try_case(case, folder))
            say(table(rows[-1:]).splitlines()[1])
    if part in (None, "clips"):
        for clip in sorted(path for path in CLIPS.glob("*.*") if path.suffix in {".mp4", ".mov"}):
            rows.append(try_real(clip))
            say(table(rows[-1:]).splitlines()[1])
    return rows


def run_strangers(folder: Path, say: Callable[[str], object] = print) -> list[strangers.StrangerResult]:
    """Try every kind of file that strangers send, printing each as it comes."""
    results = []
    say(strangers.table([]))
    for row in strangers.all_rows():
        results.append(strangers.try_row(row, folder))
        say(strangers.table(results[-1:]).splitlines()[1])
    return results


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="every fifth drawn clip")
    parser.add_argument("--part", choices=("drawn", "clips", "strangers"))
    parser.add_argument("--keep", type=Path, help="draw clips into this folder, and use those that are there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        print(table([]))
        rows = run(given.part, given.quick, folder)
        sent = run_strangers(folder) if given.part in (None, "strangers") else []
    found = {**summary(rows), "strangers_wrong": [result.name for result in sent if result.wrong]}
    print(json.dumps(found, indent=1))
    if not given.quick and given.part is None and CLIPS.is_dir():
        RESULTS.write_text(
            json.dumps(
                {**found, "rows": [asdict(row) for row in rows], "strangers": [asdict(result) for result in sent]},
                indent=1,
            )
            + "\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
