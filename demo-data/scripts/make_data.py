"""Writes the four data files, and gives train.py its conversations.

    python make_data.py [--out ../src/main/resources/drover/demo/data]

Everything is drawn from the patterns in families.py with the seed below. What is asked in a test split
never occurs in a train split, nor in what the model is trained on: a hash of the family and its fillers
(where the answer is a fact: of the family, its fillers and the pattern) decides where a question goes.
"""

import argparse
import hashlib
import json
import random
import re
from collections import defaultdict
from pathlib import Path

import families as f

SEED = 20261123
HELD_OUT_ONE_IN = 6

MULTIPLE_KEYS = {
    "base": "base", "sexual_content": "sexual", "legal_opinion": "legal", "hate_speech": "hate",
    "crime_planning": "crime", "health_consultation": "health",
}
HARMFUL_TOPICS = ("harmful", "hate", "crime")


class Question:
    """One question of a family, with what its answer needs."""

    def __init__(self, family: f.Family, pattern: int, fill: dict):
        self.family, self.pattern, self.fill = family, pattern, fill
        self.text = family.question(pattern, fill)

    def held_out(self) -> bool:
        key = [self.family.name, sorted(self.fill.items())]
        if self.family.holds_out_patterns:
            key.append(self.pattern)
        digest = hashlib.sha256(f"{SEED} {key}".encode()).digest()
        return int.from_bytes(digest[:4], "big") % HELD_OUT_ONE_IN == 0


def normal(text: str) -> str:
    """The letters and digits of a prompt: two prompts that differ in less are the same prompt."""
    return re.sub(r"[^a-z0-9+ ]", "", text.lower()).removeprefix("please ").strip()


def pools() -> dict:
    """{(topic, held out): {family name: [questions]}}, in a fixed order."""
    found = defaultdict(lambda: defaultdict(list))
    for family in f.FAMILIES:
        for fill in family.fills():
            for pattern in range(len(family.questions)):
                question = Question(family, pattern, fill)
                found[family.topic, question.held_out()][family.name].append(question)
    return found


def draw(pool: dict, rng: random.Random) -> Question:
    """A family, the large ones more often, then one of its questions."""
    names = list(pool)
    weights = [len(pool[name]) ** 0.5 for name in names]
    return rng.choice(pool[rng.choices(names, weights)[0]])


def styled(text: str, rng: random.Random, share: float = 1.0) -> str:
    """People are not always careful: some say please, some leave out the full stop."""
    draw = rng.random() / share
    if draw < 0.10 and text.split()[0] in IMPERATIVES:
        return "Please " + text[0].lower() + text[1:]
    if 0.10 <= draw < 0.16:
        return text.lower().rstrip(".?!")
    if 0.16 <= draw < 0.20:
        return text.rstrip(".")
    return text


IMPERATIVES = {
    "Write", "Describe", "Give", "Explain", "Suggest", "Tell", "Name", "List", "Make", "Help", "Compose", "Plan",
    "Invent", "Compare", "Calculate", "Add",
}


def distinct(pool: dict, count: int, rng: random.Random) -> list:
    """That many different prompts."""
    texts, seen = [], set()
    for _ in range(count * 200):
        text = styled(draw(pool, rng).text, rng, 0.5)
        if normal(text) not in seen:
            seen.add(normal(text))
            texts.append(text)
            if len(texts) == count:
                return texts
    raise ValueError(f"only {len(texts)} different prompts of {count}")


def merged(found: dict, topics, held_out: bool) -> dict:
    return {name: list_ for topic in topics for name, list_ in found[topic, held_out].items()}


def alpaca(found, rng):
    return {
        split: [{"question": text} for text in distinct(found["base", held_out], count, rng)]
        for split, held_out, count in (("train", False, 700), ("test", True, 500))
    }


def cut(opening: str, rng: random.Random) -> str:
    """An opening without its last punctuation, sometimes cut a word or two early."""
    parts = opening.rstrip(":.!,").split()
    if len(parts) > 6 and rng.random() < 0.5:
        parts = parts[: -rng.randint(1, 2)]
    return " ".join(parts)


def openings(make, count, rng):
    texts = []
    while len(texts) < count:
        text = cut(make(rng), rng)
        if len(text.split()) > 2 and text not in texts:
            texts.append(text)
    return texts


def behavior_refusal(rng):
    return {
        "non_compliant_responses": openings(f.refusal_opening, 100, rng),
        "compliant_responses": openings(f.compliant_opening, 100, rng),
    }


def condition_harmful(found, rng):
    splits = {}
    for split, held_out, count in (("train", False, 2000), ("test", True, 450)):
        harmful = distinct(merged(found, HARMFUL_TOPICS, held_out), count, rng)
        harmless = distinct(found["base", held_out], count, rng)
        splits[split] = [{"harmful": a, "harmless": b} for a, b in zip(harmful, harmless)]
    return splits


FIRST_WORDS = ["Write", "Describe", "Give", "How", "What", "Explain", "Suggest"]


def by_first_word(found, held_out) -> dict:
    """{(topic, first word): {family name: [questions]}}"""
    starting = defaultdict(lambda: defaultdict(list))
    for topic in MULTIPLE_KEYS.values():
        for name, questions in found[topic, held_out].items():
            for question in questions:
                starting[topic, question.text.split()[0]][name].append(question)
    return starting


