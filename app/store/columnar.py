"""A labelled sparse matrix as one compressed block of bytes.

The block is an Arrow IPC stream with zstd: three columns ``row``, ``column`` (dictionaries of codes, so that codes
without any value are kept too) and ``value``. Any Arrow library reads it. The same matrix gives the same bytes.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from scipy import sparse

from geometry.labelled import Labelled

LARGEST_WHOLE = 2**31 - 1


def pack(matrix: Labelled) -> bytes:
    """Shape and values are kept exactly; whole numbers take 32 bits, anything else 64."""
    values = matrix.values.copy()
    values.sum_duplicates()
    row_at = np.repeat(np.arange(len(matrix.rows), dtype=np.int32), np.diff(values.indptr))
    data = values.data
    whole = data.size > 0 and bool(np.all((data == np.rint(data)) & (np.abs(data) <= LARGEST_WHOLE)))
    batch = pa.record_batch(
        {
            "row": pa.DictionaryArray.from_arrays(row_at, pa.array(matrix.rows, pa.string())),
            "column": pa.DictionaryArray.from_arrays(
                values.indices.astype(np.int32), pa.array(matrix.columns, pa.string())
            ),
            "value": pa.array(data.astype(np.int32 if whole else np.float64)),
        }
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
        stream.write_batch(batch)
    return bytes(sink.getvalue())


def unpack(content: bytes) -> Labelled:
    """The matrix that was packed, values as float64."""
    with pa.ipc.open_stream(content) as stream:
        batch = stream.read_next_batch()
    row, column = batch.column("row"), batch.column("column")
    rows, columns = tuple(row.dictionary.to_pylist()), tuple(column.dictionary.to_pylist())
    entries = np.bincount(row.indices.to_numpy(), minlength=len(rows))
    indptr = np.concatenate(([0], np.cumsum(entries))).astype(np.int32)
    data = batch.column("value").to_numpy().astype(np.float64)
    indices = column.indices.to_numpy().astype(np.int32)
    return Labelled(rows, columns, sparse.csr_array((data, indices, indptr), shape=(len(rows), len(columns))))
