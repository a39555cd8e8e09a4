from tests.web.shelf import Shelf


def test_look(browser, shelf: Shelf):
    for url in (
        "/",
        "/queue/",
        "/queue/?lane=world",
        f"/cases/{shelf.held}/",
        f"/cases/{shelf.waiting}/",
        "/claims/",
        f"/papers/{shelf.paper}/",
        f"/papers/{shelf.order}/",
        f"/papers/{shelf.receipt}/",
    ):
        r = browser.get(url)
        print(url, r.status_code, len(r.content))
        assert r.status_code == 200
