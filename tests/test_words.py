"""Every word that is shown: nothing medical, no blame, easy to read, and no number that the knowledge does not hold."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import textstat

from core.knowledge import FILE_OF, PACKAGED, SINGLE, load
from core.paths import ROOT
from core.storage.lives import REPORT_LIFE, VIDEO_LIFE
from view.site import WELLNESS

KNOWLEDGE = load()
SHOWING = sorted(
    [
        ROOT / "home.py",
        *(ROOT / "pages").glob("*.py"),
        *(ROOT / "pages" / "components").rglob("*.py"),
        *(ROOT / "view").rglob("*.py"),
    ]
)
SAYING = sorted([*(ROOT / "core").rglob("*.py")])
SCRIPTS = sorted((ROOT / "pages" / "components").rglob("*.js"))
PLAIN = sorted((ROOT / "web" / "templates").glob("*.html"))
PICTURES = sorted((ROOT / "view" / "drawing").glob("*.toml"))
TOML = [PACKAGED / name for name in (*SINGLE, *FILE_OF.values())]
TRAINING = [ROOT / "pages" / name for name in ("strength.py", "plan.py")] + [
    ROOT / "pages" / "components" / name
    for name in ("testing.py", "planning.py", "entries.py", "metronome/__init__.py")
]

MEDICINE = re.compile(
    r"\bdiagnos|\btreat(s|ed|ing|ment)?\b|\bcur(e|es|ed)\b|therap|rehabilit|\binjur|prevent|\brisk|disorder|abnormal"
    r"|patholog|\bpatients?\b|\bsymptom|disease|clinical|\bscreening",
    re.IGNORECASE,
)
BLAME = re.compile(
    r"\bweak|\bfail(s|ed|ing|ure)?\b|\bpass(ed)?\b|\bfaulty\b|\bshould correct|\babnormal", re.IGNORECASE
)
HARDEST_GRADE = 8
NO_WORDS = {"button quiet", "no picture"}
"""What looks like words in a script and is none: a pair of class names, an error that nobody sees."""


def prose(text: str) -> bool:
    """Return whether a string is written for people: words with spaces between, and no markup or style."""
    markup = re.match(r"\s*<", text) or re.search(r"\{[^}]*:[^}]*;|function \(", text)
    return bool(re.search(r"[A-Za-z]{2,},? [A-Za-z]", text)) and not markup


def of_python(path: Path) -> list[str]:
    """Return the prose in a file's strings: the parts of an f-string one by one, no docstrings, no lists of exported names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "lazily":
            bare |= {id(keyword.value) for keyword in node.keywords}
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [node.value for node in strings if id(node) not in bare and prose(node.value)]


def of_script(path: Path) -> list[str]:
    """Return the prose in a script's strings."""
    return [text for text in re.findall(r'["`]([^"`\n]+)["`]', path.read_text(encoding="utf-8")) if prose(text)]


def of_page(path: Path) -> list[str]:
    """Return the prose in a plain page: what it asks the catalogue for."""
    asked = re.findall(r"""_\((['"])(.+?)\1[,)]""", path.read_text(encoding="utf-8"))
    return [text for _, text in asked if prose(text)]


