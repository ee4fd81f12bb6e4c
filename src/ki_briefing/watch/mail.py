"""Notices -> a mail through the show's SMTP server."""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.secrets import read_secret
from ki_briefing.show.notify import Mail, Security
from ki_briefing.watch.notices import NotifyError, with_patience

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ki_briefing.show.settings import Show
    from ki_briefing.watch.notices import Notice

_TIMEOUT = 15.0  # seconds without a byte


def send(show: Show, notices: Sequence[Notice], now: datetime) -> None:
    """Mail what is to be told.

    Raises:
        ConfigError: A setting of [notify.mail] cannot be used, or the password is missing.
        NotifyError: The server did not take it.
    """
    mail = show.notify.mail
    if mail.user and mail.security is Security.NONE and not _is_here(mail.host):
        raise ConfigError(
            "[notify.mail] would send the password in the clear", hint='Set security = "starttls" or "tls".'
        )
    password = read_secret(mail.password) if mail.password else ""
    message = _message(show, notices, now)

    def attempt() -> None:
        try:
            with _connected(mail) as server:
                if mail.user:
                    server.login(mail.user, password)
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            failure = NotifyError(f"the mail server {mail.host} did not take it: {_cause(error)}")
            refused = isinstance(error, (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, ssl.SSLError))
            failure.passing = not refused
            raise failure from None

    with_patience(attempt, f"the mail server {mail.host}")


def _connected(mail: Mail) -> smtplib.SMTP:
    verified = ssl.create_default_context()
    if mail.security is Security.TLS:
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=_TIMEOUT, context=verified)
    server = smtplib.SMTP(mail.host, mail.port, timeout=_TIMEOUT)
    try:
        if mail.security is Security.STARTTLS:
            server.starttls(context=verified)
    except BaseException:
        server.close()
        raise
    return server


def _message(show: Show, notices: Sequence[Notice], now: datetime) -> EmailMessage:
    mail = show.notify.mail
    first = " ".join(notices[0].text.split())
    more = f" (+{len(notices) - 1})" if len(notices) > 1 else ""
    message = EmailMessage()
    try:
        message["Subject"] = f"{show.podcast.title}: {first[:120]}{more}"
        message["From"] = mail.sender or mail.to[0]
        message["To"] = ", ".join(mail.to)
    except ValueError as error:  # a line break or the like in an address
        raise ConfigError(f"[notify.mail]: {error}", hint="Write addresses such as redaktion@example.org.") from error
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain="ki-briefing.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(f"{each.event}: {each.text}\n{each.about}" for each in notices) + "\n")
    return message


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _cause(error: Exception) -> str:
    """Return what a server or a socket said, without the password that a login echoes."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        return f"{error.smtp_code} {said}"
    return str(error) or type(error).__name__
