"""HuggingFace transformers on a model folder, in F32 unless told otherwise: one JSON object a line.

    huggingface.py MODEL THREADS DTYPE RUNS WHAT...

WHAT: prefill (512 tokens), decode (128 tokens), batch (32 prompts of 64 tokens, 64 new tokens each),
start (from the process's start to the first token of a short chat prompt; one run, to be asked for alone).
"""

import json
import os
import statistics
import sys
import time


def seconds_since_start():
    """Since this process began (Linux)."""
    with open("/proc/self/stat") as f:
        ticks = int(f.read().rsplit(")", 1)[1].split()[19])
    with open("/proc/uptime") as f:
        return float(f.read().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")


def say(what, values, unit):
    print(
        json.dumps(
            {
                "what": what,
                "median": statistics.median(values),
                "least": min(values),
                "most": max(values),
                "runs": len(values),
                "unit": unit,
            }
        ),
        flush=True,
    )


def main():
    folder, threads, dtype, runs = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    wanted = sys.argv[5:]
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype))
    model.eval()
    vocabulary = model.config.vocab_size

    def tokens(rows, length):
        return torch.randint(3, vocabulary, (rows, length))

    def generate(ids, new):
        model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            max_new_tokens=new,
            min_new_tokens=new,
            pad_token_id=0,
        )

    def timed(work):
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    with torch.no_grad():
        if "start" in wanted:
            tokenizer = AutoTokenizer.from_pretrained(folder)
            text = tokenizer.apply_chat_template(
                [{"role": "user", "content": "Hello"}], tokenize=False, add_generation_prompt=True
            )
            generate(tokenizer(text, return_tensors="pt").input_ids, 1)
            say("start", [seconds_since_start()], "s")
        if "prefill" in wanted:
            ids = tokens(1, 512)
            model(ids, use_cache=True, logits_to_keep=1)
            times = [timed(lambda: model(ids, use_cache=True, logits_to_keep=1)) for _ in range(runs)]
            say("prefill", [512 / t for t in times], "tokens/s")
        if "decode" in wanted:
            ids = tokens(1, 16)
            generate(ids, 8)
            # The prompt's own time is taken off: it is no part of decoding.
            first = statistics.median(timed(lambda: generate(ids, 1)) for _ in range(3))
            times = [timed(lambda: generate(ids, 129)) - first for _ in range(runs)]
            say("decode", [128 / t for t in times], "tokens/s")
        if "batch" in wanted:
            ids = tokens(32, 64)
            generate(ids, 4)
            times = [timed(lambda: generate(ids, 64)) for _ in range(runs)]
            say("batch", [32 * 64 / t for t in times], "new tokens/s")


main()
