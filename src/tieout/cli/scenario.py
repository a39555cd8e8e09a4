"""Run scenarios: cases as text, from a file or a folder of them; your own are regression tests of your policy."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tieout.wording.catalogue import text
from tieout.wording.sentences import place, sentence

if TYPE_CHECKING:
    from tieout.core.policy.policy import Policy, PolicySet
    from tieout.formats.yaml_tree import Tree
    from tieout.scenario.run import MakeSimulation, Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`run PATH…` or `schema`."""
    parser.add_argument("what", choices=["run", "schema"], help="run scenarios, or print their JSON Schema")
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="scenario files, or folders of them (*.yaml)"
    )
    parser.add_argument("--policy", type=Path, help="the policy they run under (default: the standard policy)")
    parser.add_argument("--database", action="store_true", help="run them through the engine on a temporary PostgreSQL")
    parser.add_argument("--steps", action="store_true", help="print every scenario step by step")
    parser.add_argument("--tell", dest="steps", action="store_true", help="the former name of --steps")


def run(arguments: argparse.Namespace) -> int:
    """0: all passed; 1: some failed; 3: some could not be read."""
    if arguments.what == "schema":
        return _schema()
    files = list(_files(arguments.paths))
    if not files:
        print(
            text("tieout scenario run: no scenarios found. Name .yaml files, or folders that contain some."),
            file=sys.stderr,
        )
        return 64
    company = _company(arguments.policy)
    if not arguments.database:
        return _all(files, company, None, steps=arguments.steps)
    from tieout.cli.scenario_postgres import runs_on_a_database
    from tieout.cli.terminal import say

    with runs_on_a_database(say) as make_simulation:
        return _all(files, company, make_simulation, steps=arguments.steps)


def _all(files: list[Path], company: Policy | None, make_simulation: MakeSimulation | None, *, steps: bool) -> int:
    passed = failed = unread = 0
    for path in files:
        outcome = _one(path, company, make_simulation, steps=steps)
        passed, failed, unread = passed + (outcome == 0), failed + (outcome == 1), unread + (outcome == 3)
    print()
    if unread:
        print(
            text(
                "{passed} passed, {failed} failed, {unread} could not be read",
                passed=passed,
                failed=failed,
                unread=unread,
            )
        )
    else:
        print(text("{passed} passed, {failed} failed", passed=passed, failed=failed))
    return 3 if unread else 1 if failed else 0


def _schema() -> int:
    import json

    from tieout.app import packs
    from tieout.scenario.reader import scenario_schema
    from tieout.scenario.words import words_of

    print(json.dumps(scenario_schema(words_of(packs())), indent=2))
    return 0


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*.y*ml") if file.suffix in {".yaml", ".yml"})
        else:
            yield path


def _one(path: Path, company: Policy | None, make_simulation: MakeSimulation | None, *, steps: bool) -> int:
    from tieout.cli.terminal import say
    from tieout.core.values.errors import Malformed

    ended = False
    try:
        report = report_of(path, company, make_simulation=make_simulation)
        ended = True
    except Malformed as error:
        ended = True
        print(f"{text('UNREAD')}  {path}{f', {place(error.where)}' if error.where else ''}")
        remedy = f" ({sentence(error.remedy)})" if error.remedy and error.remedy not in error.message else ""
        for line in f"{sentence(error.message)}{remedy}".splitlines():
            print(f"        {line}")
        return 3
    except OSError as error:
        ended = True
        print(
            text(
                "UNREAD  {path}: {reason}. Check the path and the permissions.",
                path=path,
                reason=error.strerror or error,
            )
        )
        return 3
    finally:
        if not ended:  # an exception in a pack: what it says does not name the file
            say(text("in the scenario {path}:", path=path))
    shows = f"  [{', '.join(report.shows)}]" if report.shows else ""
    print(f"{text('passed') if report.passed else text('FAILED')}  {report.name}{shows}")
    if steps or not report.passed:
        _print_steps(report)
    for failure in report.failures:
        print(
            "        "
            + text(
                "{path}, {place}, step {step}: {message}",
                path=path,
                place=place(failure.place),
                step=failure.step,
                message=sentence(failure.message),
            )
        )
    return 0 if report.passed else 1


def _print_steps(report: Report) -> None:
    for step in report.told:
        print(f"   {step.step}. {step.at:%Y-%m-%d %H:%M}  {step.say}".rstrip())
        for line in step.lines:
            print(f"        {line}")


def report_of(path: Path, company: Policy | None = None, *, make_simulation: MakeSimulation | None = None) -> Report:
    """One scenario file, run; in memory unless `make_simulation` gives another run. Raises `Malformed` with the line, or `OSError`."""
    from tieout.app import packs
    from tieout.cli.scenario_history import learn
    from tieout.formats.yaml_tree import parse
    from tieout.scenario.reader import read_scenario
    from tieout.scenario.run import in_memory
    from tieout.scenario.run import run as run_script
    from tieout.scenario.words import words_of

    tree = parse(path.read_bytes())
    _installed(tree)
    script = read_scenario(tree.value, tree.place, words_of(packs()))
    ruled = script.text.pack
    return run_script(
        script, packs(), lambda rules: policies_of(company, rules, pack=ruled), make_simulation or in_memory, learn
    )


def _installed(tree: Tree) -> None:
    """Without its pack every word of it would be unknown, which hides the cause. Raises `Malformed` with the place."""
    from tieout.app import pack_named
    from tieout.core.values.errors import Malformed

    if isinstance(tree.value, Mapping) and isinstance(name := tree.value.get("pack"), str):
        try:
            pack_named(name)
        except Malformed as error:
            raise Malformed(error.message, where=str(tree.place(("pack",))), remedy=error.remedy) from error


def _company(path: Path | None) -> Policy | None:
    from tieout.app import policy_from

    return policy_from(path.read_bytes()) if path else None


def policies_of(company: Policy | None, rules: Mapping[str, Any], *, pack: str = "payables") -> PolicySet:
    """The shipped policies, `company` in place of the pack's own, with the rules of a scenario as its last layer.

    Raises `Malformed`.
    """
    from tieout.app import default_policies, default_policy, policy_vocabulary
    from tieout.core.policy.policy import PolicySet
    from tieout.formats.policy_yaml import read_layer

    shipped = default_policy(pack)
    ruling = company or shipped
    if rules:
        ruling = replace(ruling, layers=(*ruling.layers, read_layer(rules, policy_vocabulary())))
    others = tuple(policy for policy in default_policies() if policy.name != shipped.name)
    return PolicySet(policies=(ruling, *others))
