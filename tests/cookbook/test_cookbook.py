"""Everything that the cookbook tells its reader to type is run here, or its addresses and columns are looked up."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import nbformat
import pytest
from nbclient import NotebookClient

from app.services.lookups import LOOKUPS
from tests.cookbook.conftest import Kitchen
from tests.served import PROPOSAL_B

REPOSITORY = Path(__file__).resolve().parents[2]
COOKBOOK = REPOSITORY / "docs" / "cookbook"
CLIENT = REPOSITORY / "clients" / "python" / "src"
KEEP = "COTERMINOUS_KEEP_NOTEBOOK"


def blocks(document: str, language: str) -> list[tuple[str, str]]:
    """The fenced blocks of a language in a document: what stands after the language, and the text."""
    text = (COOKBOOK / document).read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}(?: (\S+))?\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    assert found, f"{document} has no block of {language}"
    return found


def fetched(kitchen: Kitchen, address: str) -> httpx2.Response:
    """What an address of the cookbook gives, asked as a browser or program would."""
    parts = urlsplit(kitchen.here(address))
    answer = httpx2.get(f"{parts.scheme}://{parts.netloc}{parts.path}", params=parse_qsl(parts.query), timeout=60)
    assert answer.status_code == 200, f"{address}: {answer.text[:300]}"
    return answer


def heading(kitchen: Kitchen, address: str) -> list[str]:
    return next(csv.reader(io.StringIO(fetched(kitchen, address).text)))


@pytest.fixture
def folder(tmp_path: Path, kitchen: Kitchen) -> Path:
    """A working folder with a plan in it, as the reader has one."""
    plan = next(path for path in kitchen.files if path.name.startswith("proposal_a"))
    shutil.copy(plan, tmp_path / "my-plan.geojson")
    return tmp_path


@pytest.mark.parametrize("number", range(len(blocks("curl.md", "bash"))))
def test_curl_commands_run_and_make_what_they_say(kitchen: Kitchen, folder: Path, number: int) -> None:
    command = kitchen.here(blocks("curl.md", "bash")[number][1])
    shell = shutil.which("bash")
    if shell is None or shutil.which("curl") is None:
        pytest.skip("bash and curl are not both installed")
    done = subprocess.run(
        [shell, "-euo", "pipefail", "-c", command],
        cwd=folder,
        env={**os.environ, "COTERMINOUS_KEY": kitchen.key},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kept = [name for name in re.findall(r"--output (\S+)", command) if name != "newer.json"]
    assert all((folder / name).stat().st_size > 0 for name in kept)
    for table in (name for name in kept if name.endswith(".csv")):
        assert len((folder / table).read_text(encoding="utf-8").splitlines()) > 2
    if "--etag-compare" in command:
        assert done.stdout.strip() == "304"
    if not kept:
        assert "atlantis" in done.stdout or PROPOSAL_B in done.stdout or '"dry_run":true' in done.stdout


def test_python_examples_run_one_after_the_other(kitchen: Kitchen, folder: Path) -> None:
    script = folder / "pandas_examples.py"
    script.write_text(kitchen.here("\n".join(text for _, text in blocks("pandas.md", "python"))), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(CLIENT)}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        env=environment, cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "patients outside" in done.stdout
    assert "Open Government Licence" in done.stdout


def printed(notebook: Any) -> list[str]:
    """What each cell printed."""
    return [
        "".join(output["text"] for output in cell.outputs if output.output_type == "stream")
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def test_the_notebook_runs_and_prints_what_it_shows(kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch) -> None:
    path = COOKBOOK / "notebook.ipynb"
    shown = nbformat.read(path, as_version=4)
    monkeypatch.setenv("COTERMINOUS_ADDRESS", kitchen.address)
    monkeypatch.setenv("PYTHONPATH", str(CLIENT))
    fresh = nbformat.read(path, as_version=4)
    NotebookClient(fresh, timeout=120, kernel_name="python3", record_timing=False).execute()
    if os.environ.get(KEEP):  # how what it shows was made
        fresh.metadata = shown.metadata
        nbformat.write(fresh, path)
        shown = fresh
    assert printed(fresh) == printed(shown)
    assert all(printed(shown)), f"a cell shows nothing: run this test with {KEEP}=1"


@pytest.mark.parametrize("number", range(len(blocks("power-bi-excel.md", "powerquery"))))
def test_power_queries_name_addresses_and_columns_that_exist(kitchen: Kitchen, number: int) -> None:
    query = blocks("power-bi-excel.md", "powerquery")[number][1]
    said = dict(re.findall(r'^    (\w+) = "([^"]+)"', query, flags=re.MULTILINE))
    path = re.search(r'RelativePath = "([^"]+)"', query)
    assert path is not None
    columns = heading(kitchen, f"{said['Service']}/{path[1]}?footprints={said['Plan']}&f=csv")
    named = set(re.findall(r'\{"(\w+)", type', query)) | set(re.findall(r"\[(\w+)\] =", query)) - {"Query"}
    for listed in re.findall(r"Replacer\.ReplaceValue, \{([^}]*)\}", query):
        named |= set(re.findall(r'"(\w+)"', listed))
    assert len(named) >= 4
    assert named <= set(columns)
    assert query.count("(") == query.count(")")
    assert query.count("{") == query.count("}")
    assert query.count("[") == query.count("]")


def test_columns_that_the_guide_for_excel_names_in_its_steps_exist(kitchen: Kitchen) -> None:
    (_, address), *_ = blocks("power-bi-excel.md", "address")
    assert {"pcn_name", "neighbourhood_name", "patients", "as_of", "version", "datasets"} <= set(
        heading(kitchen, address.strip())
    )


R_WORDS = {"lsoa", "households"}
"""Columns of the reader's own table."""


