"""bm25s: scores worked out beforehand in a sparse matrix (NumPy); no update, only a new index."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np

from bench.rivals.base import FOUND, line_of, main_text, words
from search.engines.base import Document

logging.getLogger("bm25s").setLevel(logging.WARNING)


class Bm25s:
    """jieba's words of question, similar questions and answer in one field; a mask for the line."""

    def __init__(self, directory: Path) -> None:
        self._path = directory

    def build(self, documents: Sequence[Document]) -> None:
        self._indexed(documents).save(str(self._path))

    def open(self, documents: Sequence[Document]) -> None:
        self._index = bm25s.BM25.load(str(self._path))
        self._documents = list(documents)
        self._place = {document.id: place for place, document in enumerate(documents)}
        self._ids = np.array([document.id for document in documents])
        lines = np.array([line_of(document) for document in documents])
        self._masks = {line: (lines == line).astype(np.float32) for line in np.unique(lines).tolist()}

    def cut(self, text: str) -> Any:
        return [word for word in dict.fromkeys(words(text)) if word in self._index.vocab_dict]

    def search(self, cut: Any, line: int | None) -> list[int]:
        if not cut:
            return []
        mask = None if line is None else self._masks[line]
        found = self._index.retrieve(
            [cut], k=min(FOUND, len(self._ids)), show_progress=False, weight_mask=mask
        )
        ids: list[int] = self._ids[found.documents[0][found.scores[0] > 0]].tolist()
        return ids

    def replace(self, document: Document) -> None:
        self._documents[self._place[document.id]] = document
        self._index = self._indexed(self._documents)

    def told(self) -> dict[str, float]:
        return {"vocabulary": len(self._index.vocab_dict)}

    def _indexed(self, documents: Sequence[Document]) -> Any:
        index = bm25s.BM25()
        tokens = [words(f"{main_text(document)} {document.answer}") for document in documents]
        index.index(tokens, show_progress=False)
        return index
