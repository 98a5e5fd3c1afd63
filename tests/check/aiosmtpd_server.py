"""Runs a command with a mail server in Python, where Postfix cannot be had: `aiosmtpd_server.py COMMAND…`.

The command finds the same variables as below `postfix.sh`: STARTTLS and a login are asked for, mails go into a maildir, and who stands in the
table is refused. It needs the program `openssl`, and aiosmtpd from `requirements.txt`.
"""

import logging
import mailbox
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile

import aiosmtpd
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = "blog", "open sesame"


class Handler:
    def __init__(self, folder):
        self.refused = folder / "refused"
        self.refused.touch()
        self.mails = mailbox.Maildir(folder / "mails")

    async def handle_RCPT(self, server, session, envelope, address, options):
        for line in self.refused.read_text().splitlines():
            whom, answer = line.split(" ", 1)
            if whom == address.lower():
                return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope):
        recipient = envelope.rcpt_tos[0].encode()
        self.mails.add(b"X-Original-To: " + recipient + b"\r\n" + envelope.original_content)
        return "250 2.0.0 taken"


class Server(Controller):
    def __init__(self, folder):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        self.context = context
        super().__init__(Handler(folder), hostname="127.0.0.1", port=0)

    def factory(self):
        return SMTP(
            self.handler,
            tls_context=self.context,
            require_starttls=True,
            auth_required=True,
            authenticator=lambda server, session, envelope, way, data: AuthResult(
                success=(data.login, data.password) == (USER.encode(), PASSWORD.encode())
            ),
            enable_SMTPUTF8=True,
        )

    def _trigger_server(self):
        # Only now is it known which port was free.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def main(command, folder):
    # It tells at each login what will be different in a version to come.
    logging.disable(logging.WARNING)
    make = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost".split()
    subprocess.run(["openssl", *make, "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)
    server = Server(folder)
    server.start()
    values = {
        "PORT": server.port,
        "CA": folder / "cert.pem",
        "USER": USER,
        "PASSWORD": PASSWORD,
        "MAILS": folder / "mails",
        "REFUSE": folder / "refused",
        "RELOAD": "true",
        "NAME": f"aiosmtpd {aiosmtpd.__version__}",
    }
    environment = {**os.environ, **{f"POSTRIDER_TEST_SMTP_{name}": str(value) for name, value in values.items()}}
    status = subprocess.run(command, env=environment).returncode
    server.stop()
    return status


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as room:
        sys.exit(main(sys.argv[1:], pathlib.Path(room)))