@pytest.mark.parametrize("number", range(len(blocks("r.md", "r"))))
def test_r_examples_name_addresses_and_columns_that_exist(kitchen: Kitchen, number: int) -> None:
    code = blocks("r.md", "r")[number][1]
    addresses = re.findall(r'"(http://[^"]+\?[^"]+)"', code)
    assert addresses
    for address in addresses:
        answer = fetched(kitchen, address)
        if "f=csv" not in address:
            assert answer.content[:15] == b"SQLite format 3"
            continue
        columns = set(next(csv.reader(io.StringIO(answer.text))))
        named = set(re.findall(r"\$([a-z_]+)", code)) | set(re.findall(r'by\.y = "(\w+)"', code))
        for listed in re.findall(r", c\(([^)]*)\)\]", code):
            named |= set(re.findall(r'"(\w+)"', listed))
        for formula in re.findall(r"\((\w+ ~ [\w +]+)", code):
            named |= set(re.findall(r"\w+", formula))
        assert len(named - R_WORDS) >= 2
        assert named - R_WORDS <= columns


def test_r_examples_run_where_r_is_installed(kitchen: Kitchen, folder: Path) -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("R is not installed (Debian, Ubuntu: apt-get install r-base-core)")
    script = folder / "tables.R"
    tables = [text for _, text in blocks("r.md", "r") if "library(" not in text]
    script.write_text(kitchen.here("\n".join(tables)), encoding="utf-8")
    done = subprocess.run([rscript, str(script)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("document", ["qgis.md", "power-bi-excel.md"])
def test_addresses_to_paste_give_what_they_promise(kitchen: Kitchen, document: str) -> None:
    for _, address in blocks(document, "address"):
        answer = fetched(kitchen, address.strip())
        if "f=csv" in address:
            assert len(answer.text.splitlines()) > 2
        elif "f=gpkg" in address:
            assert answer.content[:15] == b"SQLite format 3"
        else:
            assert answer.json()["features"]


def test_every_layer_named_for_qgis_is_published_at_the_address_given(kitchen: Kitchen) -> None:
    text = (COOKBOOK / "qgis.md").read_text(encoding="utf-8")
    assert fetched(kitchen, "http://127.0.0.1:8000/ogc?f=json").json()["links"]
    published = {
        each["id"] for each in fetched(kitchen, "http://127.0.0.1:8000/ogc/collections?f=json").json()["collections"]
    }
    named = set(re.findall(rf"`([a-z-]+-{PROPOSAL_B}-v1)`", text))
    assert len(named) >= 5
    assert named <= published


def test_fields_in_expressions_for_qgis_are_fields_of_their_layer(kitchen: Kitchen) -> None:
    for layer, expression in blocks("qgis.md", "qgis-expression"):
        address = f"http://127.0.0.1:8000/ogc/collections/{layer}/queryables?f=json"
        known = set(fetched(kitchen, address).json()["properties"])
        fields = set(re.findall(r'"(\w+)"', expression))
        assert fields
        assert fields <= known


def test_the_first_page_names_every_lookup_and_every_link_leads_somewhere() -> None:
    text = (COOKBOOK / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"/api/v1/lookups/([a-z-]+)\?", text)) == set(LOOKUPS)
    for document in COOKBOOK.glob("*.md"):
        for target in re.findall(r"\]\((?!\w+:|#)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (COOKBOOK / target).exists(), f"{document.name}: {target}"
