"""A seed gives the same bytes, whatever the batch, the thread count or the process."""

import concurrent.futures

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


def test_requests_that_share_steps_change_nothing(start):
    small = {"size": "64x64", "scorers": ["clip"]}
    requests = [
        {**small, "prompt": "a drawing of a fox", "seed": 1, "steps": 9},
        {**small, "prompt": "a very old (boat:1.3)", "seed": 2, "n": 3, "steps": 5, "scheduler": "euler_ancestral"},
        {**small, "prompt": "a cat", "seed": 3, "steps": 4, "guidance_scale": 1},
        {**small, "prompt": "a tree", "seed": 4, "n": 2, "steps": 6, "guidance_interval": [0.2, 0.7]},
        {**small, "prompt": "a cup", "size": "64x128", "seed": 5, "steps": 2},
    ]
    alone = start("--share-steps", "1")
    expected = [alone.generate(**request)["data"] for request in requests]
    together = start("--share-steps", "3")
    with concurrent.futures.ThreadPoolExecutor(len(requests)) as pool:
        answers = [pool.submit(together.generate, **request) for request in requests]
    assert [answer.result()["data"] for answer in answers] == expected
