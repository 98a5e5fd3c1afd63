"""Compares SARIF logs with the schema of SARIF: `sarif.py SCHEMA LOG…`."""

import json
import sys

import jsonschema


def main(schema_path, *logs):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    validator = jsonschema.validators.validator_for(schema)(schema)
    faults = 0
    for path in logs:
        with open(path, encoding="utf-8") as file:
            log = json.load(file)
        results = [result for run in log["runs"] for result in run["results"]]
        if not results:
            print(f"{path}: no results, so nothing was compared")
            faults += 1
        # Code hosts ask for more than the schema: a result without a place is refused.
        faults += sum(1 for result in results if not result.get("locations"))
        for fault in validator.iter_errors(log):
            print(f"{path}: {'/'.join(map(str, fault.path))}: {fault.message}")
            faults += 1
        print(f"{path}: {len(results)} results")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
