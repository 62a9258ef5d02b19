"""The knowledge files are complete, traceable and worded with care, and the loader refuses whatever is not."""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from core.errors import SetUpError
from core.knowledge import FILE_OF, PACKAGED, SINGLE, Knowledge, load
from core.knowledge.types import Grade, Read
from core.model.report import Effort, Verdict

KNOWLEDGE = load()
FILES = (*SINGLE, *FILE_OF.values())

UNITS = {
    "trunk_lean": "deg",
    "leg_extension": "deg",
    "leg_extension_at_toe_off": "deg",
    "hip_ankle_extension": "deg",
    "hip_bend": "deg",
    "cadence": "spm",
    "speed": "km/h",
    "step_length": "m",
    "relative_speed": "ratio",
    "froude_number": "ratio",
    "contact_length": "cm",
    "foot_speed_contact": "m/s",
    "contact_time": "ms",
    "flight_time": "ms",
    "duty_factor": "%",
    "knee_flexion_contact": "deg",
    "knee_flexion_stance": "deg",
    "shank_angle_contact": "deg",
    "overstride": "ratio",
    "foot_strike": "deg",
    "heel_recovery": "deg",
    "knee_drive": "deg",
    "vertical_oscillation": "cm",
    "vertical_ratio": "ratio",
    "asymmetry": "%",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(PACKAGED / name, tmp_path / name)
    return tmp_path


def replace(folder: Path, file: str, old: str, new: str) -> None:
    """Break one thing, and be sure that it was there to break."""
    text = (folder / file).read_text()
    assert old in text, f"{file} no longer has {old!r}"
    (folder / file).write_text(text.replace(old, new, 1))


def strings(value: Any, path: str = "") -> list[tuple[str, str]]:
    """Return every string in a parsed TOML file with its path."""
    if isinstance(value, str):
        return [(path, value)]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, part in items for found in strings(part, f"{path}.{key}")]


# --- the loader ------------------------------------------------------------------------------------------------------


def test_a_copy_of_the_folder_is_the_same_knowledge(folder: Path) -> None:
    assert load(folder) == KNOWLEDGE


