"""The page in a headless Chromium, watched."""

import os
import pathlib
import shutil
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SCREENSHOTS = os.environ.get("LIMINAL_SCREENSHOTS")


@contextmanager
def chromium():
    """One browser; the system's own, since none is downloaded."""
    assert CHROMIUM, "the page's tests need chromium: Tools/install_packages.sh chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], headless=True)
        yield browser
        browser.close()


class Visit:
    """A page of a fresh profile, which fails for what it should not do: log, throw, or ask elsewhere."""

    def __init__(self, browser: Browser, url: str, **options):
        self.url = url
        self.complaints = []
        self.requests = []
        self.context = browser.new_context(reduced_motion="reduce", **options)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.context.route("**/*", self._watch)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("requestfinished", lambda request: self.requests.append(request))

    def _watch(self, route) -> None:
        if route.request.url.startswith(self.url):
            return route.fallback()
        self.complaints.append(f"asked for {route.request.url}")
        route.abort()

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.url + path)
        self.page.wait_for_selector("#styles button")
        return self.page

    def draw(self, prompt: str = "a fox", **settings) -> Page:
        """Fills the form in and sends it, with few and small steps unless the settings say otherwise."""
        page = self.page
        page.fill("#prompt", prompt)
        if page.locator("#more").get_attribute("open") is None:
            page.click("#more > summary")
        page.select_option("#size", settings.pop("size", "64x64"))
        for name, value in {"steps": 2, **settings}.items():
            page.fill(f"#{name}", str(value))
        page.click("#submit")
        return page

    def finish(self) -> Page:
        """Waits for the pictures of a drawing."""
        self.page.wait_for_selector("#work", state="hidden")
        self.page.wait_for_selector("#shown")
        return self.page

    def screenshot(self, name: str, **options) -> None:
        if SCREENSHOTS:
            self.page.screenshot(path=pathlib.Path(SCREENSHOTS) / f"{name}.png", **options)

    def expect_refusal(self) -> None:
        """Chromium itself logs every answer of 400 and more."""
        assert self.complaints, "nothing was refused"
        self.complaints = [line for line in self.complaints if "Failed to load resource" not in line]

    def close(self) -> None:
        self.context.close()
        assert not self.complaints, self.complaints
