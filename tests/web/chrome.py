"""A real browser: the installed Chromium, driven by Playwright. Nothing is downloaded for it.

Playwright's calls wait in an event loop of their own, in which Django's database calls would refuse to work: so they run in a
thread of their own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, sync_playwright

R = TypeVar("R")

FLAGS = (
    "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --disable-dev-shm-usage --hide-scrollbars"
).split()
PATIENCE = 10_000.0


def installed() -> bool:
    """Whether there is a browser."""
    return shutil.which("chromium") is not None


@dataclass(frozen=True)
class Driver:
    """A running browser, and the thread in which it is spoken to."""

    thread: ThreadPoolExecutor
    browser: Browser

    def on(self, act: Callable[[], R]) -> R:
        """What the act gives, done in the browser's thread."""
        return self.thread.submit(act).result()


@contextmanager
def driver() -> Iterator[Driver]:
    """A running browser."""
    with ThreadPoolExecutor(1) as thread:
        playwright = thread.submit(lambda: sync_playwright().start()).result()
        try:
            browser = thread.submit(
                lambda: playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=FLAGS, chromium_sandbox=False
                )
            ).result()
            yield Driver(thread, browser)
            thread.submit(browser.close).result()
        finally:
            thread.submit(playwright.stop).result()


class Chrome:
    """One window. Elements are CSS selectors; everything that may take a moment is waited for.

    `script` False: a browser that runs no script of the pages.
    """

    def __init__(self, driver: Driver, *, width: int = 1440, dark: bool = False, script: bool = True) -> None:
        self._driver = driver
        self._heard: list[str] = []
        self._context: BrowserContext = driver.on(
            lambda: driver.browser.new_context(
                viewport={"width": width, "height": 900},
                is_mobile=width < 600,
                color_scheme="dark" if dark else "light",
                java_script_enabled=script,
            )
        )
        self._page = driver.on(self._context.new_page)
        driver.on(self._listen)

    def _listen(self) -> None:
        def said(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self._heard.append(message.text)

        self._page.set_default_timeout(PATIENCE)
        self._page.on("console", said)
        self._page.on("pageerror", lambda error: self._heard.append(str(error)))

    def go(self, url: str) -> None:
        """Loads a page."""
        self._driver.on(lambda: self._page.goto(url))

    @property
    def url(self) -> str:
        """Where we are."""
        return self._driver.on(lambda: self._page.url)

    def wait_for_url(self, part: str) -> None:
        """Waits until the address holds this."""
        self._driver.on(lambda: self._page.wait_for_url(lambda url: part in url))

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script in the page gives back; its `arguments` are these."""
        whole = f"given => (function () {{ {script} }}).apply(null, given)"
        return self._driver.on(lambda: self._page.evaluate(whole, list(arguments)))

    def find(self, selector: str) -> None:
        """Waits for an element that is seen."""
        self._driver.on(self._page.locator(selector).first.wait_for)

    def gone(self, selector: str) -> None:
        """Waits until no such element is seen."""
        self._driver.on(lambda: self._page.locator(selector).first.wait_for(state="hidden"))

    def click(self, selector: str) -> None:
        """Clicks the first."""
        self._driver.on(self._page.locator(selector).first.click)

    def write(self, selector: str, text: str) -> None:
        """Writes into a field, in the place of what it held."""
        self._driver.on(lambda: self._page.locator(selector).first.fill(text))

    def value(self, selector: str) -> str:
        """What a field holds."""
        return self._driver.on(self._page.locator(selector).first.input_value)

    def press(self, key: str) -> None:
        """Presses a key by its name, wherever the focus is."""
        self._driver.on(lambda: self._page.keyboard.press(key))

    def type(self, text: str) -> None:
        """Types, key by key, wherever the focus is."""
        self._driver.on(lambda: self._page.keyboard.type(text))

    def text(self, selector: str = "body") -> str:
        """The words that are seen."""
        return self._driver.on(self._page.locator(selector).first.inner_text)

    def says(self, selector: str, words: str) -> None:
        """Waits until an element with these words is seen."""
        self._driver.on(self._page.locator(selector).filter(has_text=words).first.wait_for)

    def forget_cookies(self) -> None:
        """The session is lost, as when it ran out."""
        self._driver.on(self._context.clear_cookies)

    def cookies(self) -> list[Any]:
        """What the browser would send."""
        return list(self._driver.on(self._context.cookies))

    def other_tab(self, url: str, button: str) -> None:
        """Opens a page in another tab of the same window, presses a button there, and closes the tab once it has answered."""

        def act() -> None:
            tab = self._context.new_page()
            tab.set_default_timeout(PATIENCE)
            tab.goto(url)
            with tab.expect_navigation():
                tab.locator(button).first.click()
            tab.close()

        self._driver.on(act)

    def complaints(self) -> list[str]:
        """What the browser has complained of since the last time: refused scripts and styles, errors."""
        heard, self._heard[:] = list(self._heard), []
        return heard

    def picture(self, *, whole: bool = False) -> bytes:
        """A PNG of what is seen, or of the whole page."""
        return self._driver.on(lambda: self._page.screenshot(full_page=whole))

    def close(self) -> None:
        """Ends the window."""
        self._driver.on(self._context.close)