def test_the_packaged_knowledge_is_read_once() -> None:
    assert load() is KNOWLEDGE
    assert load(PACKAGED) is KNOWLEDGE


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        pytest.param("measures.toml", 'less = "more upright"', 'les = "more upright"', "trunk_lean.les", id="misspelt"),
        pytest.param("bands.toml", "low = 5\n", "low = 5\nslack = 1\n", "trunk_lean.mark", id="unknown"),
        pytest.param(
            "bands.toml", "[knee_drive.reference]", "[knee_drive.refs]", "knee_drive.refs", id="unknown table"
        ),
        pytest.param(
            "bands.toml",
            'kind = "at_least"\nunit = "deg"\n',
            'kind = "at_least"\n',
            "leg_extension.mark.at_least.unit",
            id="mark without unit",
        ),
        pytest.param(
            "muscles.toml",
            'value = 3.27\nunit = "body weights"\n',
            "value = 3.27\n",
            "gluteus_medius.forces.0.unit",
            id="force without unit",
        ),
        pytest.param(
            "home_tests.toml", 'value = 37, unit = "reps"', "value = 37", "heel_raise.norms.0.unit", id="norm no unit"
        ),
        pytest.param("bands.toml", 'unit = "spm"', 'unit = "ms"', "cadence.reference.unit", id="wrong unit"),
        pytest.param(
            "bands.toml", "least = 18", 'least = "18"', "leg_extension.mark.at_least.least", id="text for a number"
        ),
        pytest.param("bands.toml", "5k = 10 }", "5k = 10, mile = 12 }", "trunk_lean.mark", id="unknown effort"),
        pytest.param(
            "drills.toml",
            'sources = ["gluteal_activity"]\n[side_bridge.dose]',
            "sources = []\n[side_bridge.dose]",
            "side_bridge.sources",
            id="claim without source",
        ),
        pytest.param(
            "home_tests.toml", '["van_cant_2016"]', '["van_cant_2061"]', "side_lying_hold.sources", id="lost source"
        ),
        pytest.param(
            "differences.toml",
            'claim_sources = ["nelson_hips"]',
            'claim_sources = ["nelson"]',
            "gluteus_medius_force.claim_sources",
            id="lost source of a claim",
        ),
        pytest.param(
            "bands.toml",
            'sources = ["burns_2019",',
            'sources = ["burns",',
            "cadence.sources",
            id="lost source of doubt",
        ),
        pytest.param(
            "bands.toml",
            'sources = ["city_marathon", "hanley_2020"]\n',
            "",
            "foot_strike.sources",
            id="doubt without source",
        ),
        pytest.param(
            "drills.toml", 'muscles = ["iliopsoas"]', 'muscles = ["psoas"]', "hip_flexor_lunge.muscles", id="muscle"
        ),
        pytest.param("links.toml", 'key = "tall_tilt"', 'key = "tilt"', "trunk_lean.below.drills", id="lost drill"),
        pytest.param("links.toml", 'key = "thomas"', 'key = "tom"', "leg_extension.below.tests", id="lost test"),
        pytest.param("links.toml", "[trunk_lean.always]", "[lean.always]", "lean", id="links of nothing"),
        pytest.param("links.toml", "[trunk_lean.below]", "[trunk_lean.low]", "trunk_lean.low", id="no such verdict"),
        pytest.param("links.toml", "[cadence.above]", "[cadence.within]", "cadence.above", id="verdict unlinked"),
        pytest.param("links.toml", "[knee_drive.always]", "[knee_drive.above]", "knee_drive.above", id="impossible"),
        pytest.param("bands.toml", "[asymmetry]", "[symmetry]", "symmetry", id="band of nothing"),
        pytest.param("bands.toml", "above = ", "over = ", "trunk_lean.mark.range.says.over", id="no words"),
        pytest.param(
            "bands.toml",
            'above = "Your trunk leans {figure} {direction}. ',
            'above = "',
            "trunk_lean.mark.says.above",
            id="sentence without its number",
        ),
        pytest.param("measures.toml", "{figure} {direction}.", "{value}.", "trunk_lean.says", id="unknown field"),
        pytest.param("measures.toml", "from upright.", "from {upright.", "trunk_lean.what", id="open brace"),
        pytest.param("sources.toml", 'doi = "10.1242', 'doi = "https://10.1242', "dorn_2012.doi", id="not a DOI"),
        pytest.param("sources.toml", 'read = "coach"', 'read = "memory"', "tait_hips.read", id="not read"),
        pytest.param("general.toml", 'finding = "leg_extension"', 'finding = "leg"', "sitting", id="sitting"),
        pytest.param("muscles.toml", "rank = 7", "rank = 6", "gluteus_maximus.rank", id="two muscles of one rank"),
        pytest.param(
            "bands.toml",
            'from_mps = 2.5\nto_mps = 4.5\nsources = ["fukuchi_2017", "collegiate',
            'sources = ["fukuchi_2017", "collegiate',
            "leg_extension.reference.from_mps",
            id="a slope without its speeds",
        ),
        pytest.param("measures.toml", "[trunk_lean]", "[trunk_lean", "the whole file", id="not TOML"),
        pytest.param("plan.toml", "most = 3", "most = 0", "most", id="a plan of nothing"),
        pytest.param("plan.toml", "{most}", "{many}", "says.0", id="nothing fills this in"),
        pytest.param("plan.toml", 'key = "band_leg_back"', 'key = "band"', "starter.drills", id="lost starter"),
        pytest.param("plan.toml", "side_gap = 1", "side_gap = -1", "points.side_gap", id="minus points"),
        pytest.param(
            "home_tests.toml", 'unit = "deg"\nbecause', 'unit = "s"\nbecause', "thomas.error", id="error unit"
        ),
        pytest.param(
            "home_tests.toml", "[heel_raise.error]", "[heel_raise.errors]", "heel_raise.error", id="error misspelt"
        ),
        pytest.param("home_tests.toml", "ages = [18, 34]", "ages = [16, 34]", "bridge_box.norms", id="no adults"),
        pytest.param("home_tests.toml", "entry_high = 200", "entry_high = 0", "heel_raise.entry_high", id="no room"),
        pytest.param(
            "home_tests.toml", 'key = "chair_stand"', 'key = "chair"', "sit_to_stand.drills", id="test's drill"
        ),
        pytest.param("drills.toml", "easier = ", "easy = ", "hip_flexor_lunge.easier", id="no easier way"),
        pytest.param("drills.toml", 'finding = "cadence"', 'finding = "pace"', "step_rate_up.not_when", id="not when"),
        pytest.param("drills.toml", "doses = { new", "doses = { old", "strides_100m.doses", id="no such level"),
        pytest.param("plan.toml", 'key = "heel_raise_slow"', 'key = "heels"', "calf", id="lost calf"),
        pytest.param(
            "bands.toml", 'key = "shank', 'key = "shin', "overstride.mark.unusual.together.key", id="no such partner"
        ),
        pytest.param(
            "bands.toml", 'reached = "', 'within_easy = "', "leg_extension.mark.at_least.says", id="no words for easy"
        ),
        pytest.param("bands.toml", "{place}", "{spot}", "trunk_lean.mark.place_words", id="unknown place"),
    ],
)
def test_it_refuses_a_broken_file_and_names_file_and_key(folder: Path, file: str, old: str, new: str, key: str) -> None:
    replace(folder, file, old, new)
    with pytest.raises(SetUpError) as caught:
        load(folder)
    assert file in str(caught.value.what)
    assert key in str(caught.value.what)
    assert str(caught.value.advice)


