"""One layer of a policy, as scenarios and tests write it: the words that a policy text uses, without a text around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from tieout.core.errors import Malformed
from tieout.core.policy import Layer
from tieout.formats.policy_words import LayerWords, layer_of


def read_layer(said: Mapping[str, Any]) -> Layer:
    """The layer that these words say. Raises `Malformed` with the first word that is wrong."""
    try:
        return layer_of(LayerWords.model_validate(dict(said)))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        raise Malformed(f"policy.{path}: {first['msg']}", where=f"policy.{path}") from error
