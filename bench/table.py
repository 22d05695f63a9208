#!/usr/bin/env python3
"""Figures of `drover bench --json` as Markdown: table.py FILE..."""

import json
import sys


def number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def judged(figure):
    if "of_limit" in figure:
        return f"{figure['of_limit']:.2f} of {number(figure['limit'])} ({figure['limited_by']})"
    if "ratio" in figure:
        span = f"{figure['ratio_least']:.3f} to {figure['ratio_most']:.3f}"
        return f"{figure['ratio']:.3f} times {figure['ratio_to']} ({span})"
    return ""


def counted(figure):
    return "; ".join(f"{name.replace('_', ' ')} {number(value)}" for name, value in figure.get("details", {}).items())


def main():
    figures = []
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as lines:
            figures += [json.loads(line) for line in lines if line.strip()]
    print("| model | what | median (least to most) | judged by | counted |\n|---|---|---|---|---|")
    for figure in figures:
        if "curve" in figure or figure["what"].startswith("profile"):
            continue
        model = f"{figure['model'].rstrip('/').split('/')[-1]}, {figure['weights']}, {figure['device']}"
        shown = number(figure["median"])
        if figure["runs"] > 1:
            shown += f" ({number(figure['least'])} to {number(figure['most'])})"
        # The machine's limits are measured in every process.
        if figure["what"] in ("memory reading", "F32 multiply-adds"):
            model = "the machine"
        print(f"| {model} | {figure['what']} | {shown} {figure['unit']} | {judged(figure)} | {counted(figure)} |")
    profiles = [figure for figure in figures if figure.get("what", "").startswith("profile")]
    if profiles:
        names = []
        for profile in profiles:
            names += [name for name in profile["details"] if name not in names]
        print("\n| operation | " + " | ".join(p["what"][len("profile ") :] for p in profiles) + " |")
        print("|---|" + "---|" * len(profiles))
        for name in names:
            shares = [profile["details"].get(name, 0) for profile in profiles]
            if max(shares) >= 0.005:
                print(f"| {name} | " + " | ".join(f"{100 * share:.1f}%" for share in shares) + " |")


main()
