"""``manage.py write_standard``: write the published schemas and samples from the code."""

from typing import Any

from django.core.management.base import BaseCommand

from cameras.standard import samples, schemas


class Command(BaseCommand):
    """Write the files of ``cameras/standard``; a test compares them with what would be written."""

    help = "Write the schemas and samples of the data standard into cameras/standard."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write every file and name it."""
        files = {
            schemas.FULL_FILE: schemas.written(schemas.full_schema()).encode(),
            schemas.GATEWAY_FILE: schemas.written(schemas.gateway_schema()).encode(),
            **{samples.FOLDER / name: data for name, data in samples.files().items()},
        }
        for path, data in files.items():
            path.write_bytes(data)
            self.stdout.write(f"{path.name}: {len(data)} byte")
