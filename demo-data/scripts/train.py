"""Trains the small model and writes it as a HuggingFace folder.

    python train.py --out ../src/main/resources/drover/demo/model [--minutes 25] [--log ../training.log]

The text comes from make_data.py. Seeded: the same number of steps gives the same model on the same machine
with the same number of threads.
"""

import argparse
import json
import random
import sys
import time
from pathlib import Path

import tokenizers
import torch
import torch.nn.functional as functional
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM

import make_data

SEED = 7
VOCABULARY = 2048
SPECIAL = ["<|begin|>", "<|end|>", "<|pad|>", "<|system|>", "<|user|>", "<|assistant|>"]
BEGIN, END, PAD = 0, 1, 2
CONTEXT = 512
# What a prompt's tokens count in the loss, beside an answer's 1.
PROMPT_WEIGHT = 0.2
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<|' + message['role'] + '|>\\n' + message['content'] + '<|end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}"
)


def config(args) -> LlamaConfig:
    return LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=args.hidden, intermediate_size=args.mlp, num_hidden_layers=args.layers,
        num_attention_heads=args.hidden // 32, num_key_value_heads=2, head_dim=32, max_position_embeddings=CONTEXT,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, rms_norm_eps=1e-5, tie_word_embeddings=True,
        bos_token_id=BEGIN, eos_token_id=END, pad_token_id=PAD, initializer_range=0.02, attention_bias=False, mlp_bias=False,
    )


def train_tokenizer(texts) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=VOCABULARY, special_tokens=SPECIAL, show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        ),
    )
    return tokenizer


def encode(tokenizer: Tokenizer, messages) -> tuple:
    """(ids, weights of each token in the loss): as the chat template writes the conversation."""
    ids, weights = [BEGIN], [0.0]

    def add(text, weight):
        part = tokenizer.encode(text).ids
        ids.extend(part)
        weights.extend([weight] * len(part))

    for message in messages:
        add(f"<|{message['role']}|>\n", 0.0)
        answer = message["role"] == "assistant"
        add(message["content"] + "<|end|>", 1.0 if answer else PROMPT_WEIGHT)
        add("\n", 0.0)
    return ids[:CONTEXT], weights[:CONTEXT]


def batches(examples, tokens: int, rng: random.Random):
    """Examples of like length together, about so many tokens a batch, in a random order."""
    order = sorted(range(len(examples)), key=lambda i: (len(examples[i][0]), rng.random()))
    found, start = [], 0
    while start < len(order):
        end, longest = start, 0
        while end < len(order):
            longest = max(longest, len(examples[order[end]][0]))
            if longest * (end + 1 - start) > tokens and end > start:
                break
            end += 1
        found.append([examples[i] for i in order[start:end]])
        start = end
    rng.shuffle(found)
    return found


def tensors(batch):
    longest = max(len(ids) for ids, _ in batch)
    ids = torch.full((len(batch), longest), PAD)
    weights = torch.zeros(len(batch), longest)
    for row, (row_ids, row_weights) in enumerate(batch):
        ids[row, : len(row_ids)] = torch.tensor(row_ids)
        weights[row, : len(row_weights)] = torch.tensor(row_weights)
    return ids, weights


def loss_of(model, ids, weights):
    """Mean over the answers' tokens, and the loss to train on, which counts prompts a little.

    Padding stands on the right: with causal attention it changes nothing before it.
    """
    hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state
    target, weight = ids[:, 1:].flatten(), weights[:, 1:].flatten()
    counts = weight > 0
    logits = model.lm_head(hidden[:, :-1].flatten(0, 1)[counts])
    each = functional.cross_entropy(logits, target[counts], reduction="none")
    weight = weight[counts]
    answers = weight == 1
    return each[answers].mean(), (each * weight).sum() / weight.sum()


