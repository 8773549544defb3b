"""`headwater serve`: a prepared folder, the demonstration, the processes."""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from tests.ports import free_port
from tests.rooms.conftest import NOW, TODAY

from headwater.cli import serve
from headwater.rooms.people.demo import seed_demo
from headwater.rooms.people.models import Person, Role, RoleGrant, Unit, User
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import InputError


def start(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("HEADWATER_", "DJANGO_"))}
    command = [sys.executable, "-m", "headwater.site", str(folder), "--prepare-only", *options]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=600, check=False)


@pytest.mark.django_db
def test_the_demonstration_has_everybody() -> None:
    accounts = seed_demo(people=120, seed=1, now=NOW)
    assert [account.role for account in accounts] == [
        "administrator", "experience lead", "analyst", "privacy officer", "safety officer", "top leader",
        "team leader", "small team leader", "employee",
    ]  # fmt: skip
    assert Person.objects.filter(is_active=True).count() == 120
    top = Unit.objects.get(parent=None)
    assert top.people_below == 119
    by_role = {account.role: User.objects.get(email=account.email) for account in accounts}
    assert all(by_role[account.role].check_password(account.password) for account in accounts)
    assert viewer_of(by_role["team leader"], today=TODAY).has("leader")
    assert not viewer_of(by_role["employee"], today=TODAY).has("leader")
    assert set(RoleGrant.objects.values_list("role", flat=True)) == set(Role.values)


@pytest.mark.slow
def test_a_folder_is_prepared_and_prepared_again(tmp_path: Path) -> None:
    first = start(tmp_path / "demo", "--demo", "--people", "60")
    assert first.returncode == 0, first.stderr
    assert first.stdout.count("@demo.example") == 9
    again = start(tmp_path / "demo", "--demo")
    assert again.stdout == first.stdout
    assert {path.name for path in (tmp_path / "demo").iterdir()} >= {"records.sqlite3", "mail", "sealed", "secret"}
    assert (tmp_path / "demo" / "demo-accounts.json").stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_the_first_administrator_is_made_once_and_never_over_a_demo(tmp_path: Path) -> None:
    assert "--administrator" in start(tmp_path / "real").stdout
    made = start(tmp_path / "real", "--administrator", "ana@example.org")
    assert "ana@example.org signs in with" in made.stdout
    second = start(tmp_path / "real", "--administrator", "ben@example.org")
    assert second.returncode == 2
    assert "there is an administrator already" in second.stderr
    assert start(tmp_path / "real", "--demo").returncode == 2
    assert start(tmp_path / "other", "--administrator", "nonsense").returncode == 2


def test_the_command_hands_over_to_the_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parser = argparse.ArgumentParser()
    serve.describe(parser)
    handed: list[list[str]] = []

    def hand_over(program: str, command: list[str]) -> None:
        handed.append(command)
        raise SystemExit(0)

    monkeypatch.setattr(os, "execv", hand_over)
    with pytest.raises(SystemExit):
        serve.run(parser.parse_args([str(tmp_path), "--port", "8001", "--demo"]))
    assert handed[0][1:] == ["-m", "headwater.site", str(tmp_path), "--host", "127.0.0.1", "--port", "8001",
                             "--people", "2000", "--demo"]  # fmt: skip
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is a file"):
        serve.run(parser.parse_args([str(tmp_path / "file")]))
    monkeypatch.setattr(serve, "NEEDED", ("django", "no_such_package"))
    with pytest.raises(InputError, match=r"headwater\[web\]"):
        serve.run(parser.parse_args([str(tmp_path)]))


@pytest.mark.slow
def test_the_server_serves_until_told_to_stop(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    assert start(folder, "--demo", "--people", "60").returncode == 0
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("HEADWATER_", "DJANGO_"))}
    command = [sys.executable, "-m", "headwater.site", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        try:
            assert f"http://127.0.0.1:{port}" in server.stdout.readline()
            account = json.loads((folder / "demo-accounts.json").read_text())[0]
            page = sign_in(f"http://127.0.0.1:{port}", account["email"], account["password"])
            assert "Add a second factor" in page
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(90) == 0


def sign_in(origin: str, email: str, password: str) -> str:
    """Sign in over plain HTTP and return the page that follows."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with browser.open(f"{origin}/account/login/", timeout=120) as answer:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())
    assert found
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": found[1], "login": email, "password": password})
    with browser.open(f"{origin}/account/login/", form.encode(), timeout=120) as answer:
        return str(answer.read().decode())