@pytest.mark.parametrize("file", FILES)
def test_it_refuses_a_missing_file(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(SetUpError, match=file):
        load(folder)


def test_the_version_changes_with_the_contents(folder: Path) -> None:
    replace(folder, "bands.toml", "least = 18", "least = 17")
    assert load(folder).version != KNOWLEDGE.version
    assert re.fullmatch(r"[\d.]+\+[0-9a-f]{8}", KNOWLEDGE.version)


def test_nothing_in_it_can_be_changed() -> None:
    with pytest.raises(TypeError):
        KNOWLEDGE.measures["x"] = KNOWLEDGE.measures["trunk_lean"]  # type: ignore[index]
    with pytest.raises(TypeError):
        KNOWLEDGE.links["cadence"]["always"] = KNOWLEDGE.links["cadence"]["below"]  # type: ignore[index]
    with pytest.raises(TypeError):
        KNOWLEDGE.general.efforts["easy"] = ""  # type: ignore[index]


# --- complete --------------------------------------------------------------------------------------------------------


def test_every_measure_is_explained_in_its_unit() -> None:
    assert {key: text.unit for key, text in KNOWLEDGE.measures.items()} == UNITS


def test_lean_and_extension_are_read_first() -> None:
    assert list(KNOWLEDGE.measures)[:2] == ["trunk_lean", "leg_extension"]


def test_every_measure_has_a_band_a_doubt_or_a_reference() -> None:
    said = {key for key, band in KNOWLEDGE.bands.items() if band.mark or band.reference or band.doubt}
    assert said == set(UNITS)


def test_every_source_is_used() -> None:
    used: set[str] = set()

    def collect(value: object) -> None:
        if is_dataclass(value):
            for field in fields(value):
                part = getattr(value, field.name)
                used.update(part) if field.name in (
                    "sources",
                    "claim_sources",
                    "besides_sources",
                    "gentle_sources",
                ) else collect(part)
        elif isinstance(value, (tuple, list)):
            for part in value:
                collect(part)
        elif hasattr(value, "values"):
            for part in value.values():
                collect(part)

    for name in ("general", *(table for table in FILE_OF if table != "sources")):
        collect(getattr(KNOWLEDGE, name))
    assert used == set(KNOWLEDGE.sources)


def test_every_way_of_reading_grade_and_effort_is_put_in_words() -> None:
    assert set(KNOWLEDGE.general.reads) == set(get_args(Read))
    assert set(KNOWLEDGE.general.grades) == set(get_args(Grade))
    assert set(KNOWLEDGE.general.efforts) == set(get_args(Effort))


def test_a_second_hand_source_is_never_the_sole_ground_of_a_number_shown_as_read() -> None:
    for band in KNOWLEDGE.bands.values():
        if band.reference and {KNOWLEDGE.sources[key].read for key in band.reference.sources} <= {"second-hand"}:
            assert band.reference.second_hand, band.key
    for test in KNOWLEDGE.tests.values():
        for norm in test.norms:
            if all(KNOWLEDGE.sources[key].read == "second-hand" for key in norm.sources):
                assert norm.second_hand, (test.key, norm.who)


def test_the_seven_muscles_stand_in_the_articles_order() -> None:
    assert [muscle.key for muscle in KNOWLEDGE.muscles.values()] == [
        "soleus",
        "quads",
        "gluteus_medius",
        "hamstrings",
        "iliopsoas",
        "gastrocnemius",
        "gluteus_maximus",
    ]
    assert [muscle.rank for muscle in KNOWLEDGE.muscles.values()] == [1, 2, 3, 4, 5, 6, 7]


def test_every_muscle_has_a_test_and_a_drill() -> None:
    for table in (KNOWLEDGE.tests, KNOWLEDGE.drills):
        covered = {muscle for entry in table.values() for muscle in entry.muscles}
        assert covered == set(KNOWLEDGE.muscles)


def test_every_home_test_can_be_compared_somehow() -> None:
    for test in KNOWLEDGE.tests.values():
        assert test.error.typical > 0, test.key
        assert all(norm.unit == test.unit for norm in test.norms), test.key


def test_all_claims_are_told_in_order() -> None:
    assert [row.place for row in KNOWLEDGE.differences.values()] == list(range(1, 22))


@pytest.mark.parametrize(
    ("finding", "verdict"),
    [
        ("trunk_lean", "below"),
        ("trunk_lean", "above"),
        ("leg_extension", "below"),
        ("hip_bend", "above"),
        ("hip_bend", "below"),
        ("overstride", "above"),
        ("vertical_oscillation", "above"),
        ("duty_factor", "above"),
        ("cadence", "below"),
        ("cadence", "above"),
    ],
)
def test_a_verdict_outside_the_mark_leads_to_a_muscle_a_test_and_a_drill_with_reasons(
    finding: str, verdict: Any
) -> None:
    links = KNOWLEDGE.links_of(finding, verdict)
    assert links.muscles
    assert links.tests
    assert links.drills
    for link in links.muscles + links.tests + links.drills:
        assert link.because.endswith(".")
        assert link.sources


def test_links_of_a_finding_that_is_not_known_are_empty() -> None:
    links = KNOWLEDGE.links_of("arm_swing", "described")
    assert (links.muscles, links.tests, links.drills) == ((), (), ())


def possible(key: str) -> list[Verdict]:
    """Return the verdicts that a figure can get."""
    mark = KNOWLEDGE.bands[key].mark if key in KNOWLEDGE.bands else None
    if mark is None:
        return ["described"]
    return [*(verdict for verdict in mark.worded if verdict != "reached"), "described"]


def test_every_finding_and_verdict_leads_to_a_muscle_a_test_and_a_drill_each_with_its_reason_and_source(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = []
    for key in KNOWLEDGE.measures:
        for verdict in possible(key):
            links = KNOWLEDGE.links_of(key, verdict)
            row = (links.muscles, links.tests, links.drills)
            assert all(row), (key, verdict)
            for kind, table in zip(row, (KNOWLEDGE.muscles, KNOWLEDGE.tests, KNOWLEDGE.drills), strict=True):
                assert len({link.key for link in kind}) == len(kind), (key, verdict, "the same twice")
                for link in kind:
                    assert link.key in table
                    assert link.because.endswith(".")
                    assert link.sources
                    assert set(link.sources) <= set(KNOWLEDGE.sources)
            sources = {source for kind in row for link in kind for source in link.sources}
            rows.append((key, verdict, *(len(kind) for kind in row), len(sources)))
    with capsys.disabled():
        print(f"\n{'finding':26}{'verdict':20}muscles  tests  drills  sources")  # noqa: T201
        for key, verdict, muscles, tests, drills, sources in rows:
            print(f"{key:26}{verdict:20}{muscles:7}{tests:7}{drills:8}{sources:9}")  # noqa: T201
    assert {row[0] for row in rows} == set(UNITS)


def test_a_test_leads_to_drills_that_train_what_it_tests() -> None:
    for test in KNOWLEDGE.tests.values():
        for link in test.drills:
            assert set(KNOWLEDGE.drills[link.key].muscles) & set(test.muscles), (test.key, link.key)


def test_every_drill_can_come_into_a_plan() -> None:
    links = [links for by in KNOWLEDGE.links.values() for verdict, links in by.items() if verdict in ("below", "above")]
    reached = {link.key for each in links for link in each.drills}
    reached |= {link.key for test in KNOWLEDGE.tests.values() for link in test.drills}
    reached |= {link.key for starter in (KNOWLEDGE.plan.starter, KNOWLEDGE.plan.junior) for link in starter.drills}
    assert reached == set(KNOWLEDGE.drills)


# --- the numbers, as facts -------------------------------------------------------------------------------------------


def forces(knowledge: Knowledge, muscle: str) -> list[float]:
    return [force.value for force in knowledge.muscles[muscle].forces]


def norms(test: str, **where: Any) -> list[float]:
    return [
        norm.value
        for norm in KNOWLEDGE.tests[test].norms
        if all(getattr(norm, name) == value for name, value in where.items())
    ]


def test_forces_are_as_in_the_studies() -> None:
    assert forces(KNOWLEDGE, "gluteus_medius") == [3.27, 3.53, 2.92]
    assert [force.value for force in KNOWLEDGE.muscles["gluteus_medius"].own_forces] == [3.27]
    assert forces(KNOWLEDGE, "iliopsoas") == [1.97, 1.34]
    assert forces(KNOWLEDGE, "hamstrings") == [1.38, 0.53, 0.85, 0.39]
    assert forces(KNOWLEDGE, "gluteus_maximus") == [0.38, 2.22, 1.61]
    assert forces(KNOWLEDGE, "quads") == [0.91, 0.82]
    assert forces(KNOWLEDGE, "gastrocnemius") == [3.23]
    slow, fast = KNOWLEDGE.muscles["soleus"].forces
    assert (slow.relation, slow.value, slow.second_hand) == ("up to", 6.7, True)
    assert (fast.value, fast.speeds_mps, fast.second_hand) == (8.71, (6.96, 6.96), True)
    assert round(slow.value * 70) == 469


def test_forces_in_body_weights_follow_from_newtons_per_kilogram() -> None:
    for muscle, per_kg in (
        ("gluteus_medius", (32.05, 34.60, 28.65)),
        ("iliopsoas", (19.29, 13.19)),
        ("hamstrings", (13.54, 5.19, 8.38, 3.83)),
        ("quads", (8.93, 8.00)),
    ):
        assert forces(KNOWLEDGE, muscle) == [round(value / 9.81, 2) for value in per_kg]


def test_the_heel_raise_table_by_age() -> None:
    assert norms("heel_raise", sex="men", kind="model") == [37, 32, 28, 23, 19, 14, 10]
    assert norms("heel_raise", sex="women", kind="model") == [30, 27, 24, 21, 19, 16, 13]
    assert norms("heel_raise", kind="median") == [24, 21, 25, 24]


def test_the_other_home_tests() -> None:
    assert norms("sit_to_stand") == [25, 32]
    assert norms("side_plank_raised") == [40]
    assert norms("side_plank_floor", sex="all") == [54, 55]
    assert norms("side_plank_floor", sex="men") == [38.95, 34.08, 28.75, 25.45, 20.66, 14.42]
    assert norms("side_plank_floor", sex="women") == [47.14, 39.85, 33.02, 28.73, 23.52, 18.12]
    assert norms("bridge_box") == [25, 33.6, 27]
    assert KNOWLEDGE.tests["bridge_box"].norms[0].around == (20, 30)
    assert norms("bridge_hold") == [65.2, 63.9, 81, 23]
    assert norms("thomas") == [0, -11.9]
    assert KNOWLEDGE.tests["heel_raise"].gap_share_percent == 20


@pytest.mark.parametrize(
    ("measure", "speed_mps", "low", "high", "within"),
    [
        ("leg_extension", 2.5, 17.2 - 6, 17.2 + 6, 0.5),
        ("leg_extension", 3.5, 22.9 - 6, 22.9 + 6, 0.5),
        ("leg_extension", 4.5, 27.6 - 6, 27.6 + 6, 0.5),
        ("trunk_lean", 3.4, 7.3 - 3.6, 7.3 + 3.6, 0.01),
        ("cadence", 2.5, 154 - 9, 162 + 9, 0.6),
        ("cadence", 3.5, 163 - 9, 171 + 9, 1.1),
        ("cadence", 4.5, 172 - 9, 183 + 9, 0.6),
        ("overstride", 2.5, 0.20 - 0.05, 0.20 + 0.05, 0.005),
        ("overstride", 4.5, 0.28 - 0.05, 0.28 + 0.05, 0.005),
        ("heel_recovery", 3.5, 106.3, 106.3, 1.5),
        ("knee_drive", 3.5, 36.3, 36.3, 0.1),
        ("shank_angle_contact", 3.5, 11.0, 11.0, 0.7),
        ("foot_strike", 3.5, 14.6, 14.6, 0.6),
        ("hip_ankle_extension", 3.5, 28.3, 28.3, 0.01),
        ("duty_factor", 2.5, 35.8, 39.4, 0.9),
        ("duty_factor", 4.5, 28.6, 32.8, 0.9),
        ("leg_extension_at_toe_off", 2.5, 14.2, 17.2, 0.4),
        ("leg_extension_at_toe_off", 3.5, 15.9, 22.2, 0.4),
        ("knee_flexion_contact", 3.0, 17.8 - 4.0, 17.8 + 4.0, 0.01),
        ("knee_flexion_stance", 3.0, 46.3 - 4.5, 46.3 + 4.5, 0.01),
        ("contact_time", 2.7, 283, 299, 0.01),
        ("flight_time", 2.92, 83, 83, 0.01),
        ("vertical_oscillation", 2.75, 7.7 - 1.2, 7.7 + 1.2, 0.01),
    ],
)
def test_references_are_as_in_the_studies(
    measure: str, speed_mps: float, low: float, high: float, within: float
) -> None:
    reference = KNOWLEDGE.bands[measure].reference
    assert reference is not None
    assert reference.low.at(speed_mps) == pytest.approx(low, abs=within)
    assert reference.high.at(speed_mps) == pytest.approx(high, abs=within)


def test_the_coachs_three_drills_have_his_doses() -> None:
    doses = {key: KNOWLEDGE.drills[key].dose for key in ("hip_flexor_lunge", "band_leg_back", "strides_100m")}
    stretch, band, strides = doses.values()
    assert (stretch.sets, stretch.hold_s, stretch.each_side) == (3, 30, True)
    assert (band.sets, band.reps_low, band.reps_high, band.each_side) == (3, 8, 16, True)
    assert (strides.reps_low, strides.reps_high, strides.distance_m, strides.each_side) == (8, 16, 100, False)
    assert all(dose.sources == ("tait_hips",) for dose in doses.values())


def test_the_pace_slip_is_put_right() -> None:
    row = KNOWLEDGE.differences["pace_of_the_study"]
    for speed_mps, pace in ((3.8, "4:23"), (2.4, "6:57")):
        seconds = round(1000 / speed_mps)
        assert f"{seconds // 60}:{seconds % 60:02d}" == pace
        assert pace in row.says
    assert "4:43" in row.claim


# --- the words -------------------------------------------------------------------------------------------------------

NEVER = re.compile(
    r"diagnos|treat|cure|therap|rehabilit|injur|prevent|\brisks?\b|\bweak|\bfail|\bpass(ed|es)?\b|disorder|abnormal"
    r"|patholog|\bpatients?\b|\bfault(y|s)\b|\bsymptom|disease|clinical|\bshould correct|\bbad\b|\bwrong\b|\bpoor\b",
    re.IGNORECASE,
)
WORDS = [
    (f"{file}{path}", text)
    for file in FILES
    for path, text in strings(tomllib.loads((PACKAGED / file).read_text()))
    if not path.endswith(".journal")  # a journal's name is its own
]


def test_no_word_of_medicine_or_blame() -> None:
    assert not [(path, text) for path, text in WORDS if NEVER.search(text)]


def test_the_guard_over_words_can_fail() -> None:
    for text in ("Weak glutes", "injury risk", "it prevents pain", "a diagnosis", "a failed test", "rehabilitation"):
        assert NEVER.search(text)


def test_sentences_are_short() -> None:
    sentences = [(path, sentence) for path, text in WORDS for sentence in re.split(r"(?<=[.!?]) ", text)]
    assert not [(path, sentence) for path, sentence in sentences if len(sentence.split()) > 26]


def test_no_figure_that_was_only_remembered_is_shipped() -> None:
    everything = " ".join(text for _, text in WORDS)
    for remembered in ("jospt.2014", "3.96", "PAR-Q", "Novacheck", "94 to 97", "McGill", "31 %", "50 %"):
        assert remembered not in everything
