"""Write what is derived from the code: schemas/ and docs/reference/.

Run it after a change to datasets, feeds, settings, errors, happenings or commands, and read the
diff (`python -m scripts.derive`). It says on stderr what changes for those who read a dataset, and what of it breaks them.
`--check` writes nothing and fails where a file differs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts import reference
from tieline.datasets import DATASETS
from tieline.datasets.fields import COMMON
from tieline.datasets.rows import history_fields, published_fields
from tieline.schema.document import from_document, to_document
from tieline.schema.evolution import compare
from tieline.schema.openapi import row_schema
from tieline.schema.postgres import create_tables
from tieline.schema.sql import create_table

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDERS = ("schemas", "docs/reference")
"""Folders that hold derived files and nothing else."""


def derived() -> dict[str, str]:
    """Path in the repository to text, for every derived file."""
    return dict(_files())


def _files() -> Iterator[tuple[str, str]]:
    for dataset in DATASETS:
        document = to_document(dataset, COMMON)
        yield f"schemas/{dataset.name}.json", _json(document)
        yield f"schemas/{dataset.name}.openapi.json", _json(row_schema(dataset, COMMON))
        yield f"schemas/{dataset.name}.sql", create_table(dataset, COMMON)
        followed = create_tables(dataset, published_fields(dataset), history_fields(dataset))
        yield f"schemas/{dataset.name}.postgres.sql", followed
    for name, page in reference.PAGES.items():
        yield f"docs/reference/{name}.md", page()


def _json(tree: object) -> str:
    return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"


def differences() -> dict[str, str | None]:
    """Files that are not as they should be, with the text they should have; None: should not be."""
    wanted: dict[str, str | None] = dict(derived())
    found = {
        path.relative_to(REPOSITORY).as_posix(): path.read_text("utf-8")
        for folder in FOLDERS
        for path in sorted((REPOSITORY / folder).rglob("*"))
        if path.is_file()
    }
    stale: dict[str, str | None] = {path: None for path in found if path not in wanted}
    return stale | {path: text for path, text in wanted.items() if found.get(path) != text}


def _said_to_readers() -> Iterator[str]:
    """What the datasets in the code change for readers of the ones that are written down."""
    for dataset in DATASETS:
        path = REPOSITORY / "schemas" / f"{dataset.name}.json"
        if path.exists():
            old, common = from_document(json.loads(path.read_text("utf-8")))
            for change in compare(old, dataset, common=(common, COMMON)):
                judged = "breaks readers" if change.breaks else "breaks nobody"
                yield f"{dataset.name}: {change.column} {change.text} ({judged})"


def main(arguments: list[str]) -> int:
    changed = differences()
    for line in _said_to_readers():
        print(line, file=sys.stderr)
    for path, text in changed.items():
        print(f"{path} {'is stale' if text is None else 'differs'}", file=sys.stderr)
    if "--check" in arguments:
        return 1 if changed else 0
    for path, text in changed.items():
        target = REPOSITORY / path
        if text is None:
            target.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
