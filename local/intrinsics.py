"""CloudFormation's intrinsic functions, as far as our templates use them; the rest is an error."""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.errors import LocalError

Json = Any

_SUB_HOLE = re.compile(r"\$\{([^!}][^}]*)\}")
NOTHING = object()


@dataclass(frozen=True)
class Physical:
    """What a created resource answers to Ref, and to Fn::GetAtt by attribute name."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Resolver:
    """Replaces references in one stack's template by the values of what stands for them here.

    `find` gives a resource of the stack by logical id (creating it first when need be), and
    `imports` gives the value that another stack exports under a name. Whatever cannot be resolved
    raises LocalError, naming the stack and the reference.
    """

    stack: str
    template: Mapping[str, Json]
    pseudo: Mapping[str, str]
    find: Callable[[str], Physical]
    imports: Callable[[str], str]

    def resolve(self, value: Json) -> Json:
        """A copy of `value` with no intrinsic function left; AWS::NoValue members are dropped."""
        if isinstance(value, Mapping):
            function = _function_of(value)
            if function is not None:
                return self._call(function, value[function])
            members = {key: self.resolve(member) for key, member in value.items()}
            return {key: member for key, member in members.items() if member is not NOTHING}
        if isinstance(value, list):
            return [found for found in map(self.resolve, value) if found is not NOTHING]
        return value

    def is_wanted(self, resource: Mapping[str, Json]) -> bool:
        """Whether a resource's condition, if it has one, holds."""
        name = resource.get("Condition")
        return name is None or self._condition(name)

    def _call(self, function: str, argument: Json) -> Json:
        handlers: dict[str, Callable[[Json], Json]] = {
            "Ref": self._ref,
            "Condition": self._condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Join": self._join,
            "Fn::Sub": self._sub,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::ImportValue": lambda name: self.imports(self.resolve(name)),
            "Fn::If": self._if,
            "Fn::Equals": lambda pair: self.resolve(pair[0]) == self.resolve(pair[1]),
            "Fn::Not": lambda one: not self.resolve(one[0]),
            "Fn::And": lambda several: all(self.resolve(one) for one in several),
            "Fn::Or": lambda several: any(self.resolve(one) for one in several),
            "Fn::FindInMap": self._find_in_map,
            "Fn::Base64": lambda text: base64.b64encode(self.resolve(text).encode()).decode(),
        }
        if function not in handlers:
            raise self._error(f"{function} is not understood here")
        return handlers[function](argument)

    def _ref(self, name: str) -> Json:
        if name == "AWS::NoValue":
            return NOTHING
        if name in self.pseudo:
            return self.pseudo[name]
        if name == "AWS::StackName":
            return self.stack
        parameters = self.template.get("Parameters", {})
        if name in parameters:
            if "Default" not in parameters[name]:
                raise self._error(f"parameter {name} has no default")
            return parameters[name]["Default"]
        return self._resource(name).ref

    def _get_att(self, argument: Json) -> str:
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        resource = self._resource(name)
        if attribute == "Ref":
            return resource.ref
        if attribute not in resource.attributes:
            raise self._error(f"{name} has no attribute {attribute} here")
        return resource.attributes[attribute]

    def _resource(self, name: str) -> Physical:
        if name not in self.template.get("Resources", {}):
            raise self._error(f"{name} is neither a parameter nor a resource")
        return self.find(name)

    def _join(self, argument: Json) -> str:
        separator, parts = argument
        return str(separator).join(str(part) for part in self.resolve(parts))

    def _sub(self, argument: Json) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else argument

        def hole(match: re.Match[str]) -> str:
            name = match.group(1)
            if name in given:
                return str(self.resolve(given[name]))
            return str(self._get_att(name) if "." in name else self._ref(name))

        return _SUB_HOLE.sub(hole, text).replace("${!", "${")

    def _select(self, argument: Json) -> Json:
        index, several = argument
        return self.resolve(several)[int(index)]

    def _split(self, argument: Json) -> list[str]:
        separator, text = argument
        return str(self.resolve(text)).split(separator)

    def _if(self, argument: Json) -> Json:
        name, yes, no = argument
        return self.resolve(yes if self._condition(name) else no)

    def _condition(self, name: str) -> bool:
        conditions = self.template.get("Conditions", {})
        if name not in conditions:
            raise self._error(f"there is no condition {name}")
        return bool(self.resolve(conditions[name]))

    def _find_in_map(self, argument: Json) -> Json:
        name, first, second = (self.resolve(part) for part in argument)
        try:
            return self.template["Mappings"][name][first][second]
        except KeyError:
            raise self._error(f"mapping {name} has no {first}.{second}") from None

    def _error(self, problem: str) -> LocalError:
        return LocalError(f"Stack {self.stack}: {problem}.")


def _function_of(value: Mapping[str, Json]) -> str | None:
    if len(value) != 1:
        return None
    (key,) = value
    if key == "Ref" or key.startswith("Fn::"):
        return key
    # {"Condition": "Name"} names a condition; IAM's {"Condition": {...}} is an ordinary member.
    if key == "Condition" and isinstance(value[key], str):
        return key
    return None
