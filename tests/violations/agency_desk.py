"""The fictitious agencies as a real process, and a plain client that asks what they hold."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from violations.agencies import AgencyClient

ROOT = Path(__file__).parents[2]
TOKEN = "token-of-the-tests-for-agencies"


class Agencies:
    """The process, a client as the portal uses it, and questions to the agencies."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.http = httpx.Client(timeout=10)
        self.start("0")

    def start(self, port: str) -> None:
        """Start the process on a port; what it received before is in its file."""
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "violations.agency_sandbox",
                "--port",
                port,
                "--data",
                self.data,
            ],
            cwd=ROOT,
            env={"AGENCIES_TOKEN": TOKEN, "PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        assert line.startswith("ready http://127.0.0.1:"), line
        self.url = line.split()[1]
        self.client = AgencyClient(
            self.url, TOKEN, self.http, timeout=httpx.Timeout(1.0, connect=1.0)
        )

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()

    def restart(self) -> None:
        """End the process and start it again on its port."""
        port = self.url.rsplit(":", 1)[1]
        self.stop()
        self.start(port)

    def close(self) -> None:
        """End process and client."""
        self.stop()
        self.http.close()

    def ask(self, agency: str, page: str, **question: str) -> dict[str, Any]:
        """Ask an agency."""
        answer = self.http.get(
            f"{self.url}/agencies/{agency}/v1/{page}",
            params=question,
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def records(self, agency: str, **question: str) -> list[dict[str, Any]]:
        """Return what an agency holds."""
        return self.ask(agency, "records", **question)["records"]

    def kinds(self, agency: str) -> list[str]:
        """Return the kinds of the messages that took effect, in their order."""
        return [message["kind"] for message in self.ask(agency, "received")["messages"]]

    def play(self, scenario: str, *agencies: str) -> None:
        """Set a scenario."""
        for agency in agencies:
            answer = self.http.post(
                f"{self.url}/agencies/{agency}/v1/scenario",
                json={"scenario": scenario},
                headers={"Authorization": f"Bearer {TOKEN}"},
            )
            assert answer.status_code == 200