def bare_in_page(path: Path) -> list[str]:
    """Return what stands between a plain page's tags and is not asked of the catalogue."""
    source = path.read_text(encoding="utf-8")
    text = re.sub(r"<style>.*?</style>|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    return [piece.strip() for piece in re.findall(r">([^<]+)<", text) if re.search(r"[A-Za-z]{2}", piece)]


def of_toml(path: Path) -> list[str]:
    """Return the prose in a TOML file, but no journal's name, which is its own."""

    def inside(value: Any, key: str) -> Iterator[str]:
        if isinstance(value, dict):
            for name, part in value.items():
                yield from inside(part, name)
        elif isinstance(value, list):
            for part in value:
                yield from inside(part, key)
        elif isinstance(value, str) and key not in ("journal", "ref", "authors") and prose(value):
            yield value

    return list(inside(tomllib.loads(path.read_text(encoding="utf-8")), ""))


@cache
def all_words() -> list[tuple[Path, str]]:
    """Return every text with its file; reading all of them takes long, and each process of the tests imports this module."""
    kinds = (
        ([*SHOWING, *SAYING], of_python),
        (PLAIN, of_page),
        (SCRIPTS, of_script),
        ([*TOML, *PICTURES], of_toml),
    )
    return [(path, text) for paths, texts_of in kinds for path in paths for text in texts_of(path)]


def without_disclaimer(text: str) -> str:
    """Return a text without what it must say of itself: that it is not medical."""
    return text.replace(WELLNESS, "")


def test_there_are_words_to_look_at() -> None:
    seen = {path.parent.name if path.name == "__init__.py" else path.name for path, _ in all_words()}
    expected = {
        "home.py",
        "strength.py",
        "plan.py",
        "results.py",
        "metronome",
        "shared.html",
        "drills.toml",
        "exercises.toml",
    }
    assert expected <= seen
    assert len(all_words()) > 800


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_has_no_words_of_its_own(path: Path) -> None:
    assert [text for text in of_script(path) if text not in NO_WORDS and "${" not in text] == []


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.name)
def test_a_plain_page_asks_the_catalogue_for_its_words(path: Path) -> None:
    assert set(bare_in_page(path)) <= {"Stride Check", "· Stride Check"}


def test_no_word_of_medicine() -> None:
    assert not [(path.name, text) for path, text in all_words() if MEDICINE.search(without_disclaimer(text))]


def test_nobody_is_blamed_or_failed() -> None:
    shown = [(path, text) for path, text in all_words() if ROOT / "core" not in path.parents]
    assert not [(path.name, text) for path, text in shown if BLAME.search(text)]


def test_the_guards_can_bite() -> None:
    for text in ("injury risk", "it prevents pain", "a diagnosis", "we treat this", "rehabilitation"):
        assert MEDICINE.search(text)
    for text in ("weak glutes", "you failed", "you passed the test"):
        assert BLAME.search(text)
    for text in ("on a treadmill", "run past", "a procured mat", "secure the band"):
        assert not MEDICINE.search(text)
        assert not BLAME.search(text)


# --- easy to read ----------------------------------------------------------------------------------------------------


def sentences(texts: list[str]) -> str:
    """Return the whole sentences among texts as one text."""
    plain = [re.sub(r":[a-z-]+\[|\]\(\S+\)|[\]*“”]|:material/\S+:", "", text) for text in texts]
    whole = [part for text in plain for part in re.findall(r"[A-Z0-9][^.!?\n]*[^.!?\n\d][.!?]", text)]
    return " ".join(part for part in whole if len(part.split()) >= 4)


def grade(text: str) -> float:
    """Return the harder of two measures that count letters, words and sentences, and so need no list of syllables."""
    return max(textstat.automated_readability_index(text), textstat.coleman_liau_index(text))


def test_the_measure_tells_easy_from_hard() -> None:
    hard = (
        "Notwithstanding considerable methodological heterogeneity, biomechanical interventions demonstrated efficacy."
    )
    assert grade("Rise as high as you can each time. Count, and keep the beat.") < 5
    assert grade(hard) > 14


GROUPS = {path.name: of_toml(path) for path in [*TOML, *PICTURES]}
GROUPS |= {path.name: of_python(path) for path in SHOWING if path.parent in (ROOT, ROOT / "pages")}
GROUPS |= {
    part: [text for path in SHOWING if ROOT / part in path.parents for text in of_python(path)]
    for part in ("pages/components", "view")
}
GRADED = {name: text for name, texts in GROUPS.items() if len((text := sentences(texts)).split()) >= 30}


def test_enough_of_it_is_graded() -> None:
    assert {"record.py", "about.py", "pages/components", "view", *(path.name for path in TOML)} <= set(GRADED)


@pytest.mark.parametrize("name", GRADED)
def test_it_reads_at_or_below_grade_8(name: str) -> None:
    assert grade(GRADED[name]) <= HARDEST_GRADE


