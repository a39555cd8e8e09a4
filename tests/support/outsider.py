"""Installing a third party's package from its folder: the content of its wheel, copied into a separate folder, without a network."""

from __future__ import annotations

import os
import shutil
import tomllib
from pathlib import Path


def install(package: Path, site: Path) -> dict[str, str]:
    """Copy the package (a folder with `pyproject.toml` and `src`) into `site`; returns the environment in which it is installed."""
    project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    shutil.copytree(package / "src", site, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    groups = project.get("entry-points", {}).items()
    points = "".join(
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in named.items()) for group, named in groups
    )
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path}
