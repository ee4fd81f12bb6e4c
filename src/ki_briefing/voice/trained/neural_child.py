"""The process that holds a trained network: run for ``voice.trained.neural``.

Arguments: the network's file (ONNX), and the operation whose result is how long each sign is heard (``Ceil`` or
``Round``). A request is arrays by name; an answer is the samples, and how long each sign is heard if the network tells.
An empty request is answered by the names and types of the inputs, in JSON.

One thread: two networks in two processes say more in a second than one on two threads.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime

from ki_briefing.voice.child import serve
from ki_briefing.voice.trained.neural import packed, unpacked

_GRAPH, _NODE, _OUTPUT = 7, 1, 12  # of ModelProto and GraphProto in onnx.proto
_NODE_OUTPUT, _NODE_OPERATION = 2, 4  # of NodeProto
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # wire types of protobuf


def main() -> None:
    """Answer until nobody asks."""
    session = _load(Path(sys.argv[1]), sys.argv[2])
    serve(partial(_answer, session), forked=False)  # a fork would cost a fifth more: it must find its memory each time


def _answer(session: onnxruntime.InferenceSession, asked: bytes) -> bytes:
    if not asked:
        return json.dumps({each.name: each.type for each in session.get_inputs()}).encode()
    outputs = session.run(None, unpacked(asked))
    return packed({str(index): np.squeeze(each) for index, each in enumerate(outputs)})


def _load(path: Path, operation: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # more of it costs a fifth of a second, and these networks are no quicker for it
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(
        telling(path.read_bytes(), operation), options, providers=["CPUExecutionProvider"]
    )


def telling(model: bytes, operation: str) -> bytes:
    """Return the model with one output more: the result of its only such operation; unchanged if it has not just one.

    Protobuf joins two parts of one message, so the output's declaration may follow everything else.
    """
    found = list(_results(model, operation.encode()))
    if len(found) != 1:
        return model
    declared = _field(_OUTPUT, _field(1, found[0]))
    return b"".join((model, _field(_GRAPH, declared)))


def _results(model: bytes, operation: bytes) -> Iterator[bytes]:
    """Return the name of the result of each such operation."""
    for number, start, end in _fields(model, 0, len(model)):
        if number == _GRAPH:
            for part, begin, stop in _fields(model, start, end):
                if part == _NODE and operation in model[begin:stop]:
                    node = {each: model[a:b] for each, a, b in _fields(model, begin, stop)}
                    if node.get(_NODE_OPERATION) == operation:
                        yield node.get(_NODE_OUTPUT, b"")


def _fields(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Return (number, start, end) of each field of a protobuf message; a number's value is not told."""
    while at < end:
        key, at = _varint(data, at)
        size = {_FIXED64: 8, _FIXED32: 4}.get(key & 7, 0)
        if key & 7 in (_BYTES, _VARINT):
            value, at = _varint(data, at)
            size = value if key & 7 == _BYTES else 0
        yield key >> 3, at, at + size
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _field(number: int, content: bytes) -> bytes:
    size, length = len(content), bytearray()
    while size > 127:
        length.append(size & 127 | 128)
        size >>= 7
    return bytes((number << 3 | _BYTES, *length, size)) + content


if __name__ == "__main__":
    main()
