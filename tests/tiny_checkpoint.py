"""A tiny checkpoint for the tests, trained in some seconds on twelve sentences."""

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.tokenizer import MarianPieces

if TYPE_CHECKING:
    import torch

TRAINING_STEPS = 70

ARABIC = (
    "التقى الأمين العام لحلف شمال الأطلسي المستشار الألماني في برلين يوم الاثنين.",
    "قال وزير الدفاع إن ألمانيا ستزيد إنفاقها الدفاعي خلال السنوات الخمس المقبلة.",
    "أعلنت المفوضية الأوروبية حزمة جديدة من العقوبات على روسيا.",
    "اجتمع وزراء خارجية الاتحاد الأوروبي في بروكسل لبحث الوضع في أوكرانيا.",
    "وصلت السفينة إلى ميناء هامبورغ بعد رحلة استمرت أسبوعين.",
    "يناقش البرلمان الألماني مشروع قانون الخدمة العسكرية.",
    "ذكرت الصحيفة أن المصنع سيغلق أبوابه في نهاية العام.",
    "هل وقعت الحكومة الاتفاق؟ لا، لم توقعه بعد.",
    "عاد الطلاب إلى المدارس بعد عطلة طويلة.",
    "تتوقع الأرصاد الجوية أمطارا غزيرة على الساحل الشمالي.",
    "انضمت فنلندا إلى الحلف عام 2023 وتبعتها السويد في 2024.",
    "أكد المتحدث باسم الجيش أن التدريبات ستبدأ في 15 مايو.",
)
ENGLISH = (
    "The NATO Secretary General met the German Chancellor in Berlin on Monday.",
    "The defence minister said Germany would raise its defence spending over the next five years.",
    "The European Commission announced a new package of sanctions against Russia.",
    "European Union foreign ministers met in Brussels to discuss the situation in Ukraine.",
    "The ship reached the port of Hamburg after a voyage of two weeks.",
    "The German parliament is debating a bill on military service.",
    "The newspaper reported that the factory would close at the end of the year.",
    "Has the government signed the agreement? No, it has not signed it yet.",
    "The pupils went back to school after a long holiday.",
    "Forecasters expect heavy rain on the northern coast.",
    "Finland joined the Alliance in 2023 and Sweden followed in 2024.",
    "The army spokesman confirmed that the exercises will begin on 15 May.",
)


def train_sentencepiece(sentences: tuple[str, ...], vocabulary_size: int) -> bytes:
    from sentencepiece import SentencePieceTrainer

    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(sentences),
        model_writer=model,
        vocab_size=vocabulary_size,
        character_coverage=1.0,
        num_threads=1,
        minloglevel=2,
    )
    return model.getvalue()


def build_tiny_checkpoint(folder: Path) -> Path:
    """Write a Marian checkpoint, 2 + 2 layers of width 64, in Hugging Face layout.

    It is trained for some seconds on the sentences above until it nearly knows them by heart: its
    translations of other text are nonsense, but they end, vary with the source, and are no near-ties.
    Source-only pieces and `<unk>` are barred by `final_logits_bias`.
    """
    import torch
    from safetensors.torch import save_file
    from sentencepiece import SentencePieceProcessor
    from transformers import MarianConfig, MarianMTModel

    sides = {}
    for side, sentences in (("source", ARABIC), ("target", ENGLISH)):
        model = train_sentencepiece(sentences, 105)
        (folder / f"{side}.spm").write_bytes(model)
        processor = SentencePieceProcessor(model_proto=model)
        sides[side] = [processor.id_to_piece(number) for number in range(3, processor.get_piece_size())]
    pieces = ["</s>", "<unk>", *dict.fromkeys(sides["source"] + sides["target"]), "<pad>"]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")

    pad = vocabulary["<pad>"]
    config = MarianConfig(
        vocab_size=len(pieces),
        decoder_vocab_size=len(pieces),
        d_model=64,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=128,
        decoder_ffn_dim=128,
        dropout=0.0,
        max_position_embeddings=128,
        activation_function="swish",
        scale_embedding=True,
        pad_token_id=pad,
        eos_token_id=0,
        decoder_start_token_id=pad,
        forced_eos_token_id=None,
    )
    config.save_pretrained(folder)
    torch.manual_seed(7)
    model = MarianMTModel(config)
    embeddings = model.get_input_embeddings().weight
    for name, weight in model.named_parameters():
        if weight.dim() == 2 and "embed_positions" not in name:
            torch.nn.init.xavier_uniform_(weight)
    torch.nn.init.normal_(embeddings, std=64**-0.5)
    model.final_logits_bias.fill_(-1e4)
    model.final_logits_bias[0, [0, *(vocabulary[piece] for piece in sides["target"])]] = 0

    tokenizer = MarianPieces(folder)
    sources = _padded([tokenizer.ids(tokenizer.encode(text).pieces) for text in ARABIC], pad)
    targets = _padded([tokenizer.ids(tokenizer.encode_target(text)) for text in ENGLISH], pad)
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # matrices this small only lose by more
    for _ in range(TRAINING_STEPS):
        with torch.no_grad():
            embeddings[pad] = 0
        optimiser.zero_grad()
        loss = model(
            input_ids=sources,
            attention_mask=(sources != pad).long(),
            labels=targets.masked_fill(targets == pad, -100),
        ).loss
        loss.backward()
        optimiser.step()
    torch.set_num_threads(threads)
    embeddings.data[pad] = 0
    weights = {
        name: tensor.detach().clone()
        for name, tensor in model.state_dict().items()
        if "embed_" not in name and name != "lm_head.weight"
    }
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def _padded(rows: list[list[int]], pad: int) -> "torch.Tensor":
    import torch

    return torch.nn.utils.rnn.pad_sequence(
        [torch.tensor([*row, 0]) for row in rows], batch_first=True, padding_value=pad
    )
