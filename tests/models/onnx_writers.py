"""Graphs of ONNX put together operator by operator, and what they give by ONNX's own reference or by PyTorch."""

from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx.reference import ReferenceEvaluator

from tests.models.checkpoint_writers import onnx_node, weights_of

Array = NDArray[Any]


class GraphWriter:
    """Operators in order; a module of PyTorch becomes the operators that its exporters write."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []
        self.inputs: list[Any] = []
        self.functions: list[Any] = []
        self._turn = 0

    def input(self, name: str, *shape: int | str | None, whole: bool = False) -> str:
        kind = onnx.TensorProto.INT64 if whole else onnx.TensorProto.FLOAT
        self.inputs.append(onnx.helper.make_tensor_value_info(name, kind, shape))
        return name

    def constant(self, value: Any, name: str = "") -> str:
        name = name or self._fresh("constant")
        array = value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
        self.tensors.append(onnx.numpy_helper.from_array(np.ascontiguousarray(array).reshape(array.shape), name))
        return name

    def add(self, operator: str, *inputs: str, outputs: int = 1, name: str = "", **stated: Any) -> Any:
        name = name or self._fresh(f"/{operator.lower()}/{operator}")
        made = [f"{name}_output_{turn}" for turn in range(outputs)]
        self.nodes.append(onnx.helper.make_node(operator, list(inputs), made, name=name, **stated))
        return made[0] if outputs == 1 else tuple(made)

    def turned(self, x: str, *perm: int) -> str:
        return str(self.add("Transpose", x, perm=list(perm)))

    def embedded(self, module: Any, tokens: str, name: str = "emb") -> str:
        return str(self.add("Gather", self.constant(module.weight, f"{name}.weight"), tokens, name=f"/{name}/Gather"))

    def linear(self, module: Any, x: str, name: str = "fc", product: str = "MatMul") -> str:
        bias = [] if module.bias is None else [self.constant(module.bias, f"{name}.bias")]
        if product == "Gemm":
            weight = self.constant(module.weight, f"{name}.weight")
            return str(self.add("Gemm", x, weight, *bias, name=f"/{name}/Gemm", transB=1))
        weight = self.constant(module.weight.detach().T, f"onnx::MatMul_{self._fresh('')}")
        found = self.add("MatMul", x, weight, name=f"/{name}/MatMul")
        return str(self.add("Add", *bias, found, name=f"/{name}/Add") if bias else found)

    def recurrent(self, module: Any, x: str, name: str = "rnn", *starts: str, **stated: Any) -> tuple[str, ...]:
        """A module's layers on x (time, batch, features): its states (time, batch, units), and Y_h of the last one."""
        kind = type(module).__name__.lower()
        given = {"linear_before_reset": 1} if kind == "gru" else {}
        for layer in range(module.num_layers):
            sides = [weights_of(module, layer, reverse) for reverse in (False, True)[: 1 + module.bidirectional]]
            called = f"/{name}/{kind.upper()}" + (f"_{layer}" if layer else "")
            nodes, tensors = onnx_node(kind, sides, called, x, **{**given, **stated})
            nodes[0].input.extend([""] * (4 + bool(starts) - len(nodes[0].input)) + list(starts))
            self.nodes += nodes
            self.tensors += tensors
            x = self.flat(f"{called}Y", module.hidden_size * len(sides))
        return x, f"{called}Y_h"

    def flat(self, states: str, width: int) -> str:
        """Y (time, directions, batch, units) → (time, batch, directions·units)."""
        return str(self.add("Reshape", self.turned(states, 0, 2, 1, 3), self.constant(np.array([0, 0, width]))))

    def data(self, *outputs: str, **options: Any) -> bytes:
        return bytes(self.model(*outputs, **options).SerializeToString())

    def model(self, *outputs: str, opset: int = 21) -> Any:
        results = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in outputs]
        graph = onnx.helper.make_graph(self.nodes, "graph", self.inputs, results, self.tensors)
        opsets = [onnx.helper.make_opsetid("", opset), onnx.helper.make_opsetid("com.microsoft", 1)]
        return onnx.helper.make_model(graph, opset_imports=opsets, ir_version=10, functions=self.functions)

    def _fresh(self, stem: str) -> str:
        self._turn += 1
        return f"{stem}_{self._turn}"


def reference(data: bytes, output: str, **given: Array) -> Array:
    """One output by ONNX's own evaluator."""
    return np.asarray(ReferenceEvaluator(onnx.load_from_string(data)).run([output], given)[0])


def states(module: Any, x: Any, *start: Any) -> Array:
    """A module's last layer on (time, features), by PyTorch: (time, directions·units)."""
    with torch.no_grad():
        given = (start if len(start) > 1 else start[0],) if start else ()
        return np.asarray(module(torch.as_tensor(x), *given)[0].numpy())
