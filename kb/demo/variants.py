"""Texts of the demo that differ by region or customer segment."""

from collections.abc import Mapping

from faq.models import Entry, Revision
from faq.services.drafting import Variant

GOLD, PLATINUM, SHANGHAI, HANGZHOU = "金卡及以上", "白金卡", "上海", "杭州"

# By the entry's name; what a variant leaves empty is as for everybody.
VARIANTS = {
    "demo-cc-020": [
        Variant(
            GOLD,
            answer="致电400-800-0000转信用卡或在手机银行办理，24小时受理，即时生效。金卡及以上免收挂失手续费，"
            "补卡由专人寄送。\n\n> 内部：只是一时找不到的，可先用“临时锁卡”，免费、可随时解锁。",
            script="{姓氏}{先生/女士}，您尾号{后四位}的信用卡已经挂失成功，从现在起别人就不能用了，"
            "手续费为您免了。请问需要补一张新卡，寄到您的账单地址吗？",
        ),
    ],
    "demo-cc-021": [
        Variant(
            GOLD,
            script="挂失手续费为您免了，补卡工本费十五元，五到七个工作日寄到；着急的话加急费二十元，两三天就能到。"
            "等新卡的时候，您可以先用手机银行里的数字卡。",
        ),
    ],
    "demo-cc-028": [
        Variant(
            PLATINUM,
            key_points=[
                "核身，查年费日、本年度消费金额、积分余额",
                "问想怎么抵：用积分 → 3b",
                "3a 用消费：年度内满10万元免次年",
                "3b 用积分：8万分抵一年主卡年费，本人在手机银行兑换",
                "提醒首年激活后即收年费",
            ],
            script="{姓氏}{先生/女士}，白金卡主卡年费八百元，一年里消费满十万元，或者用八万积分，"
            "都可以免。您现在还差{金额}元，年费日之前达到就可以了。",
        ),
    ],
    "demo-pb-043": [
        Variant(
            SHANGHAI,
            key_points=[
                "核身，确认是本行合作发行的社保卡",
                "立即对金融功能做口头挂失，5日内有效",
                "告知社保功能另打12333或在电子社保卡里挂失",
                "补卡：先在手机银行预约社保卡网点，带身份证当场制卡",
                "提醒补卡期间可用医保码、电子社保卡",
            ],
        ),
        Variant(
            HANGZHOU,
            key_points=[
                "核身，确认是本行合作发行的社保卡",
                "立即对金融功能做口头挂失，5日内有效",
                "告知社保功能另打12333或在电子社保卡里挂失",
                "补卡：手机银行申请后邮寄，7个工作日内送到",
                "提醒补卡期间可用医保码、电子社保卡",
            ],
        ),
    ],
    "demo-eb-072": [
        Variant(
            SHANGHAI,
            script="您好，上海地区面签请提前三个工作日预约，带好近一年的社保或个税记录。您可以先在手机银行测算一下月供，"
            "我现在就帮您预约附近网点的客户经理。",
        ),
    ],
}


def add(entries: Mapping[str, Entry]) -> None:
    """Put them into the live texts; they read as if they had always stood there."""
    found = [(entries[key].live_revision, variants) for key, variants in VARIANTS.items() if key in entries]
    texts = []
    for text, variants in found:
        assert text is not None  # noqa: S101  it was just published
        text.variants = [variant.tidied().to_json() for variant in variants]
        texts.append(text)
    Revision.objects.bulk_update(texts, ["variants"])
