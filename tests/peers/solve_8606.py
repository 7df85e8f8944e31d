"""Run OpenTaxSolver's Form 8606 on cases read from standard input; a process of its own.

The solver is a C program compiled into the package tenforty. It writes a file and may end its
process, so each case runs in a child. Usage: solve_8606.py LIBRARY < cases.json > lines.json
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import sys
import tempfile
from pathlib import Path

SOLVER = "_ZN17OpenTaxSolver202414taxsolve_f86064mainEiPPc"
LINE = re.compile(r"^L(\w+)\s*=\s*(-?[\d.]+)", re.MULTILINE)
FORM = """Title: Form 8606 for tax-year 2024
Complete_Part_One? Yes
L1 {1} ;
L2 {2} ;
Dist_or_Conv? Yes
L4 {4} ;
L6 {6} ;
L7 {7} ;
L8 {8} ;
L15b 0 ;
Complete_Part_Two? Yes
L16 {8} ;
L17 0 ;
Complete_Part_Three? No
"""


def solve(library: ctypes.CDLL, folder: Path, case: dict[str, str]) -> dict[str, str]:
    """Return the lines that the solver prints for one case."""
    entered = folder / "f8606.txt"
    entered.write_text(re.sub(r"\{(\d)\}", lambda m: case[m[1]], FORM), "utf-8")
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        arguments = (ctypes.c_char_p * 2)(b"taxsolve", os.fsencode(entered))
        getattr(library, SOLVER)(2, arguments)
        os._exit(0)
    os.waitpid(child, 0)
    return dict(LINE.findall((folder / "f8606_out.txt").read_text("utf-8")))


def main() -> None:
    """Solve every case."""
    library = ctypes.CDLL(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        solved = [solve(library, Path(folder), case) for case in json.load(sys.stdin)]
    json.dump(solved, sys.stdout)


if __name__ == "__main__":
    main()
