"""The rules of the house that no linter knows. Every rule is a function from a source tree to the lines that break it.

A rule is given the folder of the package (`src/tieout`, or a sample tree that breaks it) and gives back complaints:
`place: what is wrong`. An empty list is a house in order.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

PURE = ("core", "trade", "metering/core", "metering/formats", "packs", "formats", "intelligence", "scenario")
EXACT = ("core", "trade", "metering", "packs", "formats", "scenario")
# formats: bytes of third parties, through parsers of others. engine: an error in one claim stops no other (decision 98).
DOORS = ("cli", "api", "web", "worker", "formats", "engine")
TABLES = ("store", "identity", "config")
WIRING = ("config", "app")
MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
POSITIONAL_MAX = 5
MEAN_EVERYTHING = {
    *("manager", "managers", "handler", "handlers", "helper", "helpers", "util", "utils", "common"),
    *("base", "service", "services", "item", "items", "data"),
}
DRAWING = {"formats/facturx/page.py", "formats/facturx/tables.py"}  # a position on a page is no amount
STAGE = {
    "scenario/simulation.py",
    "scenario/filed.py",
    "scenario/target.py",
}  # a scenario's run changes while it is played
KERNEL = ("core", "engine", "store")
ROOMS_OF_THE_CORE = (
    *("values", "documents", "policy", "findings", "tie_out"),
    *("claim", "case", "access", "outbox", "audit"),
)
WORDS_OF_TRADE = re.compile("invoice|supplier|shipment|ap-intake", re.IGNORECASE)
ALLOWED_WORDS: dict[str, dict[str, str]] = {  # module -> part of the line -> the reason for it
    "core/case/erasing.py": {
        "where invoice shipment": "names under which stored findings hold numbers of documents",
    },
    "core/findings/kernel_resolutions.py": {
        "reject_to_supplier": "the resolution's id, under which homes have stored what was chosen",
    },
    "core/outbox/queue.py": {
        'messages: str = "supplier"': "the queue's name, under which homes have stored messages that still wait",
    },
    "store/screens/measured.py": {
        "_EVIDENCE: Final": "the evidence that measures of causes read; goes when packs define their measures",
    },
}
ALLOWED_WORDS_MAX = 20
IMPURE_MODULES = {
    *("asyncio", "concurrent", "django", "fcntl", "glob", "http", "logging", "multiprocessing", "ninja"),
    *("opentelemetry", "os", "pathlib", "procrastinate", "psutil", "psycopg", "psycopg_pool", "random", "secrets"),
    *("select", "shutil", "signal", "socket", "sqlite3", "ssl", "structlog", "subprocess", "tempfile", "threading"),
    *("time", "urllib"),
}
IMPURE_CALLS = {"open", "print", "input", "breakpoint", "exec", "eval", "uuid1", "uuid4"}
CLOCKS = {"now", "utcnow", "today"}

Rule = Callable[[Path], list[str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(package: Path, *rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    """All modules of some rooms ("metering/core": of a part of one; of all, if none is named), but for migrations."""
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        inside = not rooms or any(parts[: room.count("/") + 1] == tuple(room.split("/")) for room in rooms)
        if "migrations" not in path.parts and inside:
            yield path, _parsed(path)


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _at(package: Path, path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(package.parent)}{line}"


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _imported(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Every imported module by its full name, wherever the import is; not those for type checking only."""
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def _called(node: ast.Call) -> str:
    """The last word of what is called: `now` of `datetime.now()`."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def walls(package: Path) -> list[str]:
    """No module over 400 lines, no function over 70."""
    complaints = []
    for path, tree in modules(package):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MODULE_LINES_MAX:
            complaints.append(f"{_at(package, path)}: {lines} lines; a module has {MODULE_LINES_MAX} at most")
        for function in _functions(tree):
            lines = (function.end_lineno or 0) - function.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                complaints.append(f"{_at(package, path, function)}: {function.name} has {lines} lines")
    return complaints


def positional_parameters(package: Path) -> list[str]:
    """Five parameters by position; the rest are keywords."""
    complaints = []
    for path, tree in modules(package):
        for function in _functions(tree):
            names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
            count = len(names) - (names[:1] in (["self"], ["cls"]))
            if count > POSITIONAL_MAX:
                complaints.append(f"{_at(package, path, function)}: {function.name} takes {count} by position")
    return complaints


def floats(package: Path) -> list[str]:
    """No float where money, quantities and rates are: not as a type, a call or a literal; and no table has a column of it."""
    complaints = []
    for path, tree in modules(package, *EXACT):
        if path.relative_to(package).as_posix() in DRAWING:
            continue
        for node in ast.walk(tree):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
            if literal or (isinstance(node, ast.Name) and node.id == "float"):
                complaints.append(f"{_at(package, path, node)}: a float; use Decimal, Fraction or Money")
    complaints += [
        f"{_at(package, path, node)}: a column of floats"
        for path, tree in modules(package)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) == "FloatField"
    ]
    return complaints


def names_that_mean_everything(package: Path) -> list[str]:
    """No module or class is called manager, handler, helper, util, common, base, service, item or data."""
    complaints = []
    for path, tree in modules(package):
        name = path.parent.name if path.stem == "__init__" else path.stem
        if MEAN_EVERYTHING & set(name.split("_")):
            complaints.append(f"{_at(package, path)}: the module's name means everything")
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                words = {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+", node.name)}
                if MEAN_EVERYTHING & words:
                    complaints.append(f"{_at(package, path, node)}: the name {node.name} means everything")
    return complaints


def blind_excepts(package: Path) -> list[str]:
    """`except Exception` is used once at every door and nowhere else: an error of ours is not swallowed."""
    complaints = []
    seen: dict[str, int] = {}
    for path, tree in modules(package):
        room = path.relative_to(package).parts[0].removesuffix(".py")
        for node in ast.walk(tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds):
                seen[room] = seen.get(room, 0) + 1
                if room not in DOORS or seen[room] > 1:
                    complaints.append(f"{_at(package, path, node)}: catches everything")
    return complaints


def unfinished(package: Path) -> list[str]:
    """Nothing is left for later: no such words, no NotImplementedError."""
    word = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "NotImplemented" + "Error")) + r")\b")
    return [
        f"{_at(package, path)}:{number}: unfinished"
        for path, _ in modules(package)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if word.search(line)
    ]


def impure_imports(package: Path) -> list[str]:
    """Pure rooms import nothing that does things, not inside a function either."""
    return [
        f"{_at(package, path, node)}: imports {name}"
        for path, tree in modules(package, *PURE)
        for node, name in _imported(tree)
        if name.split(".")[0] in IMPURE_MODULES
    ]


_ALLOWED = {"made.py": {"exec"}}
"""Constructors are written from the names of a class's fields (decision 94), as `dataclasses` writes its own."""


