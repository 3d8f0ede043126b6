"""The check for system libraries names what to install before anything is rendered."""

import subprocess
import sys

import pytest

from config import requirements_check

pytestmark = pytest.mark.gate


def test_this_machine_can_render() -> None:
    assert requirements_check.missing_system_packages() == []
    requirements_check.require_system_packages()


def test_a_missing_library_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absent = {"libpango-1.0-0": ("libno-such-library.so.0",)}
    monkeypatch.setattr(requirements_check, "REQUIRED", requirements_check.REQUIRED | absent)
    assert requirements_check.missing_system_packages() == ["libpango-1.0-0"]
    with pytest.raises(SystemExit, match=r"apt-get install -y libpango-1\.0-0"):
        requirements_check.require_system_packages()


def test_what_only_makes_it_faster_does_not_stop_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absent = {"libharfbuzz-subset0": ("libno-such-library.so.0",)}
    monkeypatch.setattr(requirements_check, "OPTIONAL", absent)
    assert requirements_check.missing_optional_packages() == ["libharfbuzz-subset0"]
    requirements_check.require_system_packages()


def test_checking_does_not_import_the_pdf_maker() -> None:
    program = (
        "import sys; from config import requirements_check;"
        "requirements_check.require_system_packages(); print('weasyprint' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
