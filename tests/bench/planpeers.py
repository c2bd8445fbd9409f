# SPDX-License-Identifier: EUPL-1.2
"""The peers of tests/bench/plan.py: what each is given, how it is run, and the slots it answers with. One thread each; a peer's
time is all of it, its translation too. The models: plan.mzn (Gecode), plan.lp (gringo and clasp), and the one written here for
CBC, after Pesant, Rix, Rousseau, "A Comparative Study of MIP and CP Formulations for the B2B Scheduling Optimization Problem"
(CPAIOR 2015): x_m_t meeting m in slot t, u_p_t person p is busy, s_p_t a run of meetings begins. Where there is no room for all
meetings CBC is asked for the most weight, and the others for nothing.
A peer gives: the slots or None, whether they are proven best, and whether it is proven that there are none."""
import os
import re
import signal
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
GRACE = 2  # seconds for a peer to end by itself


class Late(Exception):
    """The time is over before there is anything to search in."""


def run(command, folder, until):
    """What it printed by then; how much of its time is over is the caller's to know."""
    if time.monotonic() >= until:
        raise Late
    with open(os.path.join(folder, "out"), "w+") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, cwd=folder,
                                   start_new_session=True)
        try:
            process.wait(max(0, until - time.monotonic()) + GRACE)
        except subprocess.TimeoutExpired:
            pass
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        out.seek(0)
        return out.read()


def left(until):
    return max(1, round(until - time.monotonic()))


# ---- MiniZinc with Gecode

def minizinc(problem, data, spread, folder, until):
    out = run(["minizinc", "--solver", "gecode", "-a", "--time-limit", str(1000 * left(until)), "-D", f"spread={spread}",
               os.path.join(HERE, "plan.mzn"), data], folder, until)
    found = re.findall(r"^slots \[([^\]]*)\]", out, re.M)
    slots = [int(n) - 1 for n in found[-1].split(",")] if found else None
    return slots, "==========" in out, "UNSATISFIABLE" in out


# ---- gringo and clasp

def facts(problem, spread):
    yield f"slots({problem.slots}). tables({problem.tables}). spread({spread})."
    for p, own in enumerate(problem.own):
        yield f"person({p},{len(own)})." + "".join(f" with({p},{m})." for m in own)
    for m, some in enumerate(problem.allowed):
        yield " ".join(f"may({m},{t + 1})." for t in sorted(some))
    for a, b in problem.before:
        yield f"before({a},{b})."


def clasp(problem, data, spread, folder, until):
    with open(os.path.join(folder, "facts.lp"), "w") as f:
        f.write("\n".join(facts(problem, spread)))
    with open(os.path.join(folder, "ground"), "w") as f:
        made = subprocess.run(["gringo", os.path.join(HERE, "plan.lp"), "facts.lp"], cwd=folder, stdout=f, stderr=subprocess.PIPE,
                              timeout=max(1, until - time.monotonic()) + GRACE, text=True)
    if made.returncode:
        raise RuntimeError(made.stderr)
    out = run(["clasp", "--quiet=1,2", "--configuration=tweety", "--opt-strategy=usc,k,disjoint,stratify",
               f"--time-limit={left(until)}", "ground"], folder, until)
    slots = None
    for line in re.findall(r"^(?:v |)(at\(.*)$", out, re.M):
        slots = [None] * len(problem.meetings)
        for m, t in re.findall(r"at\((\d+),(\d+)\)", line):
            slots[int(m)] = int(t) - 1
    return slots, "OPTIMUM FOUND" in out, "UNSATISFIABLE" in out


# ---- CBC