def impure_calls(package: Path) -> list[str]:
    """Pure rooms open no file, print nothing, throw no dice; a path is not even asked."""
    complaints = []
    for path, tree in modules(package, *PURE):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in IMPURE_CALLS - _ALLOWED.get(path.name, set()):
                complaints.append(f"{_at(package, path, node)}: calls {node.func.id}")
            elif _called(node) in {"uuid1", "uuid4", "read_text", "read_bytes", "write_text", "write_bytes", "urandom"}:
                complaints.append(f"{_at(package, path, node)}: calls {_called(node)}")
    return complaints


def wall_clocks(package: Path) -> list[str]:
    """Time is passed in as `at`: pure rooms, engine and store read no clock."""
    return [
        f"{_at(package, path, node)}: reads a clock; take `at`"
        for path, tree in modules(package, *PURE, "engine", "metering", "store")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and ast.unparse(node.func.value).split(".")[-1] in {"datetime", "date", "timezone", "dt"}
    ]


def third_parties_in_core(package: Path) -> list[str]:
    """The core knows the standard library and itself."""
    return [
        f"{_at(package, path, node)}: imports {name}"
        for path, tree in modules(package, "core")
        for node, name in _imported(tree)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("tieout.core")
    ]


def rooms_of_the_core(package: Path) -> list[str]:
    """The core has ten rooms, and no module is outside them."""
    return [
        f"{_at(package, path)}: is in none of the ten rooms of the core"
        for path, _ in modules(package, "core")
        if path != package / "core" / "__init__.py"
        and path.relative_to(package / "core").parts[0] not in ROOMS_OF_THE_CORE
    ]


def words_of_trade_in_the_kernel(package: Path) -> list[str]:
    """The kernel knows neither what is billed nor who bills: those words are the packs'. Code that reads old events may use them."""
    complaints = []
    for path, _ in modules(package, *KERNEL):
        name = path.relative_to(package).as_posix()
        if name == "core/case/upcast.py" or "/migrations/" in name:
            continue
        allowed = ALLOWED_WORDS.get(name, {})
        for k, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if WORDS_OF_TRADE.search(line) and not any(part in line for part in allowed):
                complaints.append(f"{_at(package, path)}:{k}: says {WORDS_OF_TRADE.search(line)[0]!r}")  # type: ignore[index]
    return complaints


