"""What a vote costs, and whether each is counted once: `python -m tests.benchmarks.votes --rate 400 --seconds 5`.

Serves a site of its own on PostgreSQL and Redis (`deploy/services.sh env`) through two processes, with an empty
database that is dropped before the next run. First guests vote at a fixed rate, each answer looked at. Then, in
`--rounds` rounds, one guest presses 64 times at once, other choices and the same ones, half of them sent again under the
same key. Then `--voters` guests come within five seconds: a third of them change their vote, a tenth take it back. At
the end the ballots are counted in the database: as many as were answered, one in each round, every choice as often as
the last answers said, and `recount_polls` agrees; otherwise there are no figures. CPU is that of each part of the site,
less what it uses at rest.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import secrets
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

from tests.benchmarks.load import Lines, WrongAnswer, open_loop, share, timed
from tests.benchmarks.results import Result, Run
from tests.benchmarks.stacks import Production

PRESSES, WAKING = 64, 10  # at once, and how often before anything is measured
RANKED, RESULT = 50_000, 200  # ballots of a ranked poll, and ms in which its result is there
P50, P99 = 100, 150  # ms from a tap to its answer
KEPT = 0.99  # of the rate at which votes come; the run ends with the last answer, so none reaches all of it
CROWD = 5  # seconds within which many voters come
MADE = """
import json
from itertools import permutations
from polls import statements
from community.members.models import Member
from tests.builders.polls import a_poll
from tests.builders.members import a_member
author = a_member(role="editor")
polls = [
    a_poll("Rain", "Wind", "Frost", author=author, audience="everyone", changes="withdraw") for _ in range({polls})
]
ranked = a_poll("North", "East", "South", "West", "Up", author=author, kind="ranked", most=5, results="always")
orders = [order for n in range(1, 6) for order in permutations(range(1, 6), n)]
counts = {{(">".join(map(str, order)), "member"): {ballots} // len(orders) for order in orders}}
counts[">".join(map(str, orders[0])), "member"] += {ballots} % len(orders)
statements.count(ranked.pk, counts | {{("", "member"): {ballots}}})
print("MADE", json.dumps([ranked.pk, *(poll.pk for poll in polls)]))
"""
CHOSEN = """
from django.db.models import Count
from polls.models import Ballot, BallotChoice
from polls.queries.shown import counts_of
chosen = BallotChoice.objects.filter(ballot__poll_id={poll}, ballot__state="counted").values_list("choice__number")
counts = counts_of({poll})
print("CHOSEN", json.dumps([
    dict(chosen.annotate(n=Count("pk"))), {{key: counts.of(key) for key in counts.votes}}, counts.total,
    Ballot.objects.filter(poll_id={poll}).count(),
]))
"""
COUNTED = """
from django.db.models import Count
from polls.models import Ballot
print("COUNTED", json.dumps(dict(Ballot.objects.values_list("poll_id").annotate(n=Count("pk")))))
"""


class Guests:
    """Guests who vote, each once, over connections that stay open."""

    def __init__(self, stack: Production) -> None:
        self._stack, self._lines = stack, Lines(stack.ports)
        self.counted: Counter[int] = Counter()
        self._lock = threading.Lock()

    def vote(
        self, poll: int, number: int, *, seed: str = "", key: str = "", also: tuple[int, ...] = ()
    ) -> int:
        """One vote; its status. WrongAnswer for one that is neither 200 nor among `also`, or shows no vote."""
        fields = {"choice": str(number), "seed": seed or secrets.token_hex(16), "key": key, "style": "home"}
        status, body, cookie = self._send(poll, "vote", fields)
        if status not in (200, *also) or (status == 200 and not ("Your vote:" in body and cookie)):
            raise WrongAnswer(f"a vote was answered with {status}: {body[-400:]}")
        if status == 200:
            with self._lock:
                self.counted[poll] += 1
        return status

    def change(self, poll: int, number: int) -> int:
        """Vote; every third votes anew, every tenth takes it back. Which choice counts in the end, 0 for none."""
        last, address = 1 + number // 3 % 3, secrets.token_bytes(3)
        steps = [("vote", last)]
        if number % 3 == 0:
            last = 1 + last % 3
            steps.append(("vote", last))
        if number % 10 == 0:
            last = 0
            steps.append(("withdraw", 0))
        cookie, seed = "", secrets.token_hex(16)
        for verb, choice in steps:
            fields = {"choice": str(choice), "seed": seed, "style": "home"}
            status, body, made = self._send(poll, verb, fields, address, cookie)
            cookie = cookie or made
            if status != 200 or ("Your vote:" in body) != (verb == "vote"):
                raise WrongAnswer(f"a {verb} was answered with {status}: {body[-400:]}")
        return last

    def _send(
        self, poll: int, verb: str, fields: dict[str, str], address: bytes = b"", cookie: str = ""
    ) -> tuple[int, str, str]:
        """Status, body and the ballot's cookie, if one was given."""
        network = address or secrets.token_bytes(3)  # each from a network of its own, as in a large town
        headers = self._stack.headers | {
            "Origin": "https://localhost",
            "Content-Type": "application/x-www-form-urlencoded",
            "HX-Request": "true",
            "Accept-Language": "en",
            "X-Forwarded-For": f"11.{'.'.join(map(str, network))}",
        }
        if cookie:
            headers["Cookie"] = cookie
        with self._lines.line() as line:
            line.request("POST", f"/polls/{poll}/{verb}/", body=urlencode(fields), headers=headers)
            answer = line.getresponse()
            body, given = answer.read().decode(), answer.getheader("Set-Cookie") or ""
        found = re.search(r"\b(?:__Host-)?ballot=[^;]+", given)
        return answer.status, body, found[0] if found else ""


def pressed_at_once(guests: Guests, poll: int) -> Counter[int]:
    """One guest in many presses of one moment: different choices, half of them sent again under the same key."""
    gate, seed = threading.Barrier(PRESSES), secrets.token_hex(16)

    def press(number: int) -> int:
        gate.wait(30)
        return guests.vote(poll, 1 + number % 3, seed=seed, key=f"press-{number // 2}", also=(409,))

    with ThreadPoolExecutor(PRESSES) as pool:
        return Counter(pool.map(press, range(PRESSES)))


def changed_in_a_crowd(stack: Production, guests: Guests, poll: int, voters: int) -> list[Result]:
    """Many guests within five seconds, of whom some change their vote and some take it back."""
    ended: Counter[int] = Counter()
    lock = threading.Lock()

    def one(number: int) -> None:
        last = guests.change(poll, number)
        with lock:
            ended[last] += 1

    took = timed(lambda: open_loop(one, rate=voters / CROWD, seconds=CROWD, clients=64))
    said = stack.run("manage.py", "shell", "-c", f"import json\n{CHOSEN.format(poll=poll)}")
    chosen, told, total, envelopes = json.loads(said.rpartition("CHOSEN ")[2])
    expected = {str(choice): n for choice, n in sorted(ended.items()) if choice}
    told = {key: n for key, n in told.items() if n}
    if chosen != expected or told != expected or total != sum(expected.values()) or envelopes != voters:
        raise WrongAnswer(f"{dict(ended)} became {chosen}, told {told}, {total} of {envelopes}")
    return [
        Result(f"{voters:,} voters with changes and withdrawals: all answered", took, "s"),
        Result(f"{voters:,} voters with changes and withdrawals: miscounted", 0, "", 0),  # or no figures
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rate", type=float, default=400, help="votes a second")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=20, help="of one guest's presses at once")
    parser.add_argument("--voters", type=int, default=5_000, help="of whom some change or take back")
    parser.add_argument(
        "--profile", action="store_true", help="where the time of a vote goes, in one process"
    )
    parser.add_argument(
        "--functions", default="0", metavar="N", help="beside it the N most expensive functions"
    )
    parser.add_argument("--json", type=Path, help="keep the figures for docs/benchmarks.md")
    options = parser.parse_args()
    with Production.of_its_own("bench_votes") as stack:
        made = stack.run("manage.py", "shell", "-c", MADE.format(polls=2 + options.rounds, ballots=RANKED))
        ranked, crowd, *polls = json.loads(made.rpartition("MADE ")[2])
        if options.profile:
            more = [str(polls[0]), "--functions", options.functions]
            print(stack.run("-m", "tests.benchmarks.profile_vote", *more))
            return
        stack.start()
        kept = measure(stack, polls, options.rate, options.seconds)
        kept.add(result_of_ranked(stack, ranked))
        kept.add(*changed_in_a_crowd(stack, Guests(stack), crowd, options.voters))
        if options.json:
            kept.write(options.json)


def result_of_ranked(stack: Production, poll: int) -> Result:
    """How long the page of a large run-off takes, counted anew from the stored totals of its orders each time."""
    line = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)

    def look() -> None:
        line.request("GET", f"/polls/{poll}/result/", headers=stack.headers | {"Accept-Language": "en"})
        answer = line.getresponse()
        page = answer.read().decode()
        if answer.status != 200 or f"{RANKED} members" not in page:
            raise WrongAnswer(f"the ranked poll was answered with {answer.status}")

    times = sorted(1000 * timed(look) for _ in range(20))
    return Result(f"result of a ranked poll of {RANKED:,} ballots: p95", share(times, 0.95), "ms", RESULT)


def waked(guests: Guests, poll: int) -> float:
    """Let every process, thread and connection have taken votes; ms until the first of them were all answered.

    A process that never took one has forms, templates and statements to make, and connections to open: for some tenths of
    a second after a start, which would else be the slowest hundredth of any run of some seconds.
    """
    with ThreadPoolExecutor(PRESSES) as pool:
        rounds = [
            1000 * timed(lambda: list(pool.map(lambda n: guests.vote(poll, 1 + n % 3), range(PRESSES))))
            for _ in range(WAKING)
        ]
    return rounds[0]


def measure(stack: Production, polls: list[int], rate: float, seconds: float) -> Run:
    guests, (poll, *others) = Guests(stack), polls
    cold = waked(guests, poll)
    before, began = stack.cpu(), time.perf_counter()
    time.sleep(2)
    resting = {
        part: (now - before[part]) / (time.perf_counter() - began) for part, now in stack.cpu().items()
    }
    before, began = stack.cpu(), time.perf_counter()
    times, reached = open_loop(lambda n: guests.vote(poll, 1 + n % 3), rate=rate, seconds=seconds, clients=64)
    took = time.perf_counter() - began
    kept = Run(f"votes: guests at {rate:.0f} a second")
    kept.add(
        Result(f"the first {PRESSES} votes after the start, at once: until the last", cold, "ms"),
        Result(f"vote: answered a second of {rate:.0f}", reached, "/s", KEPT * rate, most=False),
        Result("vote: p50", share(times, 0.5), "ms", P50),
        Result("vote: p99", share(times, 0.99), "ms", P99),
    )
    for part, now in stack.cpu().items():
        each = 1000 * (now - before[part] - resting[part] * took) / len(times)
        kept.add(Result(f"vote: CPU of {part}", each, "ms"))
    told: Counter[int] = Counter()
    for one in others:
        told += pressed_at_once(guests, one)
    line = stack.run("manage.py", "shell", "-c", f"import json\n{COUNTED}").rpartition("COUNTED ")[2]
    ballots = {int(pk): n for pk, n in json.loads(line).items()}
    if ballots.get(poll) != guests.counted[poll] or any(ballots.get(one) != 1 for one in others):
        raise WrongAnswer(f"{ballots} ballots for {dict(guests.counted)} answers")
    print(stack.run("manage.py", "recount_polls", *map(str, [poll, *others])).strip().splitlines()[-1])
    print(f"{len(others)} times {PRESSES} presses at once: one ballot each time; answers {dict(told)}")
    kept.add(Result("ballots lost, doubled or miscounted", 0, "", 0))  # otherwise there were no figures
    return kept


if __name__ == "__main__":
    main()
