"""Reads an interface document and makes it whole: what it refers to in other files is copied into it."""
import re

import yaml


class DocumentError(Exception):
    """A document that cannot be read or refers to something that is not there."""


class StrictLoader(yaml.SafeLoader):
    """YAML as JSON has it: no dates, only true and false are booleans, no key twice, no key but a string."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                continue
            if key.tag != "tag:yaml.org,2002:str" or key.value in seen:
                raise DocumentError(f"{key.start_mark}: the key {key.value} is not a string or is there twice")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


NOT_JSON = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"}
StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in NOT_JSON]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for spelling in ("true", "false"):
    StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(f"^{spelling}$"), [spelling[0]])


def load(path):
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=StrictLoader)
    except (OSError, yaml.YAMLError) as error:
        raise DocumentError(f"{path}: {error}") from error


def at(document, pointer):
    """The value a JSON Pointer fragment (`#/components/…`) names; KeyError if there is none."""
    value = document
    for token in pointer.removeprefix("#/").split("/"):
        token = token.replace("~1", "/").replace("~0", "~")
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


def bundle(path):
    """The document at `path` with every `other.yaml#/components/KIND/NAME` copied to its own components, path items put in place."""
    return Bundler(path).document


class Bundler:
    def __init__(self, path):
        self.folder = path.parent
        self.files = {path.name: load(path)}
        self.home = path.name
        self.components = {}
        self.origins = {}  # (kind, name) of a component to the file it is from
        source = dict(self.files[self.home])
        source.pop("x-yaml-anchors", None)
        for kind, members in source.pop("components", {}).items():
            for name in members:
                self.copy_component(self.home, f"#/components/{kind}/{name}", kind, name)
        self.document = self.localised(source, self.home)
        self.document["components"] = {kind: dict(sorted(members.items())) for kind, members in sorted(self.components.items())}

    def localised(self, value, file):
        """`value`, which stands in `file`, with every reference made one into this document."""
        if isinstance(value, list):
            return [self.localised(item, file) for item in value]
        if not isinstance(value, dict):
            return value
        siblings = {key: self.localised(item, file) for key, item in value.items() if key != "$ref"}
        if "$ref" not in value:
            return siblings
        other, _, pointer = value["$ref"].partition("#")
        return self.referred(other or file, "#" + pointer, siblings)

    def referred(self, file, pointer, siblings):
        tokens = pointer.removeprefix("#/").split("/")
        if len(tokens) != 3 or tokens[0] != "components":
            raise DocumentError(f"{file}{pointer} is not of the form #/components/KIND/NAME")
        _, kind, name = tokens
        if kind == "pathItems":  # many tools know path items only in place
            return {**self.localised(self.target(file, pointer), file), **siblings}
        self.copy_component(file, pointer, kind, name)
        return {"$ref": pointer, **siblings}

    def copy_component(self, file, pointer, kind, name):
        origin = self.origins.setdefault((kind, name), file)
        if origin != file:
            raise DocumentError(f"{pointer} is in {origin} and in {file}")
        members = self.components.setdefault(kind, {})
        if name in members:
            return
        members[name] = {}  # before descending: a schema may refer to itself
        members[name] = self.localised(self.target(file, pointer), file)

    def target(self, file, pointer):
        if file not in self.files:
            self.files[file] = load(self.folder / file)
        try:
            return at(self.files[file], pointer)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise DocumentError(f"{file}{pointer}: there is no such thing") from error