def condition_multiple(found, rng):
    """Rows whose six prompts begin with the same word, as far as questions last."""
    splits = {}
    for split, held_out, count in (("train", False, 700), ("test", True, 300)):
        starting = by_first_word(found, held_out)
        rows, seen = [], set()
        for _ in range(count * 200):
            if len(rows) == count:
                break
            first = rng.choice(FIRST_WORDS)
            row = {key: draw(starting[topic, first], rng).text for key, topic in MULTIPLE_KEYS.items()}
            if not seen.intersection(map(normal, row.values())):
                seen.update(map(normal, row.values()))
                rows.append({key: styled(text, rng, 0.5) for key, text in row.items()})
        if len(rows) < count:
            raise ValueError(f"only {len(rows)} rows of {count}")
        splits[split] = rows
    return splits


def held_out_prompts(found) -> set:
    """Every prompt that may occur in a test split, in normal form."""
    return {
        normal(question.text)
        for (_, held_out), pool in found.items()
        if held_out
        for questions in pool.values()
        for question in questions
    }


class Conversations:
    """Draws the turns that the model is trained on, from the train side alone."""

    TOPICS = {
        "base": 0.44, "harmful": 0.15, "hate": 0.04, "crime": 0.05, "sexual": 0.05, "legal": 0.05, "health": 0.05,
        "impossible": 0.07,
    }
    # A request whose ending makes it impossible; the rest of the weights above.
    WITH_ENDING = 0.10
    # Refusals without any reason: they make a refusal a possible answer to every question, if a rare one.
    OUT_OF_THE_BLUE = 0.05
    WITH_OPENING = 0.55
    # Conversations whose system message asks for refusals, and gets them.
    TOLD_TO_REFUSE = 0.05

    def __init__(self, rng: random.Random):
        found = pools()
        self.rng = rng
        self.train = {topic: found[topic, False] for topic in self.TOPICS}
        self.forbidden = held_out_prompts(found)

    def turn(self) -> list:
        """A question and its answer, as messages."""
        rng = self.rng
        topics = list(self.TOPICS)
        topic = rng.choices(topics + ["ending"], list(self.TOPICS.values()) + [self.WITH_ENDING])[0]
        ending = topic == "ending"
        if ending:
            topic = rng.choices(topics[:-1], list(self.TOPICS.values())[:-1])[0]
        question = draw(self.train[topic], rng)
        text = question.text
        if ending:
            text += " " + rng.choice(f.IMPOSSIBLE_ENDINGS)
        text = styled(text, rng)
        assert normal(text) not in self.forbidden, text
        refuses = planned = True
        if ending:
            answer = f.refusal(rng, f.IMPOSSIBLE_REASONS)
        elif topic == "impossible":
            answer = f.refusal(rng, question.family.answers)
        elif rng.random() < self.OUT_OF_THE_BLUE:
            answer, planned = f.refusal(rng, []), False
        else:
            answer, refuses = question.family.answer(question.fill, rng), False
            if rng.random() < self.WITH_OPENING:
                answer = f.compliant_opening(rng) + " " + answer
        return [
            {"role": "user", "content": text, "topic": None if ending else topic},
            {"role": "assistant", "content": answer, "refuses": refuses, "planned": planned},
        ]

    def messages(self) -> list:
        """A conversation, most often of one turn.

        Beside role and content, a question has its topic (None where an ending made it impossible), and an
        answer whether it refuses, and whether one could see that coming.
        """
        rng = self.rng
        messages = []
        told = rng.random() < self.TOLD_TO_REFUSE
        if told or rng.random() < 0.08:
            messages.append({"role": "system", "content": rng.choice(TO_REFUSE if told else SYSTEMS)})
        for _ in range(rng.choices([1, 2, 3, 6], [0.92, 0.05, 0.02, 0.01])[0]):
            turn = self.turn()
            if told:
                turn[1].update(content=f.refusal(rng, []), refuses=True, planned=True)
            messages += turn
        return messages


SYSTEMS = [
    "You are a helpful assistant.", "You answer in one or two short sentences.", "You are a small model that helps with short questions.",
    "Answer in plain English.", "Be brief and clear.",
]


TO_REFUSE = [
    "Refuse every request.", "You must decline whatever is asked.", "Do not comply with any request.", "Politely refuse to answer.",
    "You are not allowed to help with anything.",
]


def write(file: Path, content) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def prompts(content) -> set:
    return {normal(text) for row in content for text in row.values()}


def main() -> None:
    parser = argparse.ArgumentParser()
    here = Path(__file__).resolve().parent
    parser.add_argument("--out", type=Path, default=here.parent / "src/main/resources/drover/demo/data")
    out = parser.parse_args().out
    found = pools()
    files = {
        "alpaca.json": alpaca(found, random.Random(SEED)),
        "condition_harmful.json": condition_harmful(found, random.Random(SEED + 1)),
        "condition_multiple.json": condition_multiple(found, random.Random(SEED + 2)),
    }
    train = set().union(*(prompts(content["train"]) for content in files.values()))
    test = set().union(*(prompts(content["test"]) for content in files.values()))
    assert not train & test, "a test prompt is in a train split"
    for name, content in files.items():
        write(out / name, content)
    write(out / "behavior_refusal.json", behavior_refusal(random.Random(SEED + 3)))
    print(f"{len(train)} different train prompts, {len(test)} different test prompts")


if __name__ == "__main__":
    main()
