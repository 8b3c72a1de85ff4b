"""The cloud assembly that the CDK writes: its templates, and where each function's code lies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.errors import LocalError

Json = Any
Template = Mapping[str, Json]
DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True)
class StackTemplate:
    """One stack of the assembly, as it would be deployed."""

    name: str
    template: Template

    def resources(self) -> Mapping[str, Mapping[str, Json]]:
        """Logical id → resource, in the template's order."""
        resources: Mapping[str, Mapping[str, Json]] = self.template.get("Resources", {})
        return resources


@dataclass(frozen=True)
class Assembly:
    """The stacks in deployment order, and the asset folder behind each S3 object key."""

    stacks: tuple[StackTemplate, ...]
    assets: Mapping[str, Path]
    region: str = DEFAULT_REGION


def read(folder: Path) -> Assembly:
    """Read an assembly's folder (manifest.json and what it names)."""
    manifest = json.loads((folder / "manifest.json").read_text())
    artifacts: dict[str, Json] = manifest.get("artifacts", {})
    stacks = {
        artifact_id: artifact
        for artifact_id, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    ordered: list[str] = []
    for artifact_id in stacks:
        _place(artifact_id, stacks, ordered)
    templates = tuple(
        StackTemplate(
            stacks[artifact_id]["properties"].get("stackName", artifact_id),
            json.loads((folder / stacks[artifact_id]["properties"]["templateFile"]).read_text()),
        )
        for artifact_id in ordered
    )
    return Assembly(templates, _asset_folders(folder, artifacts), _region(stacks))


def _region(stacks: Mapping[str, Json]) -> str:
    """The region of the stacks' environment (aws://ACCOUNT/REGION), where they have one."""
    for artifact in stacks.values():
        region: str = artifact.get("environment", "").rpartition("/")[2]
        if region and not region.startswith("unknown"):
            return region
    return DEFAULT_REGION


def _place(artifact_id: str, stacks: Mapping[str, Json], ordered: list[str]) -> None:
    if artifact_id in ordered or artifact_id not in stacks:
        return
    for dependency in stacks[artifact_id].get("dependencies", []):
        _place(dependency, stacks, ordered)
    ordered.append(artifact_id)


def _asset_folders(folder: Path, artifacts: Mapping[str, Json]) -> dict[str, Path]:
    """Object key → staged folder; several keys may name one folder."""
    found: dict[str, Path] = {}
    for artifact in artifacts.values():
        if artifact["type"] != "cdk:asset-manifest":
            continue
        assets = json.loads((folder / artifact["properties"]["file"]).read_text())
        for asset in assets.get("files", {}).values():
            path = folder / asset["source"].get("path", "")
            for destination in asset["destinations"].values():
                found[destination["objectKey"]] = path
    return found


def code_folder(assembly: Assembly, logical_id: str, properties: Mapping[str, Json]) -> Path:
    """The folder that a Lambda function's code property names.

    Raises LocalError when the code is not an asset of this assembly.
    """
    key = properties.get("Code", {}).get("S3Key")
    if not isinstance(key, str) or key not in assembly.assets:
        raise LocalError(f"Function {logical_id}: its code ({key!r}) is no asset of this app.")
    return assembly.assets[key]
