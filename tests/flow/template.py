# SPDX-License-Identifier: EUPL-1.2
"""Makes a data directory that other tests begin on a copy of: template.py BUILD FOLDER."""
import sys

from entregent import Daemon

with Daemon(data=sys.argv[2]):
    pass