def silent_modules(package: Path) -> list[str]:
    """A module starts by saying what it is for."""
    return [
        f"{_at(package, path)}: does not say what it is for"
        for path, tree in modules(package)
        if not (ast.get_docstring(tree) or "").strip()
    ]


def loose_values(package: Path) -> list[str]:
    """Values of pure rooms are frozen, slotted and made by keyword. A private tally may change while it is added up."""
    complaints = []
    for path, tree in modules(package, *PURE):
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            for decorator in node.decorator_list:
                options = ast.unparse(decorator)
                if options.split("(")[0].split(".")[-1] != "dataclass":
                    continue
                changes = node.name.startswith("_") or path.relative_to(package).as_posix() in STAGE
                wanted = ("slots",) if changes else ("frozen", "slots", "kw_only")
                missing = [name for name in wanted if f"{name}=True" not in options]
                if missing:
                    complaints.append(f"{_at(package, path, node)}: {node.name} is not {', '.join(missing)}")
    return complaints


def tables_elsewhere(package: Path) -> list[str]:
    """The ORM and SQL are of the store and of identity; config connects them."""
    return [
        f"{_at(package, path, node)}: imports {name}"
        for path, tree in modules(package)
        if path.relative_to(package).parts[0].removesuffix(".py") not in TABLES
        for node, name in _imported(tree)
        if name == "django.db" or name.startswith(("django.db.", "psycopg", "django.contrib.auth.models"))
    ]


def settings_elsewhere(package: Path) -> list[str]:
    """The environment and Django's settings are read by config and the wiring."""
    complaints = []
    for path, tree in modules(package):
        if path.relative_to(package).parts[0].removesuffix(".py") in WIRING:
            continue
        for node, name in _imported(tree):
            if name.startswith("django.conf.settings") or name in {"os.environ", "os.getenv"}:
                complaints.append(f"{_at(package, path, node)}: imports {name}")
        complaints += [
            f"{_at(package, path, node)}: reads the environment"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"}
        ]
    return complaints


WRITES = {
    *(
        "cases.put",
        "claims.add",
        "claims.change",
        "claims.clean",
        "documents.add",
        "documents.supersede",
        "documents.touch",
    ),
    *(
        "events.add",
        "outstanding.conclude",
        "verdicts.add",
        "verdicts.replace_allocations",
        "wanted.ask",
        "wanted.retry",
    ),
    *("wanted.withdraw", "watches.add_recheck", "watches.rewatch", "watches.signal"),
}
WRITERS = {
    "engine/commit.py": WRITES,
    "engine/rebuild.py": {
        "cases.put",
        "claims.change",
    },  # rows are rewritten from events; nothing is announced, as nothing changed
}


def second_writers(package: Path) -> list[str]:
    """What the engine changes is written and announced in one place; everything else makes change sets."""
    complaints = []
    for path, tree in modules(package, "engine", "metering"):
        may = WRITERS.get(path.relative_to(package).as_posix(), set())
        calls = ((node, ast.unparse(node.func)) for node in ast.walk(tree) if isinstance(node, ast.Call))
        complaints += [
            f"{_at(package, path, node)}: calls {name}; make a change set"
            for node, name in calls
            if name in WRITES - may
        ]
    return complaints


RULES: tuple[Rule, ...] = (
    walls,
    positional_parameters,
    floats,
    names_that_mean_everything,
    blind_excepts,
    unfinished,
    impure_imports,
    impure_calls,
    wall_clocks,
    third_parties_in_core,
    rooms_of_the_core,
    words_of_trade_in_the_kernel,
    silent_modules,
    loose_values,
    tables_elsewhere,
    settings_elsewhere,
    second_writers,
)

# Joined here from halves, so that this very file is clean.
_LEAKS = re.compile(
    "|".join(
        ("/" + "work/", "/" + "farm/", "/tmp/" + "bash_jobs", r"\." + "library", "/" + "root/", "/" + "home/[a-z]")
    )
)


def leaks(name: str, text: str) -> list[str]:
    """No file contains a path of the machine on which it was written."""
    return [
        f"{name}:{number}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), start=1)
        if _LEAKS.search(line)
    ]


_UNMERGED = re.compile("^(" + "<" * 7 + "|" + ">" * 7 + ")( |$)")


def unmerged(name: str, text: str) -> list[str]:
    """No file contains the marks that a merge leaves where two changes meet."""
    return [
        f"{name}:{number}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), start=1)
        if _UNMERGED.match(line)
    ]
