"""The page does in a browser what it offers, by mouse, by keyboard, on a phone and in the dark, and asks nobody else."""

import json
import re
import subprocess
import sys

import pytest
import requests

from browser import Visit, chromium
from images import pixel_data, png
from server import ROOT, Server

CLASSIFIERS = ["clip", "kmeans-text", "kmeans-image", "gan"]


@pytest.fixture(scope="module")
def host(contract):
    """A server whose history is the page's alone."""
    with Server(contract=contract) as server:
        yield server


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser, host):
    visits = []

    def visit(path: str = "/", **options) -> Visit:
        visits.append(Visit(browser, host.url, **options))
        visits[-1].open(path)
        return visits[-1]

    yield visit
    for each in visits:
        each.close()


def drop(page, data: bytes, name: str) -> None:
    """Drags a file over the page and lets go."""
    transfer = page.evaluate_handle(
        """([bytes, name]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name, {type: "image/png"}));
            return transfer;
        }""", [list(data), name])
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("body", event, {"dataTransfer": transfer})


def test_every_file_is_served_as_it_is_written(host):
    for path in sorted((ROOT / "page").iterdir()):
        answer = host.get("/" if path.name == "index.html" else f"/page/{path.name}")
        assert answer.content == path.read_bytes()
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-cache"
        known = requests.get(f"{host.url}/page/{path.name}", headers={"If-None-Match": f'"other", {answer.headers["ETag"]}'})
        assert (known.status_code, known.content) == (304, b"")
    assert host.get("/page/secret").status_code == 404
    assert host.get("/page/..%2Findex.html").status_code == 404


def test_the_embedded_files_are_up_to_date():
    subprocess.run([sys.executable, ROOT / "Tools" / "page.py", "--check"], check=True)


def test_the_first_view_is_small(visit):
    seen = visit()
    seen.page.wait_for_load_state("networkidle")
    sizes = [request.sizes() for request in seen.requests]
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) < 200_000
    assert seen.page.title() == "Liminal"


def test_draws_with_steps_and_previews_and_shows_every_posterior(visit):
    seen = visit()
    page = seen.draw("a watercolor painting of a fox", steps=60, seed=7)
    page.wait_for_selector("#preview")
    assert re.match(r"Step \d+ of 60", page.inner_text("#step"))
    assert page.locator("#preview").get_attribute("src").startswith("data:image/")
    seen.finish()
    assert re.fullmatch(r"[01]\.\d\d", page.inner_text("#figure"))
    tables = page.locator("#posteriors table")
    assert [text.split()[0] for text in tables.locator("caption").all_inner_texts()] == CLASSIFIERS
    for table in tables.all():
        assert table.locator("tr").count() >= 2
        assert all(re.search(r"\d\s%", text) for text in table.locator(".share").all_inner_texts())
    assert "seed 7" in page.inner_text("#caption")
    assert page.locator("#status").inner_text().startswith("Drawn. Ambiguity")
    page.check("input[name=scorer][value=gan]", force=True)
    assert page.inner_text("#figure") == tables.nth(3).locator("caption").inner_text().split()[-1]


def test_chips_write_styles_into_the_prompt_and_show_those_in_it(visit):
    page = visit().page
    page.fill("#prompt", "a fox")
    page.click(".chip:text-is('watercolor')")
    assert page.input_value("#prompt") == "a watercolor painting of a fox"
    page.click(".chip:text-is('neon')")
    assert page.input_value("#prompt") == "a fox, half watercolor, half neon"
    page.click(".chip:text-is('watercolor')")
    assert page.input_value("#prompt") == "a neon sign of a fox"
    page.fill("#prompt", "a rocket, half woodcut, half pop art")
    assert page.locator(".chip[aria-pressed=true]").all_inner_texts() == ["pop art", "woodcut"]


def test_keeps_the_most_ambiguous(visit):
    seen = visit()
    seen.page.fill("#n", "4")
    page = seen.draw("a fox, half watercolor, half neon", best=2)
    seen.finish()
    figures = page.locator("#strip button").all_inner_texts()
    assert len(figures) == 2 and figures == sorted(figures, reverse=True)
    page.click("#strip li:nth-child(2) button")
    assert page.inner_text("#figure") == figures[1].strip()
    seed = re.search(r"seed (\d+)", page.inner_text("#caption"))[1]
    page.click("#again")
    page.wait_for_selector("#strip", state="hidden")
    seen.finish()
    assert f"seed {seed}" in page.inner_text("#caption")


