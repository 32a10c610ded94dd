"""The MarianMT network in training: built, initialised, and its loss with guided alignment."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import MarianConfig, MarianMTModel

from pipeline.engines.quiet import quiet_transformers
from pipeline.errors import ConfigError, ModelError
from pipeline.training.config import ModelConfig
from pipeline.training.vocabulary import END_ID, Vocabulary

NEVER = -1e4
_SILENT = 0.1


def build_network(shape: ModelConfig, vocabulary: Vocabulary, device: torch.device) -> MarianMTModel:
    """Build a MarianMT model with random weights that learns well from scratch.

    Embeddings come from N(0, width^-1/2) and matrices from Xavier's uniform distribution: the default of
    transformers (0.02, with embeddings scaled by sqrt(width)) learns very slowly. Residual branches of the
    encoder and the cross-attention start nearly silent, and the last cross-attention passes on what it
    attends to as it is: what `lexical_embeddings` puts in then comes through. Pieces that stand only in
    sources get a bias that keeps them out of every translation.
    """
    size = len(vocabulary.pieces)
    network = MarianMTModel(
        MarianConfig(
            vocab_size=size,
            d_model=shape.width,
            encoder_layers=shape.encoder_layers,
            decoder_layers=shape.decoder_layers,
            encoder_attention_heads=shape.heads,
            decoder_attention_heads=shape.heads,
            encoder_ffn_dim=shape.feed_forward,
            decoder_ffn_dim=shape.feed_forward,
            dropout=shape.dropout,
            activation_function="swish",
            scale_embedding=True,
            max_position_embeddings=shape.max_positions,
            pad_token_id=vocabulary.padding,
            eos_token_id=END_ID,
            forced_eos_token_id=END_ID,
            decoder_start_token_id=vocabulary.padding,
            share_encoder_decoder_embeddings=True,
            tie_word_embeddings=True,
        )
    )
    for name, parameter in network.named_parameters():
        if "embed_positions" in name or "layer_norm" in name:
            continue
        if name == "model.shared.weight":
            nn.init.normal_(parameter, std=shape.width**-0.5)
            with torch.no_grad():
                parameter[vocabulary.padding] = 0
        elif parameter.dim() == 2:
            nn.init.xavier_uniform_(parameter, gain=_gain(name))
        else:
            nn.init.zeros_(parameter)
    last = network.model.decoder.layers[-1].encoder_attn
    for projection in (last.v_proj, last.out_proj):
        nn.init.eye_(projection.weight)
        with torch.no_grad():
            projection.weight += _SILENT * nn.init.xavier_uniform_(torch.empty_like(projection.weight))
    network.final_logits_bias[:, vocabulary.target_size :] = NEVER
    nn.Module.to(network, device)
    return network


def load_network(folder: Path, dropout: float, device: torch.device) -> MarianMTModel:
    """Load the network of a checkpoint in float32, to train it further.

    Raises:
        ModelError: the checkpoint cannot be loaded.
    """
    try:
        with quiet_transformers():
            network = MarianMTModel.from_pretrained(
                folder, dropout=dropout, dtype=torch.float32, use_safetensors=True, local_files_only=True
            )
    except (OSError, RuntimeError, ValueError, KeyError, TypeError) as err:
        raise ModelError(
            f"{folder}: cannot be loaded ({' '.join(str(err).split())}); get the checkpoint again"
        ) from err
    nn.Module.to(network, device)
    return network


def _gain(name: str) -> float:
    """How loud a matrix starts; those that end a residual branch on the source's way are nearly silent."""
    on_the_way = name.startswith("model.encoder.layers") or "encoder_attn" in name
    return _SILENT if on_the_way and ("out_proj" in name or "fc2" in name) else 1.0


