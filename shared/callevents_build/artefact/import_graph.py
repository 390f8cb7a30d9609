"""Finds what a file imports, and what that imports, by reading the sources: nothing is run."""

import ast
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Reached:
    """The modules reached (name to file), and the first names of those that are in none of the folders."""

    modules: dict[str, Path] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)


def reach(
    entry: Path, roots: Sequence[Path], *, only: Container[str] | None = None, without: Container[str] = ()
) -> Reached:
    """Return all modules below *roots* that *entry* may import, at once, later or under a condition.

    With *only*, no other first name than these is followed; modules in *without* are not followed either.
    """
    reached = Reached()
    waiting = imports(entry, package="")
    while waiting:
        name = waiting.pop()
        if name in reached.modules or name in without:
            continue
        if only is not None and name.split(".")[0] not in only:
            continue
        path = find(name, roots)
        if path is None:
            if "." not in name:
                reached.missing.add(name)
            continue
        reached.modules[name] = path
        if path.suffix == ".py":
            package = name if path.name == "__init__.py" else name.rpartition(".")[0]
            waiting += imports(path, package=package)
    return reached


def find(name: str, roots: Sequence[Path]) -> Path | None:
    """Return the file of module *name*, None if it is in none of the roots."""
    relative = Path(*name.split("."))
    for root in roots:
        for candidate in (root / relative / "__init__.py", root / f"{relative}.py"):
            if candidate.is_file():
                return candidate
        for binary in sorted((root / relative.parent).glob(f"{relative.name}.*.so")):
            return binary
    return None


def imports(path: Path, *, package: str) -> list[str]:
    """Return the names that the file at *path* may import: modules, their parents, and what may be modules."""
    names: list[str] = []
    for node in _running(ast.parse(path.read_bytes(), str(path))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            names += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return list(dict.fromkeys(each for name in names for each in _with_parents(name)))


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk what can run: not what is there for type checkers only."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def _with_parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]
