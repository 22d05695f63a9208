#!/usr/bin/env python3
"""Drover beside llama.cpp, HuggingFace transformers and the Python library, in one run: a table of ratios.

    bench/peers.py --model DIR [--llama-bench FILE --gguf DIR] [--python FILE] [--library DIR --data DIR] ...

Nothing is downloaded: a peer that is not named, or not there, is left out and said so. Long jobs of the
Python library are run in part and scaled, by the padded tokens that it computes or, in a search, by prompts.

    --model DIR        a HuggingFace model folder, for all of them
    --llama-bench FILE llama.cpp's program; --gguf DIR has the model as NAME-bf16.gguf, -f32.gguf, -q8_0.gguf
                       (convert_hf_to_gguf.py makes them)
    --python FILE      a Python with torch and transformers
    --library DIR      a checkout of IBM's activation-steering; --data DIR has the tutorial's four files
    --what LIST        some of prefill, decode, decode-q8, batch, start, extract, extract-tutorial,
                       condition-vector-500, condition-vector, six-conditions, condition, condition-tutorial
    --under COMMAND    what each measurement runs under, such as "nice -n -10"
"""

import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
USUAL = "prefill,decode,decode-q8,batch,start,extract,condition-vector-500,condition"


class Peers:
    def __init__(self, options):
        self.options = options
        self.under = shlex.split(options.under)
        self.done = {}

    def run(self, command, **named):
        command = self.under + [str(word) for word in command]
        print("+ " + shlex.join(command), file=sys.stderr, flush=True)
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, **named)
        return done.stdout if done.returncode == 0 else None

    def lines(self, command, **named):
        out = self.run(command, **named)
        return None if out is None else [json.loads(line) for line in out.splitlines()]

    # ---- what each gives: a figure, or None

    def drover(self, what, *more):
        """The JSON line of a benchmark."""
        words = [self.options.drover, "bench", "--model", self.options.model, "--json"]
        words += ["--threads", self.options.threads, "--what", what, *more]
        if self.options.data:
            words += ["--data", self.options.data]
        lines = self.lines(words) or []
        return next((line for line in lines if line["what"].split()[0] == what), None)

    def llama(self, kind, prompt, new):
        """Tokens per second."""
        if not self.options.llama_bench or not self.options.gguf:
            return None
        files = sorted(Path(self.options.gguf).glob(f"*-{kind}.gguf"))
        if not files:
            return None
        words = [self.options.llama_bench, "-m", files[0], "-t", self.options.threads, "-r", self.options.runs]
        words += ["-p", prompt, "-n", new, "-o", "jsonl"]
        # Some machines announce instructions that they do not run, which repacked weights would use.
        lines = self.lines(words, stderr=subprocess.DEVNULL) or self.lines(
            words + ["--repack", "0"], stderr=subprocess.DEVNULL
        )
        return statistics.median(lines[0]["samples_ts"]) if lines else None

    def huggingface(self, what):
        """A rate; of start, seconds."""
        if not self.options.python:
            return None
        runs = 1 if what == "start" else self.options.runs
        words = [self.options.python, HERE / "peers" / "huggingface.py", self.options.model]
        words += [self.options.threads, "float32", runs, what]
        times = 5 if what == "start" else 1
        found = [self.lines(words, stderr=subprocess.DEVNULL) for _ in range(times)]
        return statistics.median(lines[0]["median"] for lines in found) if all(found) else None

    def library(self, *jobs):
        """The JSON lines of some jobs, each run once."""
        if not (self.options.python and self.options.library and self.options.data):
            return None
        wanted = [job for job in jobs if job not in self.done]
        if wanted:
            words = [self.options.python, HERE / "peers" / "library.py", self.options.model]
            words += [self.options.threads, self.options.library, self.options.data, *wanted]
            for line in self.lines(words, stderr=subprocess.DEVNULL) or []:
                self.done[line["what"]] = line
        found = [self.done.get(job) for job in jobs]
        return found if all(found) else None

    def library_padded(self, part, whole):
        """Seconds of a job, from a part of it."""
        found = self.library(part, whole)
        if not found:
            return None
        return found[0]["seconds"] * found[1]["padded_tokens"] / found[0]["padded_tokens"]

    def library_search(self, prompts):
        found = self.library("search:50")
        if not found:
            return None
        reading = found[0]["reading_seconds"]
        return found[0]["seconds"] - reading + reading * prompts / found[0]["prompts"]

    # ---- rows

    def rates(self, what, unit, peers, *more):
        own = self.drover(what, *more)
        for name, value in peers:
            row(what, name, value, own and own["median"], unit, lambda peer, mine: mine / peer)

    def seconds(self, what, name, value):
        own = self.drover(what, "--runs", self.options.job_runs) if value else None
        mine = own and own.get("details", {}).get("seconds", own["median"])
        row(what, name, value, mine, "s", lambda peer, mine: peer / mine)

    def measure(self, what):
        library = "Python library"
        match what:
            case "prefill":
                peers = [(f"llama.cpp {kind.upper()}", self.llama(kind, 512, 0)) for kind in ("bf16", "f32")]
                self.rates(what, "tokens/s", peers + [("HuggingFace F32", self.huggingface(what))])
            case "decode":
                peers = [("llama.cpp BF16", self.llama("bf16", 0, 128))]
                self.rates(what, "tokens/s", peers + [("HuggingFace F32", self.huggingface(what))])
            case "decode-q8":
                peers = [("llama.cpp Q8_0", self.llama("q8_0", 0, 128))]
                self.rates(what, "tokens/s", peers)
            case "batch":
                self.rates(what, "new tokens/s", [("HuggingFace F32", self.huggingface(what))])
            case "start":
                self.seconds(what, "HuggingFace F32", self.huggingface(what))
            case "extract":
                self.seconds(what, library, self.library_padded("extract:20:20", "padded:20:100"))
            case "extract-tutorial":
                self.seconds(what, library, self.library_padded("extract:20:20", "padded:100:100"))
            case "condition-vector-500":
                self.seconds(what, library, self.library_padded("condition:250", "padded:500"))
            case "condition-vector":
                self.seconds(what, library, self.library_padded("condition:250", "padded:4050"))
            case "six-conditions":
                self.seconds(what, library, self.library_padded("condition:250", "padded"))
            case "condition":
                self.seconds(what, library, self.library_search(400))
            case "condition-tutorial":
                self.seconds(what, library, self.library_search(8100))
            case _:
                sys.exit(f"peers.py: no peer does {what}")


def row(what, peer, value, mine, unit, ratio):
    if value is None or mine is None:
        missing = "Drover" if value is not None else "the peer"
        print(f"| {what} | {peer} | left out: {missing} has no figure | | |", flush=True)
    else:
        print(f"| {what} | {peer} | {value:.4g} {unit} | {mine:.4g} {unit} | {ratio(value, mine):.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--drover", default=str(HERE.parent / "drover"))
    parser.add_argument("--llama-bench", default=shutil.which("llama-bench"))
    parser.add_argument("--gguf")
    parser.add_argument("--python")
    parser.add_argument("--library")
    parser.add_argument("--data")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--job-runs", type=int, default=1)
    parser.add_argument("--what", default=USUAL)
    parser.add_argument("--under", default="")
    options = parser.parse_args()
    for name, value in (
        ("llama.cpp", options.llama_bench and options.gguf),
        ("HuggingFace transformers", options.python),
        ("the Python library", options.python and options.library and options.data),
    ):
        if not value:
            print(f"{name} is left out: its options do not say where it is.", file=sys.stderr)
    print("| work | peer | its figure | Drover | times as fast |\n|---|---|---|---|---|", flush=True)
    peers = Peers(options)
    for what in options.what.split(","):
        peers.measure(what)


main()
