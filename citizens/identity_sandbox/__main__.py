"""Start the sandbox: make its database, register the portal as its client, serve until told."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM or Ctrl-C; the database goes with the process."""
    parser = argparse.ArgumentParser(prog="identity_sandbox", description="identity provider")
    parser.add_argument("--port", type=int, required=True, help="0 lets the system choose")
    parser.add_argument("--client", default="cong-vi-pham")
    parser.add_argument("--return-url", required=True, help="the portal's address to come back to")
    parser.add_argument("--secret-env", default="IDENTITY_SECRET")
    options = parser.parse_args(arguments)
    secret = os.environ.get(options.secret_env, "")
    if not secret:
        print(f"The variable {options.secret_env} holds no secret.", file=sys.stderr)
        return 2
    if os.environ.get("PORTAL_SAMPLE", "1") != "1":
        print(
            "This is a sandbox: it vouches for nobody in a portal that is no trial.",
            file=sys.stderr,
        )
        return 2
    with tempfile.TemporaryDirectory() as folder:
        os.environ["IDENTITY_SANDBOX_DATABASE"] = os.path.join(folder, "identity.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = "citizens.identity_sandbox.settings"
        _serve(options.port, options.client, secret, options.return_url)
    return 0


def _serve(port: int, client: str, secret: str, return_url: str) -> None:
    import django

    django.setup()
    from allauth.idp.oidc.models import Client
    from django.core.management import call_command
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    known = Client(id=client, name="Cổng Vi phạm giao thông (mẫu)", skip_consent=True)
    known.set_secret(secret)
    known.set_redirect_uris([return_url])
    known.set_scopes(["openid", "profile"])
    known.save()

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Stay silent: addresses carry codes."""

    server = ThreadedWSGIServer(("127.0.0.1", port), Quiet)
    server.set_app(get_wsgi_application())

    def stop(*_: object) -> None:
        # shutdown() waits for the serving loop, so it must not run inside it.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
