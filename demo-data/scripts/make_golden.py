"""Writes what HuggingFace transformers computes on the small model, and the sums of all files.

    python make_golden.py

For a few prompts, in float32: the ids of the chat template, the logits after the last one, and the greedy
answer. For a few strings: the tokenizer's ids. SHA256SUMS is what DemoData checks its copies by.
"""

import hashlib
import json
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

MODULE = Path(__file__).resolve().parent.parent
DEMO = MODULE / "src/main/resources/drover/demo"

PROMPTS = [
    "What is a spoon used for?", "Write a poem about the rain.", "Look up the traffic in Oslo for today.", "what is 4+5?",
    "please tell short story about dog", "Übung: «Ça va?» 你好 🦉",
]
STRINGS = [
    "", " ", "a", "Hello, world!", "  two  spaces\n\n\ttabs ", "don't can't we'll", "1234567890 3.14", "naïve café — œuvre",
    "日本語 и русский عربي", "👩‍🚀🇪🇺 e\u0301", "<|user|>\nHello<|end|>\n", "I'm sorry, but I can't help with that.",
]


def main() -> None:
    tokenizer = AutoTokenizer.from_pretrained(DEMO / "model")
    model = AutoModelForCausalLM.from_pretrained(DEMO / "model", dtype=torch.float32).eval()
    test = json.loads((DEMO / "data/condition_harmful.json").read_text())["test"]
    prompts = []
    for prompt in PROMPTS + [test[0]["harmful"], test[1]["harmless"]]:
        ids = tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}], add_generation_prompt=True, return_dict=False
        )
        with torch.no_grad():
            logits = model(torch.tensor([ids])).logits[0, -1]
            out = model.generate(torch.tensor([ids]), max_new_tokens=48, do_sample=False)[0, len(ids) :].tolist()
        prompts.append({
            "prompt": prompt, "ids": ids, "logits": logits.tolist(), "greedy_ids": out,
            "greedy_text": tokenizer.decode(out, skip_special_tokens=True),
        })
    strings = [{"text": text, "ids": tokenizer(text, add_special_tokens=False).input_ids} for text in STRINGS]
    golden = {
        "made_with": f"transformers {transformers.__version__}, torch {torch.__version__}, float32",
        "prompts": prompts, "strings": strings,
    }
    file = MODULE / "src/test/resources/golden.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(golden, ensure_ascii=False) + "\n")
    files = sorted(path for folder in ("data", "model") for path in (DEMO / folder).iterdir())
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(DEMO).as_posix()}\n" for path in files]
    (DEMO / "SHA256SUMS").write_text("".join(sums))


if __name__ == "__main__":
    main()
