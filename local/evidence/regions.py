"""Regions of shared calling codes: by the number, never by its calling code."""

from lambdas.domain.phone import parse
from local.evidence import Finding, evidence
from local.toolchain import Say

CASES = {
    "+14165550123": "CA",
    "+18765550123": "JM",
    "+17875550123": "PR",
    "+77012345678": "KZ",
    "+447781123456": "GG",
    "+390669812345": "VA",
    "+262269601234": "YT",
    "+12065550123": "US",
    "+442079460123": "GB",
    "+79161234567": "RU",
    "+390612345678": "IT",
    "+262262161234": "RE",
    "+441534456789": "JE",
    "+441624756789": "IM",
    "+61891621234": "CC",
    "+4779123456": "SJ",
    "+35818123456": "AX",
    "+590590271234": "BL",
    "+80012345678": "001",
}


@evidence("path/regions")
def regions(say: Say) -> Finding:
    """The region of numbers whose calling code several countries share."""
    say(f"{len(CASES)} numbers")
    found = {number: parse(number).region for number in CASES}
    wrong = [f"{number}: {found[number]}, not {CASES[number]}" for number in CASES
             if found[number] != CASES[number]]  # fmt: skip
    told = ", ".join(f"{number[:8]}… {region}" for number, region in found.items())
    return Finding(
        len(CASES) - len(wrong), f"all {len(CASES)}", not wrong, "; ".join(wrong) or told
    )
