# SPDX-License-Identifier: Apache-2.0
"""What the checks share: finding files, blanking comments and strings, reporting, self-tests.

Each check is a function (root) -> list of (file, line, message). Run as a script it prints
`ok NAME`, or the violations and exits 1. With --self-test it must find what its negative
samples hold and nothing in its positive ones, so that a check that cannot fail is noticed.
"""
import pathlib
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PURE = ("PhaseSpace", "Cognition", "MMP", "Mesh", "Memory", "Skills", "Recovery", "Simulation")

TOKENS = re.compile(
    r'//[^\n]*|/\*.*?\*/|#+".*?"#+|""".*?"""|"(?:\\.|[^"\\\n])*"', re.DOTALL)


def code(text):
    """The text with comments and strings blanked, every line and column where it was."""
    return TOKENS.sub(lambda token: re.sub(r"[^\n]", " ", token.group()), text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def modules(root):
    """Yields (module name, folder) of every module, whether or not it is a target yet."""
    for parent in ("Sources", "Adapters"):
        for folder in sorted((root / parent).glob("*/")):
            yield folder.name, folder


def swift_files(folder):
    return sorted(folder.rglob("*.swift"))


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def self_test(name, check, good, bad):
    """`good` maps paths to texts that must pass together; `bad` lists single offenders."""
    failures = []
    for expected, samples in ((0, [good]), (1, [{**good, **sample} for sample in bad])):
        for sample in samples:
            with tempfile.TemporaryDirectory() as folder:
                write(pathlib.Path(folder), sample)
                found = check(pathlib.Path(folder))
            if bool(found) != bool(expected):
                failures.append((expected, sample, found))
    for expected, sample, found in failures:
        print(f"{name}: {'missed' if expected else 'refused'} {sample}: {found}")
    if failures:
        sys.exit(1)
    print(f"ok {name} self-test, {len(bad)} negative samples")


def run(name, check, good, bad):
    if sys.argv[1:] == ["--self-test"]:
        self_test(name, check, good, bad)
        return
    if sys.argv[1:]:
        sys.exit(f"usage: Tests/checks/{name} [--self-test]")
    violations = check(ROOT)
    for file, line, message in violations:
        shown = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
        print(f"{shown}:{line}: {message}")
    if violations:
        sys.exit(f"{name}: {len(violations)} to mend")
    print(f"ok {name}")
