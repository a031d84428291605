"""What a careful Python service would be: `POST /v1/scores` for embeddings, by FastAPI, with the answer of Liminal.

It reads the same centroids, measures the same distances with NumPy, and writes its JSON with orjson. `uvicorn` runs it on uvloop
and httptools, without an access log.
"""

import json
import os

import numpy as np
import orjson
from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field
from safetensors import safe_open

SCORER = os.environ["SCORER"]
with safe_open(os.environ["CENTROIDS"], "numpy") as file:
    CENTRES = file.get_tensor("centres").astype(np.float64)
    LABELS = json.loads(file.metadata().get("labels", "null")) or [f"cluster-{i}" for i in range(len(CENTRES))]
LOG_K = np.log(len(LABELS))

app = FastAPI(openapi_url=None)


class ScoreRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")
    embeddings: list[list[float]] = Field(min_length=1, max_length=256)
    scorers: list[str] = Field(min_length=1, max_length=1)
    top_k: int = Field(1, ge=1, le=256)


def score(logits: np.ndarray, top_count: int) -> dict:
    shifted = logits - logits.max()
    logs = shifted - np.log(np.exp(shifted).sum())
    probabilities = np.exp(logs)
    entropy, reward = -(probabilities * logs).sum(), logs.mean()
    order = np.argsort(-logs, kind="stable")[:top_count]
    return {
        "scorer": SCORER, "reward": reward, "ambiguity": entropy / LOG_K, "entropy": entropy,
        "kl_from_uniform": -LOG_K - reward, "max_reward": -LOG_K,
        "top": [{"label": LABELS[i], "probability": probabilities[i]} for i in order],
        "probabilities": dict(zip(LABELS, probabilities)),
    }


@app.get("/readyz")
async def ready() -> dict:
    return {"status": "ready"}


@app.post("/v1/scores")
async def scores(request: ScoreRequest) -> Response:
    if request.scorers != [SCORER]:
        raise HTTPException(404, f"there is {SCORER} alone")
    if any(len(vector) != CENTRES.shape[1] for vector in request.embeddings):
        raise HTTPException(400, f"embeddings have {CENTRES.shape[1]} numbers")
    vectors = np.asarray(request.embeddings)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    # The K-Means classifier of arXiv 2407.12009: inverse distances are the logits.
    logits = 1 / np.maximum(np.linalg.norm(vectors[:, None] - CENTRES, axis=2), 1e-6)
    data = [{"index": i, "scores": [score(row, request.top_k)]} for i, row in enumerate(logits)]
    body = orjson.dumps({"object": "list", "data": data}, option=orjson.OPT_SERIALIZE_NUMPY)
    return Response(body, media_type="application/json")
