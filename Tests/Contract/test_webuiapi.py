"""The unmodified `webuiapi` client of AUTOMATIC1111's API, with its defaults."""

import hashlib
import json
import threading
import time

import pytest
import webuiapi
from PIL import Image

from server import WEIGHTS

SMALL = {"prompt": "a watercolor painting of a fox", "width": 64, "height": 64, "steps": 2}


def client(server) -> webuiapi.WebUIApi:
    return webuiapi.WebUIApi(baseurl=server.url + "/sdapi/v1")


@pytest.fixture(scope="module")
def api(server):
    return client(server)


@pytest.fixture(scope="module")
def fox(api) -> Image.Image:
    return api.txt2img(**SMALL, seed=7).image


def pixels(image: Image.Image) -> bytes:
    return image.convert("RGB").tobytes()


def refused(call, status: int, **options) -> dict:
    with pytest.raises(RuntimeError) as error:
        call(**options)
    assert error.value.args[0] == status
    return json.loads(error.value.args[1])


def test_draws(api, fox):
    result = api.txt2img(**SMALL, seed=7, batch_size=2, n_iter=2)
    assert len(result.images) == 4
    assert [image.size for image in result.images] == [(64, 64)] * 4
    assert result.info["all_seeds"] == [7, 8, 9, 10]
    assert result.info["sampler_name"] == "Euler a"
    assert result.info["sd_model_name"] == "emoji"
    assert pixels(result.images[0]) == pixels(fox)
    assert pixels(api.txt2img(**SMALL, seed=10).image) == pixels(result.images[3])
    assert result.parameters["batch_size"] == 2


def test_draws_what_the_native_route_draws(api, server):
    native = server.generate(prompt="a fox", seed=3, guidance_scale=7, scheduler="dpmpp_2m_karras")
    result = api.txt2img(prompt="a fox", width=64, height=64, steps=2, seed=3, sampler_name="DPM++ 2M Karras")
    assert result.info["extra_generation_params"] == {"Schedule type": "Karras"}
    with_schedule = api.txt2img(
        prompt="a fox", width=64, height=64, steps=2, seed=3, sampler_name="DPM++ 2M", scheduler="karras")
    assert pixels(result.image) == pixels(with_schedule.image)
    assert result.json["images"][0] == native["data"][0]["b64_json"]


def test_draws_without_a_prompt_and_keeps_pictures_back(api):
    result = api.txt2img(width=64, height=64, steps=1, send_images=False)
    assert result.images == []
    assert (result.info["prompt"], len(result.info["all_seeds"])) == ("", 1)


def test_draws_from_a_picture(api, fox):
    result = api.img2img(images=[fox], **SMALL | {"steps": 4}, denoising_strength=0.5, seed=7)
    assert result.image.size == (64, 64)
    assert result.info["denoising_strength"] == 0.5
    assert result.parameters["init_images"] is None
    again = api.img2img(images=[fox], **SMALL | {"steps": 4}, denoising_strength=0.5, seed=7, include_init_images=True)
    assert pixels(again.image) == pixels(result.image)
    assert again.parameters["init_images"][0].startswith("data:image/png;base64,")


def test_paints_what_is_white_in_the_mask(api, fox):
    mask = Image.new("L", (64, 64))
    mask.paste(255, (0, 0, 32, 64))
    result = api.img2img(images=[fox], mask_image=mask, **SMALL, denoising_strength=1, seed=99)
    assert any("mask_blur" in warning for warning in result.info["warnings"])
    inverted = api.img2img(
        images=[fox], mask_image=Image.eval(mask, lambda value: 255 - value), inpainting_mask_invert=1, **SMALL,
        denoising_strength=1, seed=99)
    assert pixels(inverted.image) == pixels(result.image)
    see_through = Image.new("RGBA", (64, 64))
    see_through.paste((0, 0, 0, 255), (0, 0, 32, 64))
    by_alpha = api.img2img(images=[fox], mask_image=see_through, **SMALL, denoising_strength=1, seed=99)
    assert pixels(by_alpha.image) == pixels(result.image)
    other = api.img2img(images=[fox], mask_image=mask, **SMALL, denoising_strength=1, seed=100)

    def distance(columns: range) -> float:
        """How much the pictures of two seeds differ there."""
        a, b = (each.image.convert("RGB").crop((columns.start, 0, columns.stop, 64)).tobytes() for each in (result, other))
        return sum(abs(x - y) for x, y in zip(a, b)) / len(a)

    assert distance(range(48, 64)) < distance(range(0, 16)) / 4