def rows(problem, spread):
    """Constraints of the MILP; those a peer needs only to be quicker are in."""
    slots = range(problem.slots)
    for m, some in enumerate(problem.allowed):
        yield " + ".join(f"x_{m}_{t}" for t in sorted(some)) + " = 1"
    for t in slots:
        here = [f"x_{m}_{t}" for m, some in enumerate(problem.allowed) if t in some]
        if here:
            yield " + ".join(here) + f" <= {problem.tables}"
    for p, own in enumerate(problem.own):
        if not own:
            continue
        for t in slots:
            terms = [f" - x_{m}_{t}" for m in own if t in problem.allowed[m]]
            yield f"u_{p}_{t}" + "".join(terms) + " = 0"
            yield f"s_{p}_{t} - u_{p}_{t}" + (f" + u_{p}_{t - 1}" if t else "") + " >= 0"
            yield f"s_{p}_{t} - u_{p}_{t} <= 0"
            if t:
                yield f"s_{p}_{t} + u_{p}_{t - 1} <= 1"
        yield " + ".join(f"u_{p}_{t}" for t in slots) + f" = {len(own)}"
        yield " + ".join(f"s_{p}_{t}" for t in slots) + " >= 1"
        yield " + ".join(f"s_{p}_{t}" for t in slots) + f" - least <= {spread + 1}"
        yield " + ".join(f"s_{p}_{t}" for t in slots) + " - least >= 1"
    if any(not own for own in problem.own):
        yield "least <= 0"
    for a, b in problem.before:
        for t in slots:
            second = [f"x_{b}_{s}" for s in range(t + 1) if s in problem.allowed[b]]
            first = [f"x_{a}_{s}" for s in range(t) if s in problem.allowed[a]]
            if second:
                yield " + ".join(second) + "".join(f" - {x}" for x in first) + " <= 0"


def heaviest(problem):
    """Constraints where not all meetings can be placed: rests, orders and bound people are not in them."""
    slots = range(problem.slots)
    for m, some in enumerate(problem.allowed):
        if some:
            yield " + ".join(f"x_{m}_{t}" for t in sorted(some)) + (" = 1" if "slot" in problem.meetings[m] else " <= 1")
    for t in slots:
        for some, most in [(range(len(problem.meetings)), problem.tables), *((own, 1) for own in problem.own)]:
            here = [f"x_{m}_{t}" for m in some if t in problem.allowed[m]]
            if len(here) > most:
                yield " + ".join(here) + f" <= {most}"
    for p, own in enumerate(problem.own):
        here = [f"x_{m}_{t}" for m in own for t in sorted(problem.allowed[m])]
        if here:
            yield " + ".join(here) + f" <= {problem.people[p].get('most') or problem.slots}"


def lp_file(problem, spread):
    busy = [p for p, own in enumerate(problem.own) if own] if problem.complete else []
    if problem.complete:
        yield "Minimize"
        yield " cost: " + "\n + ".join(f"s_{p}_{t}" for p in busy for t in range(problem.slots))
    else:
        yield "Maximize"
        yield " weight: " + "\n + ".join(f"{problem.weight[m]} x_{m}_{t}" for m, some in enumerate(problem.allowed) for t in sorted(some))
    yield "Subject To"
    for i, row in enumerate(rows(problem, spread) if problem.complete else heaviest(problem)):
        yield f" c{i}: " + re.sub(r"(.{80,}?) (?=[+-])", r"\1\n ", row)
    yield "Bounds"
    yield from (f" 0 <= {kind}_{p}_{t} <= 1" for kind in "us" for p in busy for t in range(problem.slots))
    if problem.complete:
        yield f" 0 <= least <= {problem.slots}"
    yield "Binaries"
    yield from (f" x_{m}_{t}" for m, some in enumerate(problem.allowed) for t in sorted(some))
    yield "End"


def cbc_slots(problem, head, lines):
    """The slots in the file with its answer; None where there is none."""
    if "objective value" not in head or re.search(r"[Ii]nfeasible|no integer solution", head):
        return None
    slots = [None] * len(problem.meetings)
    for m, t, x in re.findall(r"\bx_(\d+)_(\d+)\s+(\S+)", "\n".join(lines)):
        if float(x) > 0.5:
            slots[int(m)] = int(t)
    return None if problem.complete and None in slots else slots


def cbc(problem, data, spread, folder, until):
    if problem.complete and not all(problem.allowed):
        return None, False, True  # the empty sum has no form in the file
    answer = os.path.join(folder, "answer")
    with open(os.path.join(folder, "plan.lp"), "w") as f:
        f.write("\n".join(lp_file(problem, spread)) + "\n")
    out = run(["cbc", "plan.lp", "timeMode", "elapsed", "sec", str(left(until)), "solve", "solution", "answer"], folder, until)
    head, lines = "", []
    if os.path.exists(answer):
        with open(answer) as f:
            head, *lines = f.read().split("\n")
    infeasible = re.search(r"(Problem is|proven|processing says) infeasible", out) or re.match(r"(Infeas|Integer infeas)", head)
    return cbc_slots(problem, head, lines), "Optimal solution found" in out, bool(infeasible)


PEERS = {"minizinc": minizinc, "clasp": clasp, "cbc": cbc}
WEIGHING = ("cbc",) # those that are asked about agendas which need not be complete
