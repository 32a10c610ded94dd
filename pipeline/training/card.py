"""What a run tells of itself: the card of its checkpoint and a picture of its curves."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from transformers import MarianMTModel

from pipeline.training.config import TrainingConfig
from pipeline.training.state import Progress


def model_card(config: TrainingConfig, network: MarianMTModel, progress: Progress, dev_pairs: int) -> str:
    """Write the README of a checkpoint: what it is, how it was trained, what it scored on the dev set.

    Args:
        config: the run.
        network: tells its shape.
        progress: of the run, best score included.
        dev_pairs: how many pairs that score is of.
    """
    shape, optimisation = network.config, config.optimisation
    parameters = sum(p.numel() for name, p in network.named_parameters() if "embed_positions" not in name)
    dev = config.data.dev or f"pairs held out of {config.data.sets[0].name}"
    lines = [
        f"{shape.encoder_layers}+{shape.decoder_layers} layers, width {shape.d_model}, "
        f"{shape.encoder_attention_heads} heads, feed-forward {shape.encoder_ffn_dim}, "
        f"{parameters / 1e6:.1f} M parameters, float16 weights",
        f"trained on {progress.pieces / 1e6:.1f} M target pieces in {progress.update} updates, "
        f"{progress.minutes:.0f} minutes, on: {', '.join(s.name for s in config.data.sets)}",
        f"chrF {progress.best_chrf:.1f} on {dev_pairs} pairs of its dev set ({dev}), greedy (sacreBLEU)",
    ]
    if config.init is not None:
        lines.append(f"fine-tuned from {config.init}")
    if config.augmentation.weight and config.augmentation.sets:
        lines.append(f"with changed copies of: {', '.join(config.augmentation.sets)}")
    if config.distillation is not None:
        lines.append(
            f"the English of {', '.join(config.distillation.sets)} was written by its teacher, "
            f"{config.distillation.teacher}"
        )
    if optimisation.alignment_weight:
        lines.append(
            "head 0 of the last decoder layer is its alignment (guided by eflomal's, "
            f"weight {optimisation.alignment_weight})"
        )
    return (
        "---\nlanguage: [ar, en]\npipeline_tag: translation\nlibrary_name: transformers\n---\n"
        f"# {config.name}\n\nA MarianMT model from Arabic to English, trained by `dragoman train`.\n\n"
        + "".join(f"- {line}\n" for line in lines)
    )


def draw_curves(history: Sequence[Mapping[str, float]], title: str, path: Path) -> None:
    """Draw the losses and the dev chrF over target pieces as a PNG picture.

    Args:
        history: as in `Progress`.
        title: stands above the picture.
        path: it is complete when it takes this name.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 6), layout="constrained")
    losses, scores = figure.subplots(2, 1, sharex=True)
    for key, label in (("train_loss", "training"), ("dev_loss", "dev")):
        known = [record for record in history if key in record]
        losses.plot(
            [record["pieces"] / 1e6 for record in known], [record[key] for record in known], label=label
        )
    losses.set_ylabel("cross-entropy per piece (nats)")
    losses.legend()
    scores.plot([record["pieces"] / 1e6 for record in history], [record["dev_chrf"] for record in history])
    best = max(history, key=lambda record: record["dev_chrf"])
    scores.plot(best["pieces"] / 1e6, best["dev_chrf"], "o", label=f"best: {best['dev_chrf']:.1f}")
    scores.set_ylabel("dev chrF, greedy")
    scores.set_xlabel("target pieces trained on (millions)")
    scores.legend(loc="lower right")
    for axes in (losses, scores):
        axes.grid(visible=True, alpha=0.3)
    figure.suptitle(title)
    partial = path.with_name(path.name + ".partial")
    FigureCanvasAgg(figure)
    figure.savefig(partial, format="png", dpi=120)
    partial.replace(path)