def test_crops_to_the_shape_of_the_size(api, fox):
    wide = Image.new("RGB", (192, 64))
    wide.paste(fox, (64, 0))
    options = SMALL | {"steps": 4, "denoising_strength": 0.5, "seed": 7}
    cropped = api.img2img(images=[wide], resize_mode=1, **options)
    assert pixels(cropped.image) == pixels(api.img2img(images=[fox], **options).image)
    assert pixels(cropped.image) != pixels(api.img2img(images=[wide], resize_mode=0, **options).image)


def test_sets_and_gets_options(api):
    options = api.get_options()
    assert options["sd_model_checkpoint"] == "emoji"
    assert "forge_preset" not in options
    assert api.set_options(options | {"eta_noise_seed_delta": 3}) is None
    api.util_set_model("emoji")
    assert api.util_get_current_model() == "emoji"
    assert api.set_options({"sd_model_checkpoint": "sdxl"})["errors"] == "model_not_found"
    assert api.get_options() == options


def test_lists_what_there_is(api):
    assert {"DDIM", "Euler a", "DPM++ 2M", "UniPC"} <= set(api.util_get_sampler_names())
    assert {"automatic", "karras"} <= set(api.util_get_scheduler_names())
    assert api.get_upscalers()[0]["name"] == "None"
    assert api.get_scripts() == {"txt2img": [], "img2img": []}
    assert api.get_embeddings() == {"loaded": {}, "skipped": {}}
    assert isinstance(api.get_loras(), list)
    for empty in [
        api.get_sd_vae, api.get_latent_upscale_modes, api.get_hypernetworks, api.get_face_restorers,
        api.get_realesrgan_models, api.get_prompt_styles,
    ]:
        assert empty() == []
    assert api.get_cmd_flags()["api"] is True
    memory = api.get_memory()
    assert 0 < memory["ram"]["used"] < memory["ram"]["total"]
    assert api.refresh_checkpoints() is None


