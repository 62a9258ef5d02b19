"""All knowledge files together, and the error for one that cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.errors import SetUpError
from core.i18n.message import message as _
from core.i18n.translate import Language
from core.knowledge.home_test_types import HomeTest
from core.knowledge.rules import General, PlanRule
from core.knowledge.targets import BandData
from core.knowledge.types import Difference, Drill, Links, LinksByVerdict, MeasureText, Muscle, Source
from core.model.measures import MeasureKey
from core.model.report import Verdict

ADVICE = _("Put the knowledge files back as they were released, or correct the key that is named.")
FILE_OF = MappingProxyType(
    {
        "sources": "sources.toml",
        "measures": "measures.toml",
        "bands": "bands.toml",
        "muscles": "muscles.toml",
        "drills": "drills.toml",
        "tests": "home_tests.toml",
        "links": "links.toml",
        "differences": "differences.toml",
    }
)
SINGLE = ("general.toml", "plan.toml")
"""Files that hold one entry, not a table of entries."""


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """All knowledge files, checked against one another; every table keeps the order of its file.

    Attributes
    ----------
    version : str
        The release, and a hash of the files' contents: reports of different versions can differ.
    language : {'en', 'es'}
        The language of its texts.
    """

    version: str
    language: Language
    general: General
    plan: PlanRule
    sources: Mapping[str, Source]
    measures: Mapping[MeasureKey, MeasureText]
    bands: Mapping[MeasureKey, BandData]
    muscles: Mapping[str, Muscle]
    drills: Mapping[str, Drill]
    tests: Mapping[str, HomeTest]
    links: Mapping[MeasureKey, LinksByVerdict]
    differences: Mapping[str, Difference]

    def links_of(self, finding_key: MeasureKey, verdict: Verdict) -> Links:
        """Return the links of a finding: those of every verdict first, then those of its own verdict."""
        of_finding = self.links.get(finding_key, {})
        own = of_finding.get(verdict) or of_finding.get("otherwise", Links())
        return of_finding.get("always", Links()) + own


def broken_file(file: str, key: str, problem: str) -> SetUpError:
    """Return the error for a key of a file that has a problem."""
    what = _("The knowledge file {file} cannot be used: {key}: {problem}.", file=file, key=key, problem=problem)
    return SetUpError(what, ADVICE)
