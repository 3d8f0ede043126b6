"""What the tests of seals need: two independent validators, other certificates, a time-stamp server.

Neither validator shares code with the other: pyHanko is Python, pdfsig is poppler with NSS.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.notices.making import needs
from tests.signing import authority

# Give a root to NSS, whose own tool (certutil) is no part of poppler.
_TRUST = """
import ctypes, sys
folder, path = sys.argv[1:]
nss, smime = ctypes.CDLL("libnss3.so"), ctypes.CDLL("libsmime3.so")
smime.CERT_DecodeCertFromPackage.restype = ctypes.c_void_p
for name in ("PK11_GetInternalKeySlot", "CERT_GetDefaultCertDB"):
    getattr(nss, name).restype = ctypes.c_void_p
assert nss.NSS_InitReadWrite(b"sql:" + folder.encode()) == 0
slot = ctypes.c_void_p(nss.PK11_GetInternalKeySlot())
nss.PK11_InitPin(slot, None, b"")
der = open(path, "rb").read()
certificate = ctypes.c_void_p(smime.CERT_DecodeCertFromPackage(der, len(der)))
assert nss.PK11_ImportCert(slot, certificate, ctypes.c_ulong(0), b"root", 0) == 0
trust = (ctypes.c_uint * 3)()
assert nss.CERT_DecodeTrustString(trust, b"CT,C,C") == 0
database = ctypes.c_void_p(nss.CERT_GetDefaultCertDB())
assert nss.CERT_ChangeCertTrust(database, certificate, trust) == 0
nss.NSS_Shutdown()
"""


def pyhanko_says(pdf: bytes, *, stamp_root: x509.Certificate | None = None) -> Any:
    """Return pyHanko's judgement on the one signature of a paper, with our root trusted."""
    roots = [authority().certificate, *([stamp_root] if stamp_root else [])]
    trusted = [asn1_x509.Certificate.load(root.public_bytes(Encoding.DER)) for root in roots]
    context = ValidationContext(trust_roots=trusted, allow_fetching=False)
    (signature,) = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures
    return validate_pdf_signature(signature, context)


def pdfsig_says(pdf: bytes, folder: Path) -> str:
    """Return what poppler says of a paper, with our root trusted."""
    needs("pdfsig")
    trusted = folder / "nss"
    if not trusted.exists():
        trusted.mkdir()
        root = folder / "root.der"
        root.write_bytes(authority().certificate.public_bytes(Encoding.DER))
        subprocess.run([sys.executable, "-c", _TRUST, str(trusted), str(root)], check=True)
    path = folder / "judged.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(
        ["pdfsig", "-nssdir", str(trusted), str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout + told.stderr


class StampServer:
    """An RFC 3161 service in this process; ``before_answer`` may wait, or fail it."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.before_answer: Any = lambda: None
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Dấu thời gian (mẫu)")])
        now = datetime.now(UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=900))
            .add_extension(
                x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
            .sign(key, SHA256())
        )
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self._stamper = DummyTimeStamper(
            asn1_x509.Certificate.load(self.certificate.public_bytes(Encoding.DER)),
            asn1_keys.PrivateKeyInfo.load(private),
        )

    def answer(self, request: bytes) -> bytes:
        """Stamp what is asked for."""
        self.asked += 1
        self.before_answer()
        stamped: bytes = self._stamper.request_tsa_response(tsp.TimeStampReq.load(request)).dump()
        return stamped


@contextmanager
def stamp_server() -> Iterator[tuple[StampServer, str]]:
    """Run a time-stamp service; yields it with its address."""
    service = StampServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = service.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(service.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *given: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield service, f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