def test_tells_the_digest_of_the_file(api):
    (model,) = [model for model in api.get_sd_models() if model["model_name"] == "emoji"]
    with open(f"{WEIGHTS}/diffusion/{model['filename']}", "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    assert (model["sha256"], model["hash"]) == (digest, digest[:10])
    assert api.txt2img(**SMALL).info["sd_model_hash"] == digest[:10]
    result = api.txt2img(**SMALL, override_settings={"sd_model_checkpoint": f"emoji [{digest[:10]}]"})
    assert result.info["sd_model_name"] == "emoji"


def test_every_sampler_draws(api):
    for sampler in api.get_samplers():
        result = api.txt2img(**SMALL, sampler_name=sampler["name"], eta=1.0 if sampler["name"] == "Euler a" else 0.5)
        assert result.info["sampler_name"] == sampler["name"]


def test_reads_what_it_wrote(api, fox):
    result = api.png_info(fox)
    assert result.info.startswith("a watercolor painting of a fox\nSteps: 2, Sampler: Euler a")
    assert result.parameters["Seed"] == "7"
    assert result.parameters["Size-1"] == "64"
    assert "liminal" in result.json["items"]
    assert result.info == api.txt2img(**SMALL, seed=7).info["infotexts"][0]
    assert api.png_info(Image.new("RGB", (8, 8))).info == ""


def test_draws_from_an_infotext(api, server, fox):
    text = api.png_info(fox).info
    answer = server.post("/sdapi/v1/txt2img", json={"infotext": text}).json()
    assert pixels(api._to_api_result(Answer(answer)).image) == pixels(fox)
    other = server.post("/sdapi/v1/txt2img", json={"infotext": text, "seed": 8}).json()
    assert json.loads(other["info"])["seed"] == 8


class Answer:
    """What `webuiapi` reads of a response."""

    status_code = 200

    def __init__(self, json):
        self.json = lambda: json


def test_captions_a_picture(api, fox):
    caption = api.interrogate(fox).info
    assert len(caption.split(", ")) == 3
    assert refused(api.interrogate, 404, image=fox, model="deepdanbooru")["errors"] == "model_not_found"


def test_refuses_what_it_can_not_do(api, fox):
    for field, value in {
        "enable_hr": True, "restore_faces": True, "tiling": True, "subseed_strength": 0.5, "s_churn": 1,
        "styles": ["anime"], "script_name": "x/y/z plot", "save_images": True, "alwayson_scripts": {"ControlNet": {}},
    }.items():
        (detail,) = refused(api.txt2img, 422, **SMALL, **{field: value})["detail"]
        assert (detail["loc"], detail["type"]) == (["body", field], "unsupported_value")
    (detail,) = refused(
        api.txt2img, 422, **SMALL, override_settings={"CLIP_stop_at_last_layers": 2})["detail"]
    assert detail["loc"] == ["body", "override_settings", "CLIP_stop_at_last_layers"]
    assert refused(api.txt2img, 404, **SMALL, sampler_name="Heun")["detail"].startswith("Sampler not found")
    assert refused(api.img2img, 404, **SMALL)["detail"].startswith("Init image not found")
    for field in ["resize_mode", "initial_noise_multiplier"]:
        (detail,) = refused(api.img2img, 422, images=[fox], **SMALL, **{field: 3})["detail"]
        assert detail["loc"] == ["body", field]


def test_names_its_own_fields_in_errors(api):
    for name, value in {"steps": 151, "cfg_scale": 31, "width": 32, "seed": -2, "n_iter": 11, "batch_size": 0,
                        "scheduler": "exponential", "eta": 2}.items():
        (detail,) = refused(api.txt2img, 422, **SMALL | {name: value})["detail"]
        assert detail["loc"] == ["body", name], detail
    (detail,) = refused(api.txt2img, 422, **SMALL | {"width": 68})["detail"]
    assert detail["loc"] == ["body", "width"], detail
    (detail,) = refused(api.txt2img, 422, **SMALL | {"batch_size": 4, "n_iter": 3})["detail"]
    assert detail["loc"] == ["body", "n_iter"]


def test_tells_what_is_no_request(server):
    for body, loc in [(b"{", ["body"]), (b"[]", ["body"]), (b'{"steps": 1e999}', ["body", "steps"])]:
        response = server.post("/sdapi/v1/txt2img", data=body, headers={"Content-Type": "application/json"})
        assert response.status_code == 422
        assert response.json()["detail"][0]["loc"] == loc
    assert server.request("PUT", "/sdapi/v1/txt2img").json()["errors"] == "method_not_allowed"
    response = server.post("/sdapi/v1/png-info", json={"image": "bm90IGEgcGljdHVyZQ=="})
    assert response.json()["detail"][0]["type"] == "invalid_image"


def test_what_is_not_served_is_not_found(api, fox):
    assert refused(api.extra_single_image, 404, image=fox)["errors"] == "not_found"
    assert api.custom_get("controlnet/version", baseurl=True)["errors"] == "not_found"


class Drawing:
    """A request on a thread of its own."""

    def __init__(self, server, **options):
        self.result = None
        self.api = client(server)
        self.thread = threading.Thread(target=self.run, kwargs=options)
        self.thread.start()

    def run(self, **options):
        self.result = self.api.txt2img(**options)


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline
    return value


LONG = SMALL | {"width": 128, "height": 128, "steps": 150}


def test_shows_progress_and_is_interrupted(api, server):
    assert api.get_progress()["state"]["job_count"] == 0
    drawing = Drawing(server, **LONG | {"steps": 150}, n_iter=2)
    progress = until(lambda: (found := api.get_progress())["current_image"] and found)
    assert 0 < progress["progress"] < 1
    assert progress["eta_relative"] > 0
    assert (progress["state"]["job_count"], progress["state"]["sampling_steps"]) == (2, 150)
    assert api.custom_get("progress?skip_current_image=true", baseurl=True)["current_image"] is None
    assert api.interrupt() == {}
    drawing.thread.join(60)
    assert drawing.result.images == []
    assert drawing.result.info["interrupted"] is True
    assert api.get_progress()["state"]["job_count"] == 0


def test_an_interrupted_job_answers_with_what_is_finished(api, server):
    drawing = Drawing(server, **SMALL | {"steps": 40}, batch_size=10, seed=5)
    until(lambda: api.get_progress()["state"]["job_no"] >= 1)
    assert api.skip() is None
    drawing.thread.join(60)
    assert 1 <= len(drawing.result.images) < 10
    alone = api.txt2img(**SMALL | {"steps": 40}, seed=5)
    assert pixels(alone.image) == pixels(drawing.result.images[0])


def test_interrupts_no_job_of_another_route(api, server):
    job = server.post("/v1/jobs", json={"kind": "generation", "request": {
        "prompt": "a fox", "size": "64x64", "steps": 60, "scorers": []}}).json()
    until(lambda: server.get(f"/v1/jobs/{job['id']}").json()["state"] != "queued")
    assert api.get_progress()["state"]["job_count"] == 0
    api.interrupt()
    ended = until(lambda: (found := server.get(f"/v1/jobs/{job['id']}").json())["finished_at"] and found)
    assert ended["state"] == "succeeded"
