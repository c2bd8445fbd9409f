# SPDX-License-Identifier: EUPL-1.2
"""One psql that stays connected beside a daemon: for statements too many to start a program for each."""
import subprocess

import entregent
from entregent import Failure


class Lost(Exception):
    """The connection is over."""


class Session:
    """s(statement) gives the rows as lines, columns between |; a refused statement is a Failure, and the next one works."""

    def __init__(self, daemon):
        self.process = subprocess.Popen(
            [f"{entregent.BUILD}/entregentd", "db", "psql", "--data", daemon.data, *daemon.settings, "--", "-X", "-q", "-A", "-t"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=entregent.environment())
        entregent.running.add(self.process)

    def __call__(self, statement):
        lines = []
        try:
            self.process.stdin.write(f"{statement};\n\\echo '--end' :ERROR :LAST_ERROR_MESSAGE\n")
            self.process.stdin.flush()
            while not (line := self.process.stdout.readline()).startswith("--end"):
                if not line:
                    raise Lost(statement)
                lines.append(line.rstrip("\n"))
        except OSError:
            raise Lost(statement)
        if line.startswith("--end true"):
            raise (Lost if self.process.poll() is not None else Failure)(f"{statement}: {line}")
        return lines

    def close(self):
        self.process.kill()
        self.process.communicate()
        entregent.running.discard(self.process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
