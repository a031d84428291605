"""The page as a person sees it: screenshots to be looked at, in the folder that LIMINAL_SCREENSHOTS names."""

import pytest

from test_page import browser, host, visit  # noqa: F401 - fixtures


@pytest.mark.parametrize(("name", "width", "height", "scheme"), [
    ("page", 1280, 900, "light"), ("page-dark", 1280, 900, "dark"), ("page-tablet", 768, 1024, "light"),
    ("page-phone", 390, 844, "dark"), ("page-phone-light", 390, 844, "light"),
])
def test_looks_as_the_readme_shows_it(visit, name, width, height, scheme):
    seen = visit(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = seen.page
    page.fill("#prompt", "a fox, half watercolor, half neon")
    page.fill("#n", "4")
    page.click("#more > summary")
    page.fill("#seed", "2026")
    page.click("#more > summary")
    page.fill("#best", "3")
    page.click("#submit")
    seen.finish()
    seen.screenshot(f"{name}-whole", full_page=True)
    page.evaluate("scrollTo(0, innerWidth < 600 ? document.getElementById('picture').offsetTop - 24 : 0)")
    seen.screenshot(name)
