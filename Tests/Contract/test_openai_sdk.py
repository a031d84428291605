"""OpenAI's own SDK, unmodified."""

import base64

import openai
import pytest


@pytest.fixture(scope="module")
def client(server):
    return openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0)


def test_draws(client):
    answer = client.images.generate(
        prompt="a watercolor painting of a fox", n=2, size="64x64", response_format="b64_json", quality="standard",
        extra_body={"steps": 2, "seed": 7, "scorers": ["clip"]})
    assert len(answer.data) == 2
    assert base64.b64decode(answer.data[0].b64_json).startswith(b"\x89PNG")
    assert [image.seed for image in answer.data] == [7, 8]
    assert answer.data[0].scores[0]["scorer"] == "clip"
    assert answer.usage.total_tokens > 0
    assert answer._request_id


def test_draws_with_its_own_model_names(client):
    client.images.generate(model="dall-e-2", prompt="a fox", size="64x64", extra_body={"steps": 1})


def test_lists_models(client):
    ids = [model.id for model in client.models.list()]
    assert "emoji" in ids
    model = client.models.retrieve("emoji")
    assert (model.object, model.owned_by) == ("model", "liminal")
    assert model.created > 0


def test_errors_keep_their_words(client):
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.generate(prompt="a fox", size="65x64")
    error = refused.value
    assert (error.code, error.param, error.type) == ("out_of_range", "size", "invalid_request_error")
    assert "/size" in error.message
    assert error.request_id
    with pytest.raises(openai.NotFoundError) as unknown:
        client.images.generate(model="sdxl", prompt="a fox")
    assert unknown.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("sdxl")
