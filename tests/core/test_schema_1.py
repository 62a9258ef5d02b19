"""Reports and refusals that an earlier version stored: read as messages, and worded as that version worded them.

`tests/schema_1` was written by the last version with schema 1, with what its readers saw in English and in Spanish: the demo
report, reports of simulated runs, one of the builders, one with a finding in every position (`findings_*`), and one with every
sentence that the library could store (`messages`).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from core.errors import AnalysisStopped
from core.i18n.message import Message
from core.i18n.translate import WRITTEN_IN, catalogue, speaking
from core.model import schema_1
from core.model.measures import Missing
from core.model.report import SCHEMA, Report
from core.paths import ROOT
from core.storage.job import refusal_from_json, refusal_to_json

KEPT = ROOT / "tests" / "schema_1"
REPORTS = sorted(path for path in KEPT.glob("*.json") if path.stem != "refusals")
REFUSALS = json.loads((KEPT / "refusals.json").read_text(encoding="utf-8"))
NOBODYS = {"built", "unknown"}
"""Reports of sentences that no version says: they stay English for everybody."""


def worded(report: Report) -> dict[str, Any]:
    """Return every sentence of a report in the current language, as `tests/schema_1` holds them."""

    def said(message: Message | None) -> str:
        return "" if message is None else str(message)

    return {
        "quality": [[said(check.what), said(check.advice)] for check in report.quality],
        "measures": {
            key: [None, said(one.missing_because)] if isinstance(one, Missing) else [said(one.word), None]
            for key, one in report.measures.items()
            if isinstance(one, Missing) or one.word
        },
        "findings": {
            finding.key: [
                said(finding.says),
                said(finding.doubt),
                finding.mark and said(finding.mark.label),
                finding.reference and said(finding.reference.label),
            ]
            for finding in report.findings
        },
    }


def messages(plain: Any) -> list[dict[str, Any]]:
    """Return the messages in plain JSON, also those inside of others."""
    if isinstance(plain, list):
        return [message for part in plain for message in messages(part)]
    if not isinstance(plain, dict):
        return []
    inside = [message for part in plain.values() for message in messages(part)]
    return [plain, *inside] if {"id", "values"} <= plain.keys() else inside


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_a_stored_report_is_worded_as_before(path: Path, language: Any) -> None:
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["report"]["schema"] == "stride-check/report/1"
    report = Report.from_json(json.dumps(kept["report"]))
    assert report.schema == SCHEMA
    with speaking(language):
        assert worded(report) == kept["worded"][language]
        again = Report.from_json(report.to_json())
        assert worded(again) == kept["worded"][language]
    assert again == report


@pytest.mark.parametrize("path", [path for path in REPORTS if path.stem not in NOBODYS], ids=lambda path: path.stem)
def test_each_sentence_finds_its_message(path: Path) -> None:
    report = Report.from_json(json.dumps(json.loads(path.read_text(encoding="utf-8"))["report"]))
    known = {message.id for message in catalogue("es")} | {"{first} {second}"}
    lost = [message["id"] for message in messages(report.to_dict()) if message["id"] not in known]
    assert lost == []


LATER = {"strength": "plain", "tick": None, "under_18": False, "hand_frames": None, "by_hand": None, "other_leg": None}
"""Fields that were added since, as an old report has them."""


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_nothing_but_sentences_changes(path: Path) -> None:
    def bare(plain: Any) -> Any:
        if isinstance(plain, list):
            return [bare(part) for part in plain]
        if isinstance(plain, dict):
            drop = {"what", "advice", "word", "missing_because", "says", "doubt", "label", "schema"}
            drop |= {key for key in plain.keys() & LATER.keys() if plain[key] == LATER[key]}
            return {key: bare(part) for key, part in plain.items() if key not in drop}
        return plain

    old = json.loads(path.read_text(encoding="utf-8"))["report"]
    assert bare(Report.from_json(json.dumps(old)).to_dict()) == bare(old)


@pytest.mark.parametrize("name", REFUSALS)
def test_a_stored_refusal_is_worded_as_before(name: str) -> None:
    refused = refusal_from_json(REFUSALS[name]["refusal"])
    assert isinstance(refused, AnalysisStopped) == (name == "stopped")
    for language, told in REFUSALS[name]["worded"].items():
        for one in (refused, refusal_from_json(refusal_to_json(refused))):
            assert [one.what.worded(language), one.advice.worded(language)] == told


def test_a_sentence_of_no_version_stays_as_it_is() -> None:
    for text in ("A sentence that nobody wrote, at {time}.", "Lean.", "for"):
        assert schema_1.message_of(text) == Message(text)
        assert schema_1.message_of(text).worded("es") == text


def test_what_was_filled_in_is_a_message_or_a_number_again() -> None:
    found = schema_1.message_of("The feet are out of the picture again and again, 43% of the time.")
    assert found.values == {
        "part": Message("feet"),
        "when": Message("again and again, {share:.0%} of the time", {"share": 0.43}),
    }
    assert found.worded(WRITTEN_IN) == "The feet are out of the picture again and again, 43% of the time."
    assert not re.search("feet|picture|again", found.worded("es"))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "stride-check/report/1"}', '{"schema": "other"}'])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a stride-check/report/2"):
        Report.from_json(text)