def test_scores_and_compares_a_dropped_picture(visit):
    seen = visit()
    page = seen.page
    drop(page, png(), "a fox.png")
    page.wait_for_selector("#shown")
    assert page.locator("#posteriors table").count() == len(CLASSIFIERS)
    assert "64 × 64" in page.inner_text("#caption")
    page.click("#compare > summary")
    page.select_option("#scorer-b", "clip, your styles")
    page.fill("#own-styles", "watercolor, neon, pixel art")
    page.click("#compare-form button")
    page.wait_for_selector("#comparison table")
    sides = page.locator("#comparison table")
    assert sides.count() == 2
    assert sorted(sides.nth(1).locator("th").all_inner_texts()) == ["neon", "pixel art", "watercolor"]
    page.fill("#temperature", "1000")
    page.click("#compare-form button")
    page.wait_for_selector("#temperature-error")
    seen.expect_refusal()


def test_says_what_is_wrong_at_the_field(visit):
    seen = visit()
    page = seen.draw(steps=1000)
    page.wait_for_selector("#steps-error")
    assert "150" in page.inner_text("#steps-error")
    assert page.locator("#steps").get_attribute("aria-describedby") == "steps-error"
    assert page.evaluate("document.activeElement.id") == "steps"
    page.fill("#steps", "2")
    assert page.locator("#steps-error").count() == 0
    seen.expect_refusal()


def test_cancels_by_the_escape_key(visit):
    seen = visit()
    page = seen.draw(steps=150, size="256x256")
    page.wait_for_selector("#progress[value]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#work", state="hidden")
    page.locator("#status", has_text="Cancelled").wait_for(state="attached")
    assert page.locator("#submit").get_attribute("aria-disabled") == "false"


def test_history_outlives_a_reload_and_is_erased(visit):
    seen = visit()
    page = seen.draw("a blueprint of a house")
    seen.finish()
    shown = page.inner_text("#figure")
    page.reload()
    page.wait_for_selector("#shown")
    assert page.inner_text("#figure") == shown
    first = page.locator("#history li").first
    first.scroll_into_view_if_needed()  # what is far below the view is not fetched
    first.locator("img").wait_for()
    assert "a blueprint of a house" in first.inner_text()
    id = first.get_attribute("data-id")
    page.goto(seen.url)
    page.click(f"li[data-id='{id}'] .open")
    page.wait_for_selector("#shown")
    assert page.inner_text("#figure") == shown
    eraser = page.locator(f"li[data-id='{id}'] .erase")
    eraser.click()
    assert eraser.inner_text() == "Sure?"
    eraser.click()
    page.wait_for_selector(f"li[data-id='{id}']", state="detached")
    assert requests.get(f"{seen.url}/v1/jobs/{id}").status_code == 404


def test_history_goes_back_and_judges_what_was_drawn_without_scorers(visit, host):
    request = {"prompt": "a plain house", "size": "64x64", "steps": 1, "scorers": []}
    ids = [host.post("/v1/jobs", json={"kind": "generation", "request": request}).json()["id"] for _ in range(13)]
    seen = visit()
    page = seen.page
    page.wait_for_selector("#history li:nth-child(12)")
    assert page.locator(f"li[data-id='{ids[0]}']").count() == 0
    page.click("#older")
    page.click(f"li[data-id='{ids[0]}'] .open")
    seen.finish()
    page.wait_for_selector("#posteriors table")
    assert page.locator("#posteriors table").count() == len(CLASSIFIERS)
    assert page.inner_text("#caption").startswith("a plain house")


def test_draws_by_keyboard_alone(visit):
    seen = visit()
    page = seen.page
    page.keyboard.press("/")
    page.keyboard.type("a fox")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.input_value("#prompt") == "a flat illustration of a fox"
    page.keyboard.press("Control+Enter")
    seen.finish()
    assert page.evaluate("document.activeElement.className") == "chip"


def test_every_control_has_a_name(visit):
    seen = visit()
    page = seen.draw()
    seen.finish()
    page.wait_for_selector("#history .erase")
    unnamed = page.evaluate("""() => [...document.querySelectorAll("button, input, select, textarea, a, progress, summary")]
        .filter((control) => !(control.getAttribute("aria-label") || control.textContent.trim() && !control.matches("select, textarea")
            || [...(control.labels ?? [])].some((label) => label.textContent.trim())))
        .map((control) => control.outerHTML)""")
    assert unnamed == []
    assert page.locator("img:not([alt])").count() == 0


