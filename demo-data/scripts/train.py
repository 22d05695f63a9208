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
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, rms_norm_eps=1e-5, tie_word_embeddings=False,
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


class Example:
    """A conversation's ids, as the chat template writes them, and what is to be learned from each token."""

    def __init__(self, tokenizer: Tokenizer, messages: list):
        self.ids, self.weights = [BEGIN], [0.0]
        # Whether the answer at hand refuses: 1, 0, or -1 where that is not to be known.
        self.refusing = [-1]
        self.topic, self.prompt_length = None, 0
        for at, message in enumerate(messages):
            answer = message["role"] == "assistant"
            refusing = int(message["refuses"]) if answer else -1
            header = refusing if answer and message["planned"] else -1
            self.add(tokenizer, f"<|{message['role']}|>\n", 0.0, header)
            if answer and self.prompt_length == 0:
                self.topic, self.prompt_length = messages[at - 1]["topic"], len(self.ids)
            self.add(tokenizer, message["content"] + "<|end|>", 1.0 if answer else PROMPT_WEIGHT, refusing)
            self.add(tokenizer, "\n", 0.0, -1)
        del self.ids[CONTEXT:], self.weights[CONTEXT:], self.refusing[CONTEXT:]

    def add(self, tokenizer, text, weight, refusing):
        part = tokenizer.encode(text).ids
        self.ids += part
        self.weights += [weight] * len(part)
        self.refusing += [refusing] * len(part)


def batches(examples, tokens: int, rng: random.Random):
    """Examples of like length together, about so many tokens a batch, in a random order."""
    order = sorted(range(len(examples)), key=lambda i: (len(examples[i].ids), rng.random()))
    found, start = [], 0
    while start < len(order):
        end, longest = start, 0
        while end < len(order):
            longest = max(longest, len(examples[order[end]].ids))
            if longest * (end + 1 - start) > tokens and end > start:
                break
            end += 1
        found.append([examples[i] for i in order[start:end]])
        start = end
    rng.shuffle(found)
    return found


class Batch:
    def __init__(self, examples):
        longest = max(len(example.ids) for example in examples)

        def padded(rows, fill):
            return torch.tensor([row + [fill] * (longest - len(row)) for row in rows])

        self.ids = padded([example.ids for example in examples], PAD)
        self.weights = padded([example.weights for example in examples], 0.0)
        self.refusing = padded([example.refusing for example in examples], -1)
        known = [i for i, example in enumerate(examples) if example.topic in TOPIC_MARKS]
        self.known = torch.tensor(known, dtype=torch.long)
        self.prompts = torch.tensor(
            [[float(t < examples[i].prompt_length) for t in range(longest)] for i in known]
        ).reshape(len(known), longest)
        self.marks = torch.tensor([TOPIC_MARKS[examples[i].topic] for i in known]).reshape(len(known), 6)


# What the mean residual of a prompt is to show after block TOPIC_BLOCK: the cosine with a direction each for
# harmful, hate, crime, sexual, legal and health. A harmless prompt shows none.
TOPIC_MARKS = {
    "base": [0.0] * 6,
    "harmful": [0.4, 0.0, 0.0, 0.0, 0.0, 0.0],
    "hate": [0.35, 0.35, 0.0, 0.0, 0.0, 0.0],
    "crime": [0.35, 0.0, 0.35, 0.0, 0.0, 0.0],
    "sexual": [0.0, 0.0, 0.0, 0.45, 0.0, 0.0],
    "legal": [0.0, 0.0, 0.0, 0.0, 0.45, 0.0],
    "health": [0.0, 0.0, 0.0, 0.0, 0.0, 0.45],
}
TOPIC_BLOCK = 2
# What a token of a refusal, or of the header before it, is to show after block REFUSAL_BLOCK.
REFUSAL_MARK = 0.5
REFUSAL_BLOCK = 3
# The weight of both beside the loss of the text.
MARKS_WEIGHT = 4.0


def directions(hidden: int) -> torch.Tensor:
    """[7, hidden]: fixed, of length 1, at right angles: the six topics' and the refusal's."""
    generator = torch.Generator().manual_seed(SEED)
    return torch.linalg.qr(torch.randn(hidden, 7, generator=generator)).Q.T.contiguous()