def test_no_sentence_of_the_training_pages_is_long() -> None:
    texts = [text for path, text in all_words() if path in TRAINING or path.name in ("drills.toml", "home_tests.toml")]
    long = [part for text in texts for part in re.split(r"(?<=[.!?]) ", text) if len(part.split()) > 26]
    assert long == []


# --- numbers in prose are the knowledge's ----------------------------------------------------------------------------


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)]


@pytest.mark.parametrize("drill", KNOWLEDGE.drills.values(), ids=KNOWLEDGE.drills)
def test_a_dose_says_its_own_numbers(drill) -> None:
    dose, told = drill.dose, numbers(drill.dose.says)
    held = [
        dose.sets if dose.sets and dose.sets > 1 else None,
        dose.reps_low,
        dose.reps_high,
        dose.hold_s,
        dose.distance_m,
    ]
    held = list(dict.fromkeys(float(number) for number in held if number is not None))
    if drill.key == "step_rate_up":
        assert (told, dose.hold_s) == ([5, 1], 60)
    elif drill.key == "play_skips":
        assert "minutes" in dose.says
    elif drill.key == "band_knee_drive":
        assert told == [*held, KNOWLEDGE.general.training.days_per_week_high]
    else:
        assert told == held
    assert dose.each_side == ("each side" in dose.says)
    for number in re.findall(r"repeats up to (\d+)", drill.progress):
        assert int(number) == dose.reps_high


def test_training_rules_say_their_own_numbers() -> None:
    training, rules = KNOWLEDGE.general.training, KNOWLEDGE.general.test_rules
    assert numbers(training.says) == [
        training.days_per_week_low, training.days_per_week_high, training.rest_hours,
        training.retest_weeks_low, training.retest_weeks_high,
    ]  # fmt: skip
    assert f"Rest for {rules.rest_min} minutes between legs." in rules.before


@pytest.mark.parametrize("test", KNOWLEDGE.tests.values(), ids=KNOWLEDGE.tests)
def test_a_home_test_says_its_own_numbers(test) -> None:
    if test.beat:
        assert numbers(test.beat.says) == [test.beat.per_min]
        assert not [step for step in test.protocol if "beats" in step and numbers(step) != [test.beat.per_min]]
    else:
        assert "metronome" not in " ".join(test.protocol)
    told = set(numbers(test.error.because))
    # How many people were measured, and the difference of a week that the typical error of the heel raise follows from.
    assert told <= {test.error.typical, 24, 52, 6, 32}
    assert not told or test.error.typical in told


def test_body_weights_in_prose_are_those_of_the_muscles() -> None:
    forces = {force.value for muscle in KNOWLEDGE.muscles.values() for force in muscle.forces}
    rounded = {round(force, 1) for force in forces}
    # Read in the same table, of muscles or step rates without an entry; the 4 is the article's claim and the load of a raise. The
    # 2 to 3 and 3.5 to 4 are web pages' of the gastrocnemius, the 2 the ground's share of the soleus, the 8.3 the heel cord's.
    others = {2.08, 2.3, 4.0, 2.0, 3.0, 3.5, 8.3}
    pattern = re.compile(r"(\d+(?:\.\d+)?)(?: times)? body weights?")
    told = [(path.name, float(value)) for path, text in all_words() if path in TOML for value in pattern.findall(text)]
    assert len(told) > 8
    assert not [pair for pair in told if pair[1] not in forces | rounded | others]


@pytest.mark.parametrize("path", TRAINING, ids=lambda path: path.name)
def test_pages_of_training_write_no_number_of_their_own(path: Path) -> None:
    assert not [text for text in of_python(path) if re.search(r"\d", re.sub(r"<[^>]+>|:[a-z]+/\w+:", "", text))]


def test_pages_promise_the_days_that_the_store_keeps() -> None:
    told = [int(days) for path, text in all_words() if path in SHOWING for days in re.findall(r"(\d+) days", text)]
    assert told
    assert set(told) <= {REPORT_LIFE.days, VIDEO_LIFE.days}
