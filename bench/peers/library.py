"""The Python library activation-steering at the tutorial's jobs: one JSON object a line.

    library.py MODEL THREADS LIBRARY DATA JOB...

LIBRARY is a checkout of IBM's activation-steering, DATA a folder with the tutorial's four files. JOB:

    extract:Q:S       a behaviour vector of Q questions x S pairs of suffixes, suffix-only, pairwise
    condition:N       a condition vector of N pairs, all tokens, pairwise
    padded:Q:S, padded:N   only the padded tokens of these; padded: those of Part III's six vectors
    search:N          the point of a condition among N + N prompts, layers 1-9, 600 thresholds

With each job's seconds come the padded tokens that it ran, by which a portion can be scaled; with a
search's, those of reading the prompts, which grow with their number.
"""

import json
import os
import sys
import time
from pathlib import Path


def main():
    folder, threads, library, data = sys.argv[1], int(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
    sys.path.insert(0, library)
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(threads)
    # The library talks on stdout, which is for the figures here.
    figures = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from activation_steering import MalleableModel, SteeringDataset, SteeringVector

    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(folder)

    def read(name):
        return json.loads((data / name).read_text(encoding="utf-8"))

    def padded(dataset):
        texts = [text for pair in dataset.formatted_dataset for text in (pair.positive, pair.negative)]
        total = 0
        for start in range(0, len(texts), 32):
            lengths = [len(tokenizer(text).input_ids) for text in texts[start : start + 32]]
            total += len(lengths) * max(lengths)
        return total

    def say(job, seconds, **more):
        print(json.dumps({"what": job, "seconds": seconds, **more}), file=figures, flush=True)

    def train(dataset, accumulate):
        start = time.perf_counter()
        vector = SteeringVector.train(
            model=model,
            tokenizer=tokenizer,
            steering_dataset=dataset,
            method="pca_pairwise",
            accumulate_last_x_tokens=accumulate,
        )
        return vector, time.perf_counter() - start

    def harmful(count):
        rows = read("condition_harmful.json")["train"][:count]
        return [row["harmful"] for row in rows], [row["harmless"] for row in rows]

    def condition(count):
        return SteeringDataset(
            tokenizer=tokenizer,
            examples=list(zip(*harmful(count))),
            suffixes=None,
            disable_suffixes=True,
        )

    def behavior(questions, suffixes):
        refusal = read("behavior_refusal.json")
        pairs = zip(refusal["non_compliant_responses"], refusal["compliant_responses"])
        return SteeringDataset(
            tokenizer=tokenizer,
            examples=[(q["question"],) * 2 for q in read("alpaca.json")["train"][:questions]],
            suffixes=list(pairs)[:suffixes],
        )

    def six():
        rows = read("condition_multiple.json")["train"]
        kinds = list(rows[0])
        for kind in kinds:
            others = [other for other in kinds if other != kind]
            yield SteeringDataset(
                tokenizer=tokenizer,
                examples=[(row[kind], row[other]) for other in others for row in rows],
                suffixes=None,
                disable_suffixes=True,
            )

    for job in sys.argv[5:]:
        kind, *numbers = job.split(":")
        numbers = [int(number) for number in numbers]
        if kind == "padded":
            datasets = {0: six, 1: lambda *n: [condition(*n)], 2: lambda *n: [behavior(*n)]}
            say(job, 0, padded_tokens=sum(map(padded, datasets[len(numbers)](*numbers))))
        elif kind == "extract":
            dataset = behavior(*numbers)
            _, seconds = train(dataset, "suffix-only")
            say(job, seconds, padded_tokens=padded(dataset))
        elif kind == "condition":
            dataset = condition(*numbers)
            _, seconds = train(dataset, "all")
            say(job, seconds, padded_tokens=padded(dataset))
        elif kind == "search":
            count = numbers[0]
            vector, _ = train(condition(16), "all")
            positive, negative = harmful(count)

            malleable = MalleableModel(model=model, tokenizer=tokenizer)
            respond, reading = malleable.respond, [0.0]

            def timed(*args, **named):
                start = time.perf_counter()
                respond(*args, **named)
                reading[0] += time.perf_counter() - start

            malleable.respond = timed
            start = time.perf_counter()
            malleable.find_best_condition_point(
                positive_strings=positive,
                negative_strings=negative,
                condition_vector=vector,
                layer_range=(1, 10),
                max_layers_to_combine=1,
                threshold_range=(0.0, 0.06),
                threshold_step=0.0001,
            )
            seconds = time.perf_counter() - start
            malleable.unwrap()
            say(job, seconds, prompts=2 * count, reading_seconds=reading[0])


main()