class Log:
    def __init__(self, file):
        self.file = file.open("w") if file else None

    def __call__(self, line):
        print(line, flush=True)
        if self.file:
            self.file.write(line + "\n")
            self.file.flush()


def save(model, tokenizer, out: Path):
    out.mkdir(parents=True, exist_ok=True)
    model.to(torch.bfloat16).save_pretrained(out)
    generation = {"bos_token_id": BEGIN, "eos_token_id": END, "pad_token_id": PAD, "do_sample": False, "max_new_tokens": 64}
    (out / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n")
    tokenizer.save(str(out / "tokenizer.json"))
    about = {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": CONTEXT, "clean_up_tokenization_spaces": False,
        "add_prefix_space": False, "bos_token": SPECIAL[BEGIN], "eos_token": SPECIAL[END], "pad_token": SPECIAL[PAD],
        "chat_template": CHAT_TEMPLATE,
    }
    (out / "tokenizer_config.json").write_text(json.dumps(about, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--steps", type=int, help="instead of as many as the minutes allow")
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--mlp", type=int, default=320)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--batch-tokens", type=int, default=1280)
    parser.add_argument("--conversations", type=int, default=60_000)
    parser.add_argument("--rate", type=float, default=0.004)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    log = Log(args.log)
    torch.set_num_threads(args.threads)
    torch.manual_seed(SEED)
    log(
        f"python {sys.version.split()[0]}, torch {torch.__version__}, transformers {transformers.__version__}, "
        f"tokenizers {tokenizers.__version__}; seeds {make_data.SEED} and {SEED}; {args.threads} threads"
    )

    begin = time.time()
    rng = random.Random(SEED)
    source = make_data.Conversations(rng)
    conversations = [source.messages() for _ in range(args.conversations)]
    tokenizer = train_tokenizer(message["content"] for messages in conversations[:30_000] for message in messages)
    examples = [encode(tokenizer, messages) for messages in conversations]
    checked, examples = examples[:400], examples[400:]
    total = sum(len(ids) for ids, _ in examples)
    log(f"{len(examples)} conversations, {total} tokens, vocabulary {tokenizer.get_vocab_size()}, made in {time.time() - begin:.0f} s")

    model = LlamaForCausalLM(config(args)).float()
    parameters = sum(p.numel() for p in model.parameters())
    log(f"{parameters} parameters: {args.layers} layers, hidden {args.hidden}, mlp {args.mlp}")
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.rate, betas=(0.9, 0.98), weight_decay=0.01, foreach=True)

    check = [tensors(batch) for batch in batches(checked, 4096, rng)]
    start, step, seen, running = time.time(), 0, 0, None
    todo = []
    while True:
        passed = time.time() - start
        done = step / args.steps if args.steps else passed / (args.minutes * 60)
        if done >= 1:
            break
        if not todo:
            todo = batches(examples, args.batch_tokens, rng)
        ids, weights = tensors(todo.pop())
        warm = min(1.0, (step + 1) / 60)
        rate = warm * min(1.0, (1 - done) / 0.8)
        optimizer.param_groups[0]["lr"] = args.rate * max(rate, 0.01)
        answers, loss = loss_of(model, ids, weights)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        seen += ids.numel()
        running = answers.item() if running is None else 0.95 * running + 0.05 * answers.item()
        if step % 50 == 0:
            log(f"step {step:5d}  answers {running:.3f}  {seen / (time.time() - start):.0f} tokens/s  {time.time() - start:.0f} s")
        if step % 500 == 0:
            with torch.no_grad():
                log(f"  not trained on: {sum(loss_of(model, *b)[0].item() for b in check) / len(check):.3f}")
    with torch.no_grad():
        log(f"{step} steps, {seen} tokens; not trained on: {sum(loss_of(model, *b)[0].item() for b in check) / len(check):.3f}")
    save(model, tokenizer, args.out)
    log(f"written, {(args.out / 'model.safetensors').stat().st_size} bytes")


if __name__ == "__main__":
    main()
