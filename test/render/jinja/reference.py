"""Renders templates with Jinja2, set up as Ansible does: JSON lines in, JSON lines out.

A line: {"templates": {name: text}, "template": name, "vars": {}, "trim_blocks": false,
"lstrip_blocks": false}. Its answer: {"text": ...}, {"error": "TypeName: message"}, or
{"unfit": why} when the result depends on how long one waits.

With --lenient, what is undefined prints as nothing: another engine, for the test of the
comparison itself.
"""

import functools
import gc
import json
import resource
import signal
import sys
import warnings
from collections.abc import Iterator, MappingView

import jinja2
from jinja2.defaults import DEFAULT_FILTERS

TIME_LIMIT_S = 2
MEMORY_LIMIT = 2 << 30
LONGEST_TEXT = 200_000


class TimeIsUp(BaseException):
    pass


class ChainedUndefined(jinja2.StrictUndefined):
    """Whatever is asked of it is undefined too, and nothing that holds it can be shown."""

    __slots__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key):
        return self

    def __repr__(self):
        self._fail_with_undefined_error()


def listed(value):
    """What can be walked but not shown becomes a list."""
    if isinstance(value, (Iterator, MappingView, range)):
        return list(value)
    return value


def finalize(value):
    return "" if value is None else listed(value)


def listing(function):
    @functools.wraps(function)
    def run(*args, **kwargs):
        return listed(function(*args, **kwargs))

    return run


@jinja2.pass_environment
def unique(environment, value, case_sensitive=None, attribute=None):
    """Falls back to equality where Jinja2's own needs values with a hash."""
    try:
        own = DEFAULT_FILTERS["unique"]
        return list(own(environment, value, bool(case_sensitive), attribute))
    except Exception:
        if case_sensitive is False or attribute is not None:
            raise
        kept = []
        for item in value:
            if item not in kept:
                kept.append(item)
        return kept


class Folded(Exception):
    pass


class Environment(jinja2.Environment):
    def _generate(self, *args, **kwargs):
        try:
            return super()._generate(*args, **kwargs)
        except jinja2.UndefinedError as error:
            # constants that are undefined fail when they are folded, even where nothing runs
            raise Folded() from error

    def handle_exception(self, source=None):
        # a traceback that names template lines costs more than the render
        raise


def environment(trim_blocks, lstrip_blocks, undefined):
    made = Environment(
        trim_blocks=trim_blocks,
        lstrip_blocks=lstrip_blocks,
        undefined=undefined,
        finalize=finalize,
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )
    for name, function in DEFAULT_FILTERS.items():
        made.filters[name] = listing(function)
    made.filters["unique"] = unique
    return made


def render(case, environments):
    env = environments[bool(case["trim_blocks"]), bool(case["lstrip_blocks"])]
    env.loader = jinja2.DictLoader(case["templates"])
    template = env.get_template(case["template"])
    text = "".join(template.root_render_func(template.new_context(case["vars"])))
    if len(text) > LONGEST_TEXT:
        return {"unfit": "%d characters" % len(text)}
    return {"text": text}


def message_of(error):
    try:
        return "%s: %s" % (type(error).__name__, str(error)[:500])
    except Exception:
        return type(error).__name__


def answer(case, environments):
    try:
        signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT_S)
        try:
            return render(case, environments)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except (TimeIsUp, MemoryError, Folded) as error:
        return {"unfit": type(error).__name__}
    except BaseException as error:
        return {"error": message_of(error)}


def raise_time_is_up(signum, frame):
    raise TimeIsUp()


def main(args):
    undefined = jinja2.Undefined if "--lenient" in args else ChainedUndefined
    environments = {
        (trim, lstrip): environment(trim, lstrip, undefined)
        for trim in (False, True)
        for lstrip in (False, True)
    }
    gc.freeze()
    gc.set_threshold(100_000)
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, raise_time_is_up)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    print(json.dumps({"jinja2": jinja2.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line), environments)), flush=True)


main(sys.argv[1:])
