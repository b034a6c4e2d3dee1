"""Turns records into vectors."""

from sentence_transformers import SentenceTransformer

# Fetched from the hub when the program starts, not from our own registry.
model = SentenceTransformer("BAAI/bge-m3")


def embed(texts: list[str]):
    return model.encode(texts)