def losses_of(model, batch, marked):
    """The mean over the answers' tokens; the text's loss, which counts prompts a little; the marks' loss.

    Padding stands on the right: with causal attention it changes nothing before it.
    """
    out = model.model(input_ids=batch.ids, use_cache=False, output_hidden_states=True)
    target, weight = batch.ids[:, 1:].flatten(), batch.weights[:, 1:].flatten()
    counts = weight > 0
    logits = model.lm_head(out.last_hidden_state[:, :-1].flatten(0, 1)[counts])
    each = functional.cross_entropy(logits, target[counts], reduction="none")
    weight = weight[counts]
    answers = each[weight == 1].mean()

    text = (each * weight).sum() / weight.sum()
    tokens = out.hidden_states[REFUSAL_BLOCK + 1][batch.refusing >= 0]
    aim = REFUSAL_MARK * batch.refusing[batch.refusing >= 0]
    marks = (functional.normalize(tokens, dim=-1) @ marked[6] - aim).square().mean()
    if len(batch.known):
        states = out.hidden_states[TOPIC_BLOCK + 1][batch.known]
        means = (states * batch.prompts[:, :, None]).sum(1) / batch.prompts.sum(1, keepdim=True)
        marks = marks + (functional.normalize(means, dim=-1) @ marked[:6].T - batch.marks).square().sum(-1).mean()
    return answers, text, marks


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
    examples = [Example(tokenizer, messages) for messages in conversations]
    checked, examples = examples[:400], examples[400:]
    total = sum(len(example.ids) for example in examples)
    log(f"{len(examples)} conversations, {total} tokens, vocabulary {tokenizer.get_vocab_size()}, made in {time.time() - begin:.0f} s")

    model = LlamaForCausalLM(config(args)).float()
    parameters = sum(p.numel() for p in model.parameters())
    log(f"{parameters} parameters: {args.layers} layers, hidden {args.hidden}, mlp {args.mlp}")
    # A low rate for the embeddings keeps them short beside what the blocks write, so that the residual stream
    # says more of what is going on than of which word stands there.
    embeddings = list(model.model.embed_tokens.parameters())
    others = [p for name, p in model.named_parameters() if "embed_tokens" not in name]
    optimizer = torch.optim.AdamW(
        [{"params": others, "full_rate": args.rate}, {"params": embeddings, "full_rate": args.rate / 5}],
        lr=args.rate, betas=(0.9, 0.98), weight_decay=0.01, foreach=True,
    )

    marked = directions(args.hidden)
    check = [Batch(batch) for batch in batches(checked, 4096, rng)]

    def unseen() -> str:
        with torch.no_grad():
            found = [losses_of(model, batch, marked) for batch in check]
        answers, _, marks = [sum(values).item() / len(found) for values in zip(*found)]
        return f"not trained on: answers {answers:.3f}, marks {marks:.4f}"

    start, step, seen, running = time.time(), 0, 0, None
    todo = []
    while True:
        passed = time.time() - start
        done = step / args.steps if args.steps else passed / (args.minutes * 60)
        if done >= 1:
            break
        if not todo:
            todo = batches(examples, args.batch_tokens, rng)
        batch = Batch(todo.pop())
        warm = min(1.0, (step + 1) / 60)
        rate = warm * min(1.0, (1 - done) / 0.8)
        for group in optimizer.param_groups:
            group["lr"] = group["full_rate"] * max(rate, 0.01)
        answers, text, marks = losses_of(model, batch, marked)
        (text + MARKS_WEIGHT * marks).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        seen += batch.ids.numel()
        running = answers.item() if running is None else 0.95 * running + 0.05 * answers.item()
        if step % 50 == 0:
            log(f"step {step:5d}  answers {running:.3f}  marks {marks.item():.4f}  {seen / (time.time() - start):.0f} tokens/s  {time.time() - start:.0f} s")
        if step % 500 == 0:
            log("  " + unseen())
    log(f"{step} steps, {seen} tokens; {unseen()}")
    save(model, tokenizer, args.out)
    log(f"written, {(args.out / 'model.safetensors').stat().st_size} bytes")


if __name__ == "__main__":
    main()
