"""The candidates of an exam day: locust's users and its HTTP client, with arrivals that we schedule ourselves.

Runs in an environment of its own (`.local/bench`) and knows nothing of the product but its doors. An open loop: each
request has a time at which it is due, whether or not those before it have been answered, and its latency counts from then;
locust's own pacing waits for answers (a closed loop), which hides the queue that a herd makes. Reads a plan as JSON on the
first argument, writes a journal as lines of JSON to the second, and says on its output when a phase begins.
"""

import html
import json
import random
import re
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import gevent
from locust import FastHttpUser
from locust.env import Environment

PLAN = json.loads(Path(sys.argv[1]).read_text())
JOURNAL = Path(sys.argv[2]).open("w")  # noqa: SIM115  (as long as the process)
BEGUN = time.time()
PHASES = ("login", "start", "sit", "hand_in", "end")
AT = PLAN["at"]  # seconds after the beginning at which each phase begins


def say(phase: str) -> None:
    print(phase, flush=True)


def wait_until(due: float) -> None:
    gevent.sleep(max(0.0, BEGUN + due - time.time()))


class Candidate(FastHttpUser):
    """One candidate with a browser of their own: what it must keep of cookies it keeps here, for the product's are `__Host-`
    and travel by https alone, which the proxy before it ends."""

    abstract = False
    host = PLAN["host"]
    network_timeout = connection_timeout = 60.0

    def on_plan(self, place: int, facts: dict[str, Any]) -> None:
        self.place, self.facts = place, facts
        self.chance = random.Random(place)
        self.cookies: dict[str, str] = {}
        self.forwarded = f"10.{place >> 16 & 255}.{place >> 8 & 255}.{place & 255}"
        self.acknowledged: dict[int, list[Any]] = {}
        self.seq = 0

    # --- one request --------------------------------------------------------------------------------

    def ask(
        self, step: str, path: str, due: float, form: dict[str, str] | None = None, **options: Any
    ) -> Any:
        """Sends a request that was due so many seconds after the beginning; notes when it was due, sent and answered."""
        headers = {
            "Host": PLAN["public_host"],
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": self.forwarded,
            "Accept-Encoding": "gzip",
            **options.pop("headers", {}),
        }
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = options.pop("body", None)
        if form is not None:
            token = next((value for name, value in self.cookies.items() if "csrf" in name), "")
            body = urlencode(form | {"csrfmiddlewaretoken": token})
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"https://{PLAN['public_host']}",
                "Referer": f"https://{PLAN['public_host']}/",
            }
        sent = time.time() - BEGUN
        method = "GET" if body is None else "POST"
        answer = self.client.request(
            method, path, name=step, data=body, headers=headers, allow_redirects=False
        )
        ended = time.time() - BEGUN
        for line in answer.headers.get_all("Set-Cookie", []) if answer.headers else []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value
        size = len(answer.content or b"")
        if not 200 <= answer.status_code < 400:
            fault = repr(answer.error) if not answer.status_code else (answer.text or "")[:300]
            print(
                f"{step} at {sent:.2f} s: {answer.status_code} after {ended - sent:.3f} s, {fault}",
                file=sys.stderr,
                flush=True,
            )
        JOURNAL.write(
            json.dumps(
                [step, self.place, round(due, 4), round(sent, 4), round(ended, 4), answer.status_code, size]
            )
            + "\n"
        )
        # By locust's own books too, from the time when it was due.
        self.environment.stats.log_request("open loop", step, (ended - due) * 1000, size)
        return answer

    # --- the day ------------------------------------------------------------------------------------

    def day(self) -> None:
        share = self.place / PLAN["candidates"]
        self.login(AT["login"] + share * (AT["start"] - AT["login"]) * 0.8)
        # The herd: everybody within so many seconds.
        self.start(AT["start"] + share * PLAN["herd_seconds"])
        span = AT["hand_in"] - AT["sit"]
        gap = span / PLAN["saves"]
        events = [("save", AT["sit"] + (n + share) * gap) for n in range(PLAN["saves"])]
        events += [("page", AT["sit"] + (n + share) * span / PLAN["pages"]) for n in range(PLAN["pages"])]
        greenlets = []
        for what, due in sorted(events, key=lambda one: one[1]):
            wait_until(due)
            # Not waited for: the next one is due whether or not this one is answered.
            self.seq += what == "save"
            greenlets.append(gevent.spawn(self.save if what == "save" else self.page, due, self.seq))
        gevent.joinall(greenlets)
        if self.facts["hands_in"]:
            self.hand_in(AT["hand_in"] + share * PLAN["herd_seconds"])

    def login(self, due: float) -> None:
        wait_until(due)
        self.ask("login page", "/accounts/login/", due)
        form = {"login": self.facts["email"], "password": PLAN["password"]}
        answer = self.ask("login", "/accounts/login/", time.time() - BEGUN, form)
        if answer.status_code != 302:
            raise RuntimeError(f"{self.facts['email']} was not let in: {answer.status_code}")

    def start(self, due: float) -> None:
        wait_until(due)
        path = f"/entries/{self.facts['entry']}/"
        self.ask("start", path, due, {})
        self.sitting_path = f"/sittings/{self.facts['sitting']}/"
        page = self.ask("paper", self.sitting_path, time.time() - BEGUN)
        said = re.search(
            r'<script id="player" type="application/json">(.*?)</script>', page.text or "", re.DOTALL
        )
        if said is None:
            raise RuntimeError(f"no paper for {self.facts['email']}: {page.status_code}")
        player = json.loads(html.unescape(said[1]))
        self.doors = player["state_url"]
        lent = self.ask(
            "lease", player["lease_url"], time.time() - BEGUN, body="{}", headers=self.json(player["token"])
        )
        granted = json.loads(lent.text)
        self.token, self.epoch = granted["token"], granted["epoch"]

    def save(self, due: float, seq: int) -> None:
        position = (seq - 1) % PLAN["length"] + 1
        knows = self.facts["passes"] and self.chance.random() < 0.95
        event = {
            "seq": seq,
            "position": position,
            "value": PLAN["right"][position - 1] if knows else self.chance.choice("abc"),
        }
        body = json.dumps({"epoch": self.epoch, "events": [event]})
        answer = self.ask("save", f"{self.doors}/responses", due, body=body, headers=self.json(self.token))
        if answer.status_code == 200 and json.loads(answer.text)["verdicts"][0]["verdict"] in (
            "accepted",
            "duplicate",
        ):
            self.acknowledged[seq] = [self.epoch, event["position"], event["value"]]

    def page(self, due: float, _: int) -> None:
        self.ask("page", f"{self.sitting_path}{self.chance.randint(1, PLAN['length'])}/", due)

    def hand_in(self, due: float) -> None:
        wait_until(due)
        self.ask("hand in", f"{self.sitting_path}submit/", due, {})
        self.ask("receipt", f"{self.sitting_path}receipt/", time.time() - BEGUN)

    @staticmethod
    def json(token: str) -> dict[str, str]:
        return {"Content-Type": "application/json", "X-Sitting-Token": token}


def main() -> None:
    environment = Environment(user_classes=[Candidate])
    candidates = []
    for place, facts in enumerate(PLAN["people"]):
        candidate = Candidate(environment)
        candidate.on_plan(place, facts)
        candidates.append(candidate)
    for phase in PHASES[:-1]:
        gevent.spawn_later(max(0.0, BEGUN + AT[phase] - time.time()), say, phase)
    days = [gevent.spawn(candidate.day) for candidate in candidates]
    gevent.joinall(days)
    wait_until(AT["end"])
    say("end")
    failed = [str(day.exception) for day in days if day.exception is not None]
    acknowledged = {one.facts["sitting"]: one.acknowledged for one in candidates}
    JOURNAL.write(json.dumps({"acknowledged": acknowledged, "failed": failed}) + "\n")
    JOURNAL.close()
    for entry in environment.stats.entries.values():
        if entry.method == "open loop":
            print(f"{entry.name}: {entry.num_requests}, p50 {entry.median_response_time} ms", file=sys.stderr)


main()