class GuidedAttention:
    """The first heads of the last decoder layer's cross-attention, computed apart from the fused attention.

    It reads the attention module's inputs through a hook, so that the rest of the network need not expose
    its attention weights.
    """

    def __init__(self, network: MarianMTModel, heads: int) -> None:
        self._attention = network.model.decoder.layers[-1].encoder_attn
        if heads > self._attention.num_heads:
            raise ConfigError(
                f"`optimisation.guided_heads` is {heads}; the model has {self._attention.num_heads} heads"
            )
        self._heads = heads
        self._queries: Tensor | None = None
        self._keys: Tensor | None = None
        self._attention.register_forward_pre_hook(self._remember, with_kwargs=True)

    def _remember(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._queries = kwargs["hidden_states"] if "hidden_states" in kwargs else args[0]
        self._keys = kwargs["key_value_states"] if "key_value_states" in kwargs else args[1]

    def log_weights(self, source_mask: Tensor) -> Tensor:
        """Return the log attention of the last forward pass, mean over the heads, batch x target x source.

        Raises:
            RuntimeError: there was no forward pass.
        """
        if self._queries is None or self._keys is None:
            raise RuntimeError("no forward pass to take the attention from")
        queries = self._split(self._queries, self._attention.q_proj)
        keys = self._split(self._keys, self._attention.k_proj)
        scores = (queries @ keys.transpose(-1, -2)).float() * self._attention.head_dim**-0.5
        weights: Tensor = scores.masked_fill(~source_mask[:, None, None, :], NEVER).log_softmax(dim=-1)
        return weights.mean(dim=1)

    def _split(self, states: Tensor, projection: nn.Linear) -> Tensor:
        """Project b x n states into b x heads x n x head size."""
        size = self._heads * self._attention.head_dim
        projected = nn.functional.linear(states, projection.weight[:size], projection.bias[:size])
        return projected.view(*states.shape[:2], self._heads, -1).transpose(1, 2)


def training_loss(
    network: MarianMTModel,
    guided: GuidedAttention,
    source: Tensor,
    target: Tensor,
    links: Tensor,
    *,
    target_size: int,
    padding: int,
    label_smoothing: float,
    alignment_weight: float,
) -> tuple[Tensor, Tensor]:
    """Compute the loss of one batch.

    Args:
        network: the model; `guided` is hooked into it.
        guided: gives the attention that the links are compared with.
        source: ids, b x m.
        target: ids, b x n.
        links: b x n x m, rows sum to 1 or 0.
        target_size: ids below it can stand in a target.
        padding: id of `<pad>`.
        label_smoothing: share of the probability spread over all target pieces.
        alignment_weight: weight of the guided-alignment loss.

    Returns:
        The loss to minimise per target piece, and the plain cross-entropy summed over target pieces.
    Source: Chen et al. 2016, guided alignment training for topic-aware neural machine translation.
    """
    source_mask = source != padding
    inputs = torch.cat([torch.full_like(target[:, :1], padding), target[:, :-1]], dim=1)
    hidden = network.model(
        input_ids=source, attention_mask=source_mask.long(), decoder_input_ids=inputs, use_cache=False
    ).last_hidden_state
    real = target != padding
    logits = nn.functional.linear(
        hidden[real], network.model.shared.weight[:target_size], network.final_logits_bias[0, :target_size]
    )
    log_probabilities = logits.float().log_softmax(dim=-1)
    entropy = -log_probabilities.gather(1, target[real][:, None]).sum()
    uniform = -log_probabilities.mean(dim=1).sum()
    pieces = real.sum()
    loss = ((1 - label_smoothing) * entropy + label_smoothing * uniform) / pieces
    if alignment_weight:
        guidance = -(links * guided.log_weights(source_mask)).sum()
        loss = loss + alignment_weight * guidance / pieces
    return loss, entropy.detach()


def initial_mean(network: MarianMTModel) -> dict[str, Tensor]:
    """Start the exponential moving average of the weights."""
    return {name: parameter.detach().clone() for name, parameter in network.named_parameters()}


def update_mean(mean: dict[str, Tensor], network: MarianMTModel, share: float) -> None:
    """Move the average towards the present weights by `share`, in place."""
    torch._foreach_lerp_(list(mean.values()), [p.detach() for p in network.parameters()], share)


def with_weights(network: MarianMTModel, weights: dict[str, Tensor], use: Callable[[], None]) -> None:
    """Call `use` while the network holds other weights, then put its own back."""
    own = {name: parameter.detach().clone() for name, parameter in network.named_parameters()}
    _put(network, weights)
    try:
        use()
    finally:
        _put(network, own)


def _put(network: MarianMTModel, weights: dict[str, Tensor]) -> None:
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.copy_(weights[name])
