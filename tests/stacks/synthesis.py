"""Synthesises a configuration and reads the templates by meaning."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk

from stacks.application import build, check
from stacks.config import Config, load

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "config" / "example.yaml"

Resource = Mapping[str, Any]


def example() -> Config:
    """The configuration that is shipped."""
    return load(EXAMPLE)


@dataclass(frozen=True)
class Synthesised:
    """The templates of one app; logical ids are unique over its stacks."""

    folder: Path
    templates: Mapping[str, Mapping[str, Any]]

    def of_type(self, kind: str) -> dict[str, Resource]:
        """Logical id → resource of one CloudFormation type, over all stacks."""
        return {name: item for name, item in self._resources() if item["Type"] == kind}

    def one(self, kind: str, beginning: str = "") -> Resource:
        """The only resource of a type whose logical id begins so."""
        found = [item for name, item in self.of_type(kind).items() if name.startswith(beginning)]
        assert len(found) == 1, f"{len(found)} of {kind} begin with {beginning!r}"
        return found[0]

    def named(self, reference: Any) -> str:
        """A reference in words: `NumberPoolTable.Arn`, whichever stack it points into.

        The hash that the CDK puts at the end of logical ids is left out.
        """
        match reference:
            case str():
                return reference
            case {"Ref": str(name)}:
                return name if name.startswith("AWS::") else _plain(name)
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                return f"{_plain(name)}.{attribute}"
            case {"Fn::ImportValue": str(export)}:
                return self.named(self._export(export))
            case {"Fn::Join": [str(glue), list(parts)]}:
                return glue.join(self.named(part) for part in parts)
        raise AssertionError(f"an unexpected reference: {reference}")

    def artifact(self, folder_of: str) -> Path:
        """The staged code of the function whose logical id begins so."""
        key = self.one("AWS::Lambda::Function", folder_of)["Properties"]["Code"]["S3Key"]
        for manifest in self.folder.glob("*.assets.json"):
            for asset in json.loads(manifest.read_text())["files"].values():
                keys = [place["objectKey"] for place in asset["destinations"].values()]
                if key in keys:
                    return self.folder / str(asset["source"]["path"])
        raise AssertionError(f"no asset for {folder_of}")

    def _resources(self) -> Iterator[tuple[str, Resource]]:
        for template in self.templates.values():
            yield from template["Resources"].items()

    def _export(self, name: str) -> Any:
        for template in self.templates.values():
            for output in template.get("Outputs", {}).values():
                if output.get("Export", {}).get("Name") == name:
                    return output["Value"]
        raise AssertionError(f"nothing exports {name}")


def _plain(logical_id: str) -> str:
    tail = logical_id[-8:]
    hashed = len(logical_id) > 8 and all(letter in "0123456789ABCDEF" for letter in tail)
    return logical_id[:-8] if hashed else logical_id


def synthesise(config: Config, folder: Path, *, checked: bool) -> Synthesised:
    """Synthesise into a folder; `checked` lets cdk-nag fail it."""
    app = cdk.App(outdir=str(folder))
    build(config, app)
    if checked:
        check(app)
    app.synth()
    templates = {
        path.name.removesuffix(".template.json"): json.loads(path.read_text())
        for path in sorted(folder.glob("*.template.json"))
    }
    return Synthesised(folder, templates)
