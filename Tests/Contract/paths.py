"""Names that are paths, in every spelling that has fooled a server."""

import itertools

STEPS = ["..", "..%2f", "%2e%2e", "..%5c", "..\\", "....//", "..;", "%252e%252e", "．．", "..%c0%af", "..%00", "%2e%2e%2f"]
TARGETS = ["etc/passwd", "proc/self/environ", "root/.ssh/id_rsa", "tmp/x.safetensors", "weights/clip/emoji"]
ABSOLUTE = ["/etc/passwd", "//etc/passwd", "file:///etc/passwd", "\\\\host\\share", "C:\\windows\\win.ini", "/proc/self/fd/0", "~/.ssh/id_rsa"]
ODD = ["", ".", "..", "...", "/", "\\", "%", "%2f", "\0", "emoji\0.png", "emoji/", "/emoji", "./emoji", "emoji/.", "emoji/../emoji",
       "EMOJI", "emoji ", " emoji", "emoji\n", "emoji%00", "con", "nul", "-rf", "$(id)", "`id`", "${HOME}", "{{7*7}}", "'; DROP TABLE job; --",
       "<script>", "../" * 40 + "etc/passwd", "a" * 5000, "é", "\u202e", "🦊", "emoji?x=1", "emoji#x", "*", "emo*", "[a-z]*", "%s%n"]

VECTORS = ODD + ABSOLUTE + [
    separator.join([step] * depth + [target])
    for step, target, depth, separator in itertools.product(STEPS, TARGETS, (1, 3), ("/", ""))
]
assert len(set(VECTORS)) >= 200
