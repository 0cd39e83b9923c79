"""The network's convolutions as ONNX graphs, with weights of seven bits, for ONNX Runtime.

Inputs of a convolution are quantised as they come, to eight bits (`DynamicQuantizeLinear`), before
neighbours are set beside them; the weights to seven, a scale for each column, so that no
processor's integer product overflows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

from paperkg.extract.network import DILATIONS, EPSILON, POOL_AFTER

__all__ = ["graphs_of"]

Array = npt.NDArray[np.float32]
OPSET, IR = 17, 8
MOST = 63
"""The largest quantised weight."""


class Graph:
    """A graph in the making: its nodes and constants, and the name of the last value."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.last = "x"

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

    def norm(self, number: int, gain_offset: Array) -> None:
        """Layer normalisation of the last value."""
        gain = self.constant(f"gain{number}", gain_offset[0])
        offset = self.constant(f"offset{number}", gain_offset[1])
        self.node("LayerNormalization", [self.last, gain, offset], axis=-1, epsilon=EPSILON)

    def convolution(self, number: int, weights: dict[str, Array]) -> None:
        """A convolution over the last value and its neighbours, added to it and normalised."""
        x, reach = self.last, DILATIONS[number]
        table = weights[f"conv{number}"]
        table = table.reshape(-1, table.shape[-1])
        scale = np.maximum(np.abs(table).max(axis=0), 1e-9) / MOST
        small = np.round(table / scale).astype(np.int8)
        quantised, step, zero = self.node("DynamicQuantizeLinear", [x], 3)
        around = self.around(number, quantised, zero, reach)
        small_table = self.constant(f"w{number}", small)
        [product] = self.node("MatMulInteger", [around, small_table, zero])
        [counted] = self.node("Cast", [product], to=TensorProto.FLOAT)
        scales = self.constant(f"scale{number}", scale.astype(np.float32))
        [steps] = self.node("Mul", [step, scales])
        [seen] = self.node("Mul", [counted, steps])
        [moved] = self.node("Add", [seen, self.constant(f"b{number}", weights[f"conv{number}_b"])])
        [positive] = self.node("Relu", [moved])
        self.node("Add", [positive, x])
        self.norm(number + 1, weights[f"norm{number + 1}"])

    def around(self, number: int, x: str, zero: str, reach: int) -> str:
        """Each row with the one so far before it and the one so far behind it, or with zeros."""

        def whole(name: str, *values: int) -> str:
            return self.constant(f"{name}{number}", np.array(values, dtype=np.int64))

        [padded] = self.node("Pad", [x, whole("pads", reach, 0, reach, 0), zero])
        rows, far = whole("rows", 0), np.iinfo(np.int64).max
        before = [padded, whole("from", 0), whole("to", -2 * reach), rows]
        after = [padded, whole("begin", 2 * reach), whole("end", far), rows]
        parts = [self.node("Slice", before)[0], x, self.node("Slice", after)[0]]
        return self.node("Concat", parts, axis=1)[0]

    def to_bytes(self, width: int, out: int) -> bytes:
        """The graph as a model: from (tokens, width) to (tokens, out)."""
        self.node("Identity", [self.last])
        x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["tokens", width])
        y = helper.make_tensor_value_info(self.last, TensorProto.FLOAT, ["tokens", out])
        graph = helper.make_graph(self.nodes, "paperkg", [x], [y], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR
        data: bytes = model.SerializeToString(deterministic=True)
        return data


def graphs_of(weights: dict[str, Array]) -> tuple[bytes, bytes]:
    """The layers below the pooling, and those above it."""
    width, labels = weights["output"].shape
    below, above = Graph(), Graph()
    below.norm(0, weights["norm0"])
    for number in range(POOL_AFTER + 1):
        below.convolution(number, weights)
    for number in range(POOL_AFTER + 1, len(DILATIONS)):
        above.convolution(number, weights)
    output = above.constant("output", weights["output"])
    [scores] = above.node("MatMul", [above.last, output])
    above.node("Add", [scores, above.constant("output_b", weights["output_b"])])
    return below.to_bytes(width, width), above.to_bytes(width, labels)
