"""The check for vulnerabilities says what it found, and when it could not look."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from click.testing import CliRunner, Result

from release.__main__ import main

Answer = Callable[[dict[str, Any]], tuple[int, str]]


@pytest.fixture
def audited() -> Iterator[Callable[[Answer], Result]]:
    """Run the check against a database that answers so."""
    with ExitStack() as stack:

        def run(answer: Answer) -> Result:
            class Database(BaseHTTPRequestHandler):
                def do_POST(self) -> None:
                    asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                    status, text = answer(asked)
                    self.send_response(status)
                    self.end_headers()
                    self.wfile.write(text.encode())

                def log_message(self, *_: object) -> None:
                    pass

            server = HTTPServer(("127.0.0.1", 0), Database)
            stack.callback(server.server_close)
            thread = threading.Thread(target=server.handle_request)
            thread.start()
            stack.callback(thread.join)
            return CliRunner().invoke(main, ["audit", "--database", f"http://127.0.0.1:{server.server_port}/"])

        yield run


def told(finding: str = "") -> Answer:
    """Nothing known of any package, or this of boto3."""

    def answer(asked: dict[str, Any]) -> tuple[int, str]:
        purls = [each["package"]["purl"] for each in asked["queries"]]
        results = [{"vulns": [{"id": finding}]} if finding and "/boto3@" in purl else {} for purl in purls]
        return 200, json.dumps({"results": results})

    return answer


def test_nothing_known_is_success(audited: Callable[[Answer], Result]) -> None:
    done = audited(told())
    assert done.exit_code == 0
    assert "0 known vulnerabilities" in done.output


def test_a_vulnerability_is_named_with_its_package(audited: Callable[[Answer], Result]) -> None:
    done = audited(told("GHSA-1234"))
    assert done.exit_code == 1
    assert "boto3 " in done.output
    assert ": GHSA-1234" in done.output


@pytest.mark.parametrize(
    ("status", "text"),
    [(503, "busy"), (200, "<html>"), (200, '{"results": []}'), (200, "[]")],
    ids=["refused", "no JSON", "fewer answers than questions", "another document"],
)
def test_an_answer_that_says_nothing_is_no_success(audited: Callable[[Answer], Result], status: int, text: str) -> None:
    done = audited(lambda _: (status, text))
    assert done.exit_code == 2
    assert "could NOT run" in done.output


def test_nobody_there_is_no_success() -> None:
    done = CliRunner().invoke(main, ["audit", "--database", "http://127.0.0.1:1/"])
    assert done.exit_code == 2
    assert "could NOT run, so nothing is known" in done.output
