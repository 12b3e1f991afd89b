"""Reads settings, runs formulas and plug-ins."""

import ast
import builtins
import os
import re
from builtins import exec as run_code

import pandas as pd

LIMITS = "{'cpu': 2, 'memory': 512}"
TEMPLATE = """
def handler(event):
    return event
"""


def limits_from_environment():
    return eval(os.environ["LIMITS"])  # <- PG307


def price(formula, quantity):
    return eval(formula, {"__builtins__": {}}, {"quantity": quantity})  # <- PG307


def run_plugin(path):
    exec(path.read_text())  # <- PG307


def run_template(name):
    exec(f"import {name}")  # <- PG307


def through_builtins(text):
    return builtins.eval(text)  # <- PG307


def renamed(text):
    run_code(text)  # <- PG307


def aliased(text):
    evaluate = eval
    return evaluate(text)  # <- PG307


def rows(lines):
    return list(map(eval, lines))  # <- PG307


def precompiled(source):
    code = compile(source, "<rule>", "eval")  # <- PG307
    return code


def compiled_and_run(source):
    exec(compile(source, "<plugin>", "exec"))  # <- PG307


def compiled_then_run(source):
    code = compile(source, "<plugin>", "exec")  # found once, where it runs
    exec(code)  # <- PG307


def assembled(field):
    expression = "record." + field
    return lambda record: eval(expression)  # <- PG307


class Console:
    def push(self, line):
        if line.startswith("!"):
            return exec(line[1:], self.scope)  # <- PG307
        return None


# -- what must not be found -------------------------------------------------------


def constant_expression():
    return eval("1 + 2")


def constant_template():
    namespace = {}
    exec(TEMPLATE, namespace)  # the text stands in this file
    return namespace["handler"]


def aliases_of_backends():
    for name in ("json", "csv"):
        exec(f"import {name}")  # only these two


def compiled_constant():
    exec(compile(LIMITS, "<limits>", "eval"))


def syntax_tree(source):
    return compile(source, "<input>", "exec", flags=ast.PyCF_ONLY_AST)  # never runs


def literal():
    return ast.literal_eval(os.environ["LIMITS"])


def pattern(text):
    return re.compile(text)  # another compile


def column(frame: pd.DataFrame, text):
    return frame.eval(text)  # pandas' own small language


def inference(model):
    model.eval()  # switches a network's mode
    return model


def own_function(text):
    def eval(text):  # not the builtin
        return text.upper()

    return eval(text)


def cursor(connection, statement):
    connection.execute(statement)  # SQL, and another rule's matter
