"""What is asked most, what campaigns bring, and what belongs to a season."""

# Ranks 1, 2, 3, ...; the other entries follow by chance.
FAVOURITES = [
    "demo-cc-010", "demo-eb-008", "demo-pb-032", "demo-cc-012", "demo-eb-001", "demo-cc-024", "demo-pb-010",
    "demo-cc-020", "demo-eb-009", "demo-cc-028", "demo-pb-039", "demo-eb-004", "demo-cc-002",
    "demo-eb-036", "demo-pb-005", "demo-cc-007", "demo-eb-044", "demo-pb-006", "demo-cc-017", "demo-eb-005",
    "demo-pb-008", "demo-cc-003", "demo-eb-015", "demo-eb-056", "demo-cc-013", "demo-pb-028", "demo-eb-016",
    "demo-cc-036", "demo-eb-029", "demo-pb-017", "demo-wm-005", "demo-eb-055", "demo-cc-014", "demo-pb-004",
    "demo-cc-008", "demo-eb-061", "demo-wm-004", "demo-pb-016", "demo-cb-014", "demo-eb-032", "demo-cc-023",
    "demo-wm-011", "demo-cb-010", "demo-eb-018", "demo-eb-062", "demo-cc-029", "demo-cb-017", "demo-pb-011",
    "demo-eb-028", "demo-eb-069", "demo-cc-021", "demo-wm-001", "demo-cb-020", "demo-pb-002", "demo-eb-045",
]  # fmt: skip

# Beside the weights of popularity.weights; the two planted campaigns come first.
CAMPAIGN_WEIGHTS = {
    "demo-cc-031": 0.11,  # 清游四海, card payments abroad
    "demo-eb-026": 0.075,  # 云闪付首绑立减
    "demo-cc-030": 0.02,
    "demo-pb-021": 0.012,
    "demo-wm-034": 0.03,
    "demo-wm-035": 0.03,
}

# Words of an entry, and the months in which it is asked more or less than in the others.
SEASONS: list[tuple[tuple[str, ...], dict[int, float]]] = [
    (
        ("境外", "外币", "换多少外汇", "出境"),
        {1: 1.5, 2: 1.5, 6: 1.2, 7: 1.8, 8: 1.8, 9: 1.4, 11: 0.7, 12: 0.8},
    ),
    (("存款证明", "留学"), {3: 1.3, 5: 1.5, 6: 1.8, 7: 1.5, 11: 0.7, 12: 0.7}),
    (("LPR", "重定价", "利率下调"), {1: 2.4, 2: 1.6, 5: 1.5, 6: 1.2, 8: 0.7, 9: 0.7, 12: 1.3}),
    (("个税", "专项附加扣除"), {3: 2.5, 4: 2.0, 5: 1.4, 6: 1.2, 11: 1.3, 12: 1.8}),
    (("个人养老金",), {1: 0.8, 2: 0.7, 3: 1.2, 11: 1.4, 12: 2.2}),
    (("零钱", "新钞", "大额现金"), {1: 2.6, 2: 1.8, 9: 1.2}),
    (("定期", "大额存单", "国债"), {1: 1.6, 2: 1.5, 3: 1.2, 7: 0.8, 8: 0.8, 12: 1.3}),
    (("助学贷款",), {6: 1.5, 8: 1.7, 9: 2.2, 12: 1.4}),
    (("提前还款",), {1: 1.5, 2: 1.4, 3: 1.3, 8: 0.8, 12: 0.8}),
    (("工资", "代发"), {1: 1.6, 2: 1.3}),
    (("对账", "回单"), {1: 1.5, 4: 1.2, 7: 1.2, 10: 1.2, 12: 1.3}),
    (("额度", "临时额度", "分期"), {1: 1.3, 2: 1.2, 6: 1.2, 10: 1.2, 11: 1.5, 12: 1.1}),
    (("年费", "积分"), {3: 1.2, 12: 1.5, 1: 1.3}),
    (("开户", "未成年"), {2: 1.3, 9: 1.3}),
    (("征信",), {3: 1.3, 4: 1.3}),
]
