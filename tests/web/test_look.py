from tests.web.examples import Examples


def test_look(browser, examples: Examples):
    for url in (
        "/",
        "/queue/",
        "/queue/?view=waiting",
        f"/cases/{examples.held}/",
        f"/cases/{examples.waiting}/",
        "/claims/",
        f"/documents/{examples.document_id}/",
        f"/documents/{examples.order}/",
        f"/documents/{examples.receipt}/",
    ):
        r = browser.get(url)
        print(url, r.status_code, len(r.content))
        assert r.status_code == 200
