"""``manage.py conformance URL|FILE``: try a maker's events, or a portal, against the standard."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.management.base import BaseCommand, CommandError

from cameras.conformance import Report, check
from cameras.conformance_answers import Trial
from cameras.conformance_trial import Portal

#: What lies beside events in a folder and is none.
NO_EVENTS = frozenset({".jpg", ".jpeg", ".mp4", ".md", ".pem"})


class Command(BaseCommand):
    """Print what is accepted and every fault; ends with exit code 1 when there is one."""

    help = (
        "Kiểm tra sự kiện của hãng (tệp, thư mục) hoặc một cổng đang chạy (địa chỉ) theo chuẩn "
        "vn.traffic.violation-event/1. / Try a maker's events (file, folder) or a running portal "
        "(address) against the standard."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", help="FILE, FOLDER, or the push address of a sandbox device")
        parser.add_argument("--content-type", default="", help="of FILE, when it is a raw body")
        parser.add_argument("--serial", help="serial number of the sandbox device (with URL)")
        parser.add_argument("--key", type=Path, help="its private Ed25519 key, PEM (with URL)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Decide by the target what is tried."""
        if options["target"].startswith(("http://", "https://")):
            self._portal(options)
        else:
            self._files(Path(options["target"]), options)

    def _files(self, target: Path, options: dict[str, Any]) -> None:
        if not target.exists():
            raise CommandError(f"Không có {target}. / There is no {target}.")
        paths = [target]
        if target.is_dir():
            paths = sorted(
                path
                for path in target.rglob("*")
                if path.is_file() and path.suffix.lower() not in NO_EVENTS
            )
        reports = [check(str(path), path.read_bytes(), options["content_type"]) for path in paths]
        if options["json"]:
            self.stdout.write(json.dumps([_report(one) for one in reports], ensure_ascii=False))
        else:
            for report in reports:
                self._print(report)
        refused = sum(not report.accepted for report in reports)
        summary = f"{len(reports) - refused} đạt, {refused} không đạt / "
        summary += f"{len(reports) - refused} accepted, {refused} refused"
        if refused or not reports:
            raise CommandError(summary)
        if not options["json"]:
            self.stdout.write(summary)

    def _print(self, report: Report) -> None:
        if report.accepted:
            note = "" if report.with_pictures else " (không có ảnh kèm / without its pictures)"
            self.stdout.write(f"ĐẠT / ACCEPTED  {report.name}{note}")
            return
        self.stdout.write(f"KHÔNG ĐẠT / REFUSED  {report.name}")
        for finding in report.findings:
            self.stdout.write(f"  {finding.path}")
            for language in (0, 1):
                words = [finding.sentence[language]]
                if finding.found[language]:
                    words.append(("Thấy: ", "Found: ")[language] + finding.found[language] + ".")
                if finding.allowed[language]:
                    allowed = ("Cho phép: ", "Allowed: ")[language] + finding.allowed[language]
                    words.append(allowed + ".")
                self.stdout.write(f"    {('vi', 'en')[language]}: {' '.join(words)}")

    def _portal(self, options: dict[str, Any]) -> None:
        if not options["serial"] or not options["key"]:
            raise CommandError(
                "Cần --serial và --key của một thiết bị thử. / A sandbox device's --serial and "
                "--key are needed."
            )
        key = load_pem_private_key(options["key"].read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise CommandError("Khóa phải là Ed25519. / The key must be Ed25519.")
        with httpx.Client(timeout=60) as client:

            def send(
                method: str, url: str, headers: dict[str, str], body: bytes
            ) -> tuple[int, dict[str, str], bytes]:
                try:
                    answer = client.request(method, url, headers=headers, content=body)
                except httpx.HTTPError as error:
                    raise OSError(type(error).__name__) from error
                named = {name.lower(): value for name, value in answer.headers.items()}
                return answer.status_code, named, answer.content

            portal = Portal(
                options["target"],
                options["serial"],
                key,
                send=send,
                clock=lambda: datetime.now(UTC),
            )
            trials = list(self._shown(portal, quiet=options["json"]))
        if options["json"]:
            self.stdout.write(json.dumps([_trial(one) for one in trials], ensure_ascii=False))
        failed = sum(not trial.passed for trial in trials)
        summary = f"{len(trials) - failed} đúng, {failed} sai / "
        summary += f"{len(trials) - failed} as the standard says, {failed} not"
        if failed:
            raise CommandError(summary)
        if not options["json"]:
            self.stdout.write(summary)

    def _shown(self, portal: Portal, *, quiet: bool) -> Any:
        for trial in portal.trials():
            if not quiet:
                mark = "đúng/ok  " if trial.passed else "SAI/WRONG"
                line = f"{mark} {trial.expected.status} {trial.status or '---'}  {trial.name}"
                self.stdout.write(f"{line}  {'; '.join(trial.differences)}".rstrip())
            yield trial


def _report(report: Report) -> dict[str, Any]:
    return {
        "name": report.name,
        "accepted": report.accepted,
        "with_pictures": report.with_pictures,
        "faults": [
            {
                "path": finding.path,
                "code": finding.code,
                "vi": finding.sentence.vi,
                "en": finding.sentence.en,
                "found": finding.found.en,
                "allowed": finding.allowed.en,
            }
            for finding in report.findings
        ],
    }


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "name": trial.name,
        "expected": trial.expected.status,
        "status": trial.status,
        "passed": trial.passed,
        "differences": list(trial.differences),
    }
