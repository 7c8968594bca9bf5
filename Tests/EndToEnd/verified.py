"""What `xenquirks verify` says of a boot, held against what the boot was made with."""

import json

# What the advice of the first boot was kept in; the second boot has it as a file.
ADVICE = "advice.json"
SAVE = ("xenquirks scan --quiet --policy conservative --save /tmp/advice.json >/dev/null && "
        "cat /tmp/advice.json")
BEFORE = "verify-before.json"
AFTER = "verify.json"
OBSERVED = "observe.json"
# The CPU time of two looks, of which one is longer by LONGER seconds; the shell adds it up.
COST = "observe-cost"
LONGER = 20
OBSERVE_TWICE = ("xenquirks observe --for 2s >/dev/null 2>&1; times; "
                 f"xenquirks observe --for {2 + LONGER}s >/dev/null 2>&1; times")
# Of one CPU; where the emulator has no KVM, what runs takes some fifty times as long as on a CPU of its own.
MOST = 0.05

# Words that a boot of ours has, and what is true of them there.
NO_OPS = {"max-cstate=1": "refused", "no_such_option=1": "refused",
          "intel_idle.max_cstate=1": "ineffective", "clocksource=acpi": "in-force"}


def outcomes(readings, section):
    """Each word with its outcome."""
    if not readings.exists(section):
        return {}
    items = json.loads(readings.text(section))["items"]
    return {item["text"]: item["outcome"] for item in items}


def before_boot(readings, words):
    """Without the words on the lines none of them may be in force."""
    found = outcomes(readings, BEFORE)
    for word in words:
        if found.get(word) != "not-done":
            yield f"verify says '{found.get(word)}' of {word} before it is on the line"
    if readings.exit_status(BEFORE) != 2:
        yield f"verify ends with {readings.exit_status(BEFORE)} before the boot, not 2"


def after_boot(readings, words):
    """With them on the lines each is in force, as far as a dom0 can show it."""
    found = outcomes(readings, AFTER)
    for word in words:
        if found.get(word) != "in-force":
            yield f"verify says '{found.get(word)}' of {word}, not 'in-force'"
    # What is advised beside the lines nobody did here.
    status = 2 if "not-done" in found.values() else 0
    if readings.exit_status(AFTER) != status:
        yield f"verify ends with {readings.exit_status(AFTER)} after the boot, not {status}"


def no_ops(readings):
    """Words that do nothing are called out."""
    found = outcomes(readings, AFTER)
    for word, wanted in NO_OPS.items():
        if found.get(word) != wanted:
            yield f"verify says '{found.get(word)}' of {word}, not '{wanted}'"
    if readings.exit_status(AFTER) != 2:
        yield f"verify ends with {readings.exit_status(AFTER)}, not 2"


def observed(readings):
    """A look of five seconds in dom0: its parts are there, and no verdict on what is Xen's."""
    seen = json.loads(readings.text(OBSERVED))
    if not 4000 <= seen["milliseconds"] <= 20000:
        yield f"observe looked for {seen['milliseconds']} ms, not for 5 s"
    if not any(line["growth"] > 0 for line in seen["interrupts"]):
        yield "observe saw no interrupt at all in five seconds"
    residency = seen["residency"]
    if not isinstance(residency, list):
        yield f"observe knows no residency in a dom0: {residency}"
    # Xen's own counts are some milliseconds old when they are read.
    elif not 900 <= (total := sum(state["permille"] for state in residency)) <= 1100:
        yield f"observe shares out {total} thousandths of the CPUs' time"
    if "unknown" not in (seen["tsc"] or {}):
        yield "observe judges the TSC in a dom0, whose CPUs are not the machine's"
    logs = seen["logs"] if isinstance(seen["logs"], list) else []
    if not any(hit["signature"] == "xen-tsc-verdict" for hit in logs):
        yield "observe --debug-keys does not tell what Xen says of the TSC"
    if (share := cost(readings)) >= MOST:
        yield f"observe takes {share:.1%} of an emulated CPU, not less than {MOST:.0%}"


def cost(readings):
    """The share of one CPU that looking on takes, start and end of the look aside."""
    times = [time for line in readings.text(COST).splitlines() for time in line.split()]
    minutes = [time.rstrip("s").split("m") for time in times]
    seconds = [int(minute) * 60 + float(second) for minute, second in minutes]
    # Each call of `times` tells the shell's own user and system time, then its children's.
    short, both = sum(seconds[:4]), sum(seconds[4:])
    return (both - 2 * short) / LONGER
