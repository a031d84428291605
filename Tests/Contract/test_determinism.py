"""A seed gives the same bytes, whatever the batch, the thread count or the process."""

REQUEST = {"prompt": "a neon sign of a rocket", "size": "128x128", "steps": 3, "scorers": ["clip"]}


def test_a_batch_is_its_single_images(server):
    batch = server.generate(**REQUEST, n=4, seed=41)["data"]
    singles = [server.generate(**REQUEST, seed=41 + i)["data"][0] for i in range(4)]
    assert batch == singles


def test_threads_and_restarts_change_nothing(server, start):
    expected = server.generate(**REQUEST, n=2, seed=9)["data"]
    for threads in (1, 2):
        other = start(threads=threads)
        assert other.generate(**REQUEST, n=2, seed=9)["data"] == expected


def test_neighbours_change_nothing(server):
    alone = server.generate(**REQUEST, seed=3)["data"]
    server.generate(**{**REQUEST, "size": "64x96"}, n=3, seed=100)
    assert server.generate(**REQUEST, seed=3)["data"] == alone