@pytest.mark.parametrize("width", [360, 390, 768])
def test_nothing_is_wider_than_the_screen(visit, width):
    seen = visit(viewport={"width": width, "height": 800}, color_scheme="dark")
    page = seen.draw("a fox, half watercolor, half neon")
    seen.finish()
    for drawer in ("#compare", "#curl"):
        page.click(f"{drawer} > summary")
    page.click("#compare-form button")
    page.wait_for_selector("#comparison table")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def run(commands: list[str], folder, **environment) -> None:
    """Runs commands as a reader would paste them, except that a refusal fails."""
    for command in commands:
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command.replace("curl -s ", "curl -fsS ")], cwd=folder, env=environment or None,
            capture_output=True, text=True, timeout=60)
        assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"


def test_the_commands_that_it_copies_do_what_it_shows(visit, tmp_path):
    seen = visit()
    page = seen.draw("it's a \"fox\" & a $HOME, `half` neon!\n\\ half é", seed=7)
    seen.finish()
    page.click("#curl > summary")
    commands = []
    for entry in page.locator(".command").all():
        entry.locator("button").click()
        entry.locator("button:text-is('Copied')").wait_for()
        commands.append(page.evaluate("navigator.clipboard.readText()"))
    assert commands == page.locator(".command pre").all_text_contents() and len(commands) == 5
    run(commands, tmp_path)
    shown = requests.get(f"{seen.url}/v1/jobs/{page.url.split('#')[1]}/images/0").content
    assert pixel_data((tmp_path / "liminal-7.png").read_bytes()) == pixel_data(shown)

    name = "it's a 100% fox.png"
    (tmp_path / name).write_bytes(png())
    drop(page, png(), name)
    page.get_by_alt_text(name, exact=True).wait_for()
    page.click("#compare > summary")
    page.select_option("#scorer-b", "clip, your styles")
    page.click("#compare-form button")
    page.wait_for_selector("#comparison table")
    commands = page.locator(".command pre").all_text_contents()
    assert len(commands) == 4
    run(commands, tmp_path)


def test_asks_for_a_key_and_keeps_it_out_of_commands(visit):
    seen = visit()
    sent = []

    def guard(route):
        sent.append(route.request.headers.get("authorization"))
        if sent[-1] == "Bearer secret-key":
            return route.fallback()
        route.fulfill(status=401, content_type="application/problem+json", body='{"detail": "No key."}')

    seen.context.route("**/v1/**", guard)
    page = seen.page
    page.reload()
    page.wait_for_selector("#key[open]")
    page.fill("#key-text", "secret-key")
    page.keyboard.press("Enter")
    page.wait_for_selector("#styles button")
    seen.draw()
    seen.finish()
    page.click("#curl > summary")
    assert all("$LIMINAL_API_KEY" in command and "secret-key" not in command
               for command in page.locator(".command pre").all_text_contents())
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    seen.expect_refusal()


def test_starts_from_a_picture(visit, tmp_path):
    seen = visit()
    page = seen.page
    drop(page, png(), "start.png")
    page.click("#as-start")
    page.fill("#strength", "0.4")
    with page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/v1/jobs")) as sent:
        seen.draw(seed=9, steps=4)
    request = sent.value.post_data_json["request"]
    assert request["image"].startswith("data:image/png;base64,") and request["strength"] == 0.4
    page.locator("#caption", has_text="seed 9").wait_for()
    page.click("#curl > summary")
    run(page.locator(".command pre").all_text_contents(), tmp_path)
    shown = requests.get(f"{seen.url}/v1/jobs/{page.url.split('#')[1]}/images/0").content
    assert pixel_data((tmp_path / "liminal-9.png").read_bytes()) == pixel_data(shown)
    page.click("#start-remove")
    page.click("#settings")
    assert page.is_visible("#start-picture") and page.input_value("#strength") == "0.4"


def test_takes_adapters_and_says_when_to_try_again(visit):
    seen = visit()
    page = seen.page
    listed = {"object": "list", "data": [{"id": "ink", "object": "adapter"}, {"id": "gold", "object": "adapter"}]}
    seen.context.route("**/v1/adapters", lambda route: route.fulfill(json=listed))
    bodies = []

    def refuse(route):
        if route.request.method != "POST":
            return route.fallback()
        bodies.append(json.loads(route.request.post_data))
        route.fulfill(status=503, headers={"Retry-After": "7"}, json={"detail": "The server is stopping."})

    seen.context.route("**/v1/jobs", refuse)
    page.click("#more > summary")
    page.check("input[value=ink]")
    page.get_by_label("Scale of ink").fill("0.5")
    seen.draw()
    page.wait_for_selector("#message")
    assert page.inner_text("#message") == "The server is stopping. Try again in 7 seconds."
    assert bodies[0]["request"]["adapters"] == [{"name": "ink", "scale": 0.5}]
    seen.expect_refusal()
