"""What is out of order in the demo, for the reshuffle to find."""

# Entries that two departments wrote for the same question: agents look into both to see which is right.
TWINS = {"demo-pb-006": "demo-eb-003", "demo-pb-023": "demo-eb-012"}
SHARE_THAT_LOOKS_INTO_BOTH = 0.5

# Filed and owned where nobody looks for them and nobody of the line is asked for them.
FILED_WRONGLY = {"demo-eb-056": "还款管理/变更与结清"}
OWNED_WRONGLY = {"demo-eb-029": "PERSONAL"}

# Asked more since the last whole month began: the limit of new customers was lowered.
RISING = {"demo-eb-009": 1.8}

# What callers also ask, answered by half a sentence of an entry about something else.
SECOND_QUESTIONS = {
    "demo-pb-039": (
        "压缩包密码是多少",
        "压缩包打不开",
        "收到的压缩包要密码",
        "解压密码在哪里看",
        "压缩包解压要输什么密码",
    )
}
SHARE_OF_SECOND_QUESTION = 0.3


def twin_of(key: str) -> str | None:
    """The entry that answers the same question."""
    other = {second: first for first, second in TWINS.items()}
    return TWINS.get(key) or other.get(key)
