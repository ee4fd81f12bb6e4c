"""The program: runs the command line and exits with a documented code."""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from ki_briefing.base.errors import BriefingError, Exit
from ki_briefing.cli import cli
from ki_briefing.cli.output import close_output, say

if TYPE_CHECKING:
    from types import FrameType

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def main() -> None:
    """Run the command line and exit with a documented code."""
    if sys.stdin is None:  # it is closed: the first file we open would be taken for it
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - stays open until we exit
    signal.signal(signal.SIGTERM, _terminate)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each of numpy's threads costs 30 ms and has nothing to do
    try:
        cli.main(standalone_mode=False)
    except BriefingError as error:
        if "-v" in sys.argv or "--verbose" in sys.argv:
            traceback.print_exc()
        _fail(error.exit_code, error.message, error.hint)
    except click.UsageError as error:
        error.show()
        sys.exit(Exit.USAGE)
    except (KeyboardInterrupt, click.Abort):
        close_output()  # else our exit would wait for a reader that may never come
        _fail(Exit.INTERRUPTED, "interrupted", "Run the same command again: what is done is kept.")
    except click.ClickException as error:
        _fail(Exit.NO_INPUT, error.format_message(), "Check the path.")
    except OSError as error:  # of the output: other files' errors have become StorageErrors
        if error.filename or error.errno not in _NO_ROOM:
            raise
        close_output()
        _fail(Exit.IO, f"the output cannot be written: {os.strerror(error.errno)}", "Make room, or write elsewhere.")


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    close_output()
    raise SystemExit(Exit.TERMINATED)


def _fail(code: int, message: str, hint: str) -> NoReturn:
    say(f"Error: {message}\n{hint}".rstrip(), err=True)
    sys.exit(code)
