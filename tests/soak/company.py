"""A company over real processes: it sends files, answers cases, and has an ERP, whatever befalls the product meanwhile."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from tieout import app
from tieout.cli.simulator.company import Letter, made
from tieout.cli.simulator.plan import Plan
from tieout.config.postgres.cluster import dsn
from tieout.config.postgres.place import ADMIN, find
from tieout.config.postgres.postmaster import living
from tieout.connectors.voucher_folder.importer import Importer

TENANT = "harbour"
_TIEOUT = [sys.executable, "-m", "tieout.cli"]
_DEALS = 20_000
_BROKEN = (OSError, HTTPException, urllib.error.URLError)
_BOUNDARY = "nemesis"


class Browser:
    """Somebody's session over TCP."""

    def __init__(self, port: int) -> None:
        self._at = f"http://127.0.0.1:{port}"
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))

    def ask(self, path: str, body: bytes | None = None, media_type: str = "application/json") -> tuple[int, bytes]:
        """The status and the content of the answer. Raises where there is none."""
        token = next((cookie.value for cookie in self._cookies if cookie.name == "csrftoken"), None) or ""
        headers = {"Content-Type": media_type, "X-CSRFToken": token}
        asked = urllib.request.Request(self._at + path, data=body, headers=headers)
        try:
            with self._opener.open(asked, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def upload(self, letters: list[Letter]) -> tuple[int, bytes]:
        """Files for the API's door."""
        parts = [
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{one.name}"\r\n\r\n'.encode() + one.content + b"\r\n"
            for one in letters
        ]  # fmt: skip
        body = b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode()
        return self.ask("/api/files", body, f"multipart/form-data; boundary={_BOUNDARY}")


class Company:
    """What it sends and has an answer for, in `acknowledged`, by the name of the file."""

    def __init__(self, home: Path, environment: dict[str, str], port: int, seed: int) -> None:
        self.home, self._environment, self._port, self._seed = home, environment, port, seed
        self.acknowledged: dict[str, Letter] = {}
        self.commands = self.refused = self.unanswered = 0
        self._ending, self._enough = threading.Event(), threading.Event()
        self._errors: list[BaseException] = []
        self.importer: Importer | None = None
        letters = [one for one in made(Plan(seed=seed, invoices=_DEALS)).letters if one.document is not None]
        by_name = {one.name: one for one in letters}
        self._masters = [one for name, one in by_name.items() if name.startswith("master-")]
        self._letters = [one for name, one in by_name.items() if not name.startswith("master-")]
        # the transactions one after the other, so that what belongs together comes within seconds
        self._letters.sort(key=lambda one: (int(one.name.partition("-")[0]) // 20, one.at))

    def set_up(self) -> None:
        """An organisation with its policy and two people; returns when the workbench answers."""
        folder = self.home.parent / "files"
        folder.mkdir()
        policy = folder / "policy.yaml"
        policy.write_bytes(app.default_policy_text())
        self._until_ready()
        roles = [word for role in ("ap_analyst", "approver", "controller") for word in ("--role", role)]
        link = self.run("sign-in", "ann", "--tenant", TENANT, "--new", *roles, "--port", str(self._port)).stdout
        ran = self.run("policy", "add", str(policy), "--yes")
        assert ran.returncode == 0, ran.stderr
        self._browser = Browser(self._port)
        found = re.search(r"/enter/\S+", link)
        assert found, link
        self._browser.ask(found.group())
        self._browser.ask(found.group(), b"", "application/x-www-form-urlencoded")
        self._ingest(self._masters)

    def _until_ready(self) -> None:
        browser = Browser(self._port)
        for _ in range(600):
            with suppress(*_BROKEN):
                if browser.ask("/api/health/ready")[0] == 200:
                    return
            time.sleep(0.5)
        raise AssertionError("tieout up does not answer")

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Sends, answers and books while the block runs."""
        acts = (self._send, self._answer, self._book)
        threads = [threading.Thread(target=self._guarded, args=(act,)) for act in acts]
        self._sender = threads[0]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._enough.set()
            self._ending.set()
            for thread in threads:
                thread.join()

    def no_more_files(self) -> None:
        """Nothing new is sent; what is under way is sent until there is an answer."""
        self._enough.set()

    def unfinished(self) -> list[str]:
        """What these threads have raised of their own."""
        return [f"{type(error).__name__}: {error}" for error in self._errors]

    def figures(self) -> str:
        """What has been done, in a line."""
        booked = len(self.importer.ledger()) if self.importer else 0
        return f"{len(self.acknowledged)} files, {booked} vouchers, {self.commands} commands, {self.unanswered} times no answer"

    def left(self) -> str:
        """What is still to be done, in words; "" where everything is at rest."""
        if self._sender.is_alive():
            return "files that have no answer yet"
        try:
            counts = {
                "files": "select count(*) from store_unread",
                "news": "select (select count(*) from store_signal) + (select count(*) from store_recheck)",
                "tie-outs": "select count(*) from store_claim where dirty or status in ('received', 'posting')",
                "actions": "select count(*) from store_action where state in ('due', 'leased', 'sent')",
            }
            left = [f"{count} {name}" for name, sql in counts.items() if (count := self.rows(sql)[0][0])]
        except psycopg.Error as error:
            return f"no database: {error}"
        return ", ".join(left)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a statement, of every tenant. Raises `psycopg.Error`."""
        place = find(self.home)
        server = living(place.data) if place is not None else None
        if place is None or server is None or server.port is None:
            raise psycopg.OperationalError("it does not run")
        with psycopg.connect(dsn(place, server.port), user=ADMIN, autocommit=True) as connection:
            return connection.execute(sql).fetchall()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of the product."""
        return subprocess.run([*_TIEOUT, *words], env=self._environment, capture_output=True, text=True, check=False)

    def _guarded(self, act: Any) -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001  whatever it is, the run has to end with it
            self._errors.append(error)

    # ---- the senders -----------------------------------------------------------------------------------------------

    def _send(self) -> None:
        random, left = Random(self._seed), list(reversed(self._letters))
        while left and not self._enough.is_set():
            together = [left.pop() for _ in range(min(len(left), random.randint(5, 60)))]
            claims = [one for one in together if one.document and one.document.kind in {"invoice", "credit_note"}]
            self._ingest([one for one in together if one not in claims])
            self._upload(claims)

    def _ingest(self, letters: list[Letter]) -> None:
        """By a process of its own, again until it ends well."""
        if not letters:
            return
        folder = self.home.parent / "files" / "now"
        folder.mkdir(exist_ok=True)
        for one in letters:
            (folder / one.name).write_bytes(one.content)
        while self.run("ingest", "--leave", str(folder)).returncode != 0:
            self.unanswered += 1
            if self._ending.wait(1):
                return
        self.acknowledged |= {one.name: one for one in letters}
        for one in letters:
            (folder / one.name).unlink()

    def _upload(self, letters: list[Letter]) -> None:
        while letters:
            with suppress(*_BROKEN):
                status, content = self._browser.upload(letters)
                if status == 200 and len(json.loads(content)) == len(letters):
                    self.acknowledged |= {one.name: one for one in letters}
                    return
                assert status >= 500, f"an upload is answered by {status}: {content[:300]!r}"
            self.unanswered += 1
            if self._ending.wait(1):
                return

    # ---- the person ------------------------------------------------------------------------------------------------

    def _answer(self) -> None:
        random = Random(self._seed + 1)
        while not self._ending.wait(0.5) and not self._enough.is_set():
            with suppress(*_BROKEN, ValueError, KeyError):
                self._answer_one(random)

    def _answer_one(self, random: Random) -> None:
        status, content = self._browser.ask("/api/cases?size=50")
        listed = json.loads(content)["cases"] if status == 200 else []
        if not listed:
            return
        case = random.choice(listed)["id"]
        page = json.loads(self._browser.ask(f"/api/cases/{case}")[1])
        finding = next(iter(page["findings"]), None)
        name, arguments = "note", {"text": "seen"}
        if "assign" in page["commands"] and random.random() < 0.4:
            name, arguments = "assign", {"assignee": "ann"}
        elif finding and "accept_variance" in page["commands"] and random.random() < 0.8:
            places = {word: finding[word] for word in ("code", "where", "evidence_hash")}
            name, arguments = "accept_variance", {**places, "reason": "agreed"}
        asked = json.dumps({"name": name, "arguments": arguments}).encode()
        status, content = self._browser.ask(f"/api/cases/{case}/commands", asked)
        self.commands += status == 200
        self.refused += status == 409
        assert status in {200, 404, 409} or status >= 500, f"{name} is answered by {status}: {content[:300]!r}"

    # ---- the ERP ---------------------------------------------------------------------------------------------------

    def _book(self) -> None:
        while not self._ending.wait(1):
            try:
                self.importer = self.importer or Importer(self.home / "exchange", strict=False)
                self.importer.run(at=datetime.now(UTC))
            except OSError:  # its disk is full too, or the folder is not there yet: it starts again
                self.importer = None
