"""The network's layers as an ONNX graph, with weights of seven bits, for ONNX Runtime.

Inputs of a layer are quantised as they come, to eight bits (`DynamicQuantizeLinear`), before
neighbours, or what is heard from elsewhere, are set beside them; the weights to seven, a scale for
each column, so that no processor's integer product overflows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

from paperkg.extract.network import DILATIONS, EPSILON, POOL_AFTER

__all__ = ["graph_of"]

Array = npt.NDArray[np.float32]
OPSET, IR = 17, 8
MOST = 63
"""The largest quantised weight."""


class Graph:
    """A graph in the making: its nodes and constants, and the name of the last value."""

    def __init__(self, weights: dict[str, Array]) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.last = ""

    def constant(self, name: str, value: Any) -> str:
        """A constant's name."""
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], outputs: int = 1, **settings: Any) -> list[str]:
        """A node, and the names of what it gives."""
        names = [f"{kind}{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, **settings))
        self.last = names[0]
        return names

    def whole(self, name: str, *values: int) -> str:
        """The name of a constant of whole numbers."""
        return self.constant(name, np.array(values, dtype=np.int64))

    def columns(self, x: str, start: int, end: int) -> str:
        """Some columns of a value."""
        bounds = [self.whole(f"{name}_{start}", n) for name, n in (("from", start), ("to", end))]
        return self.node("Slice", [x, *bounds, self.whole(f"axis_{start}", 1)])[0]

    def norm(self, number: int) -> None:
        """Layer normalisation of the last value."""
        gain, offset = self.weights[f"norm{number}"]
        names = [self.constant(f"gain{number}", gain), self.constant(f"offset{number}", offset)]
        self.node("LayerNormalization", [self.last, *names], axis=-1, epsilon=EPSILON)

    def layer(self, name: str, x: str, seen: str, step: str, zero: str) -> None:
        """A value, and what a layer makes of all that it has seen, in whole numbers."""
        table = self.weights[name]
        table = table.reshape(-1, table.shape[-1])
        scale = np.maximum(np.abs(table).max(axis=0), 1e-9) / MOST
        small = self.constant(f"{name}_w", np.round(table / scale).astype(np.int8))
        [product] = self.node("MatMulInteger", [seen, small, zero])
        [counted] = self.node("Cast", [product], to=TensorProto.FLOAT)
        scales = self.constant(f"{name}_scale", scale.astype(np.float32))
        [steps] = self.node("Mul", [step, scales])
        [exact] = self.node("Mul", [counted, steps])
        [moved] = self.node("Add", [exact, self.constant(f"{name}_b", self.weights[f"{name}_b"])])
        [positive] = self.node("Relu", [moved])
        self.node("Add", [positive, x])

    def convolution(self, number: int) -> None:
        """A convolution over the last value and its neighbours, added to it and normalised."""
        x = self.last
        quantised, step, zero = self.node("DynamicQuantizeLinear", [x], 3)
        around = self.around(number, quantised, zero)
        self.layer(f"conv{number}", x, around, step, zero)
        self.norm(number + 1)

    def around(self, number: int, x: str, zero: str) -> str:
        """Each row with the one so far before it and the one so far behind it, or with zeros."""
        reach, far = DILATIONS[number], np.iinfo(np.int64).max
        [padded] = self.node("Pad", [x, self.whole(f"pads{number}", reach, 0, reach, 0), zero])
        rows = self.whole(f"rows{number}", 0)
        before = [self.whole(f"from{number}", 0), self.whole(f"to{number}", -2 * reach)]
        after = [self.whole(f"begin{number}", 2 * reach), self.whole(f"end{number}", far)]
        [left] = self.node("Slice", [padded, *before, rows])
        [right] = self.node("Slice", [padded, *after, rows])
        return self.node("Concat", [left, x, right], axis=1)[0]

    def pool(self) -> None:
        """The last value, and what is heard of its word's places and of the document.

        Means and maxima lie between what they are made of, so that they share its steps.
        """
        x = self.last
        quantised, step, zero = self.node("DynamicQuantizeLinear", [x], 3)
        [shares] = self.node("MatMul", ["share", x])
        [mean] = self.node("QuantizeLinear", [shares, step, zero])
        [places] = self.node("Gather", [quantised, "place"])
        [most] = self.node("ReduceMax", [places], axes=[1], keepdims=0)
        [document] = self.node("ReduceMax", [quantised], axes=[0], keepdims=1)
        [shape] = self.node("Shape", [x])
        parts = [quantised]
        for of_words in (mean, most):
            [table] = self.node("Concat", [quantised, of_words], axis=0)
            parts += self.node("Gather", [table, "row"])
        parts += self.node("Expand", [document, shape])
        [seen] = self.node("Concat", parts, axis=1)
        self.layer("pool", x, seen, step, zero)

    def to_bytes(self, inputs: list[Any], labels: int) -> bytes:
        """The graph as a model, from some inputs to (tokens, labels)."""
        y = helper.make_tensor_value_info(self.last, TensorProto.FLOAT, ["tokens", labels])
        graph = helper.make_graph(self.nodes, "paperkg", inputs, [y], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR
        data: bytes = model.SerializeToString(deterministic=True)
        return data


def graph_of(weights: dict[str, Array]) -> bytes:
    """From the vectors of words and marks to the probabilities of labels.

    The other inputs are what `paperkg.extract.network.heard` gives.
    """
    width, labels = weights["output"].shape
    inputs = [
        helper.make_tensor_value_info(name, type_, shape)
        for name, type_, shape in (
            ("words", TensorProto.FLOAT, ["tokens", width]),
            ("marks", TensorProto.FLOAT, ["tokens", width + labels]),
            ("place", TensorProto.INT64, ["several", "places"]),
            ("share", TensorProto.FLOAT, ["several", "tokens"]),
            ("row", TensorProto.INT64, ["tokens"]),
        )
    ]
    graph = Graph(weights)
    graph.node("Add", ["words", graph.columns("marks", 0, width)])
    graph.norm(0)
    for number in range(len(DILATIONS)):
        graph.convolution(number)
        if number == POOL_AFTER:
            graph.pool()
    [scores] = graph.node("MatMul", [graph.last, graph.constant("output", weights["output"])])
    [moved] = graph.node("Add", [scores, graph.constant("output_b", weights["output_b"])])
    [voted] = graph.node("Add", [moved, graph.columns("marks", width, width + labels)])
    graph.node("Softmax", [voted], axis=-1)
    return graph.to_bytes(inputs, labels)
