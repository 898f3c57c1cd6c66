"""Which field a column of another name probably is, by the names banks' own lists use. Pure."""

import re
from collections.abc import Iterable

from faq.exchange.fields import BY_NAME

_SIGNS = re.compile(r"[\s_\-*:：()（）\[\]【】/、.]+")
_NAMES = {
    "external_id": "编号 序号 条目编号 知识编号 知识点编号 外部编号 外部id id 编码 条目id faqid",
    "line": "业务线 所属业务线 归属业务线 所属条线 条线 业务条线 责任部门 归属部门 部门 归口部门",
    "lines_concerned": "相关业务线 涉及业务线 其他业务线 相关条线 涉及条线 相关部门",
    "category": "分类 类别 目录 所属分类 知识分类 分类路径 所属目录 知识目录 问题分类 业务分类",
    "kind": "类型 知识类型 条目类型 种类 type",
    "question": (
        "标准问题 标准问 标准问法 标准问句 问题 问 标题 知识标题 主问题 问题标题 问题名称 知识点名称 "
        "q title faq"
    ),
    "similar_questions": (
        "相似问 相似问题 相似问法 扩展问 扩展问题 扩展问法 同义问 同义问法 近似问 其他问法 相似问句 相似说法 "
        "similarquestion aliases"
    ),
    "key_points": "操作要点 要点 关键点 步骤 操作步骤 处理步骤 办理步骤 keypoint steps",
    "answer": (
        "答案 回答 标准答案 回复 解答 答 答复 正文 内容 详细说明 说明 答案内容 标准回答 标准回复 "
        "a content body reply 知识内容"
    ),
    "script": "话术 服务话术 标准话术 口头话术 应答话术 参考话术",
    "variants": "变体 地区差异 分地区 分客群 差异化答案",
    "keywords": "关键词 关键字 标签 keyword tags tag",
    "related": "相关条目 关联条目 相关知识 关联知识 相关问题 关联问题",
    "valid_from": "生效时间 生效日期 开始时间 开始日期 有效期起 有效期从 起始日期 生效日 validfrom",
    "valid_until": "失效时间 失效日期 结束时间 结束日期 有效期至 有效期止 截止日期 到期日 失效日 validto",
    "review_due_on": "复审日期 复核日期 复审到期 复查日期 下次复审 reviewdate",
    "source": "来源 出处 文件依据 依据 信息来源 知识来源 来源文件",
    "is_restricted": "受限 是否受限 限制 仅本条线 是否限制 保密 是否保密",
}


def _plain(name: str) -> str:
    return _SIGNS.sub("", name).casefold()


_FIELDS = {_plain(name): field for field, names in _NAMES.items() for name in (field, *names.split())}


def guess(names: Iterable[str]) -> dict[str, str]:
    """The field of each column that can be told by its name; no field is given to two columns."""
    names = list(names)
    found = {name: name for name in names if name in BY_NAME}
    for name in names:
        field = _FIELDS.get(_plain(name))
        if field and name not in found and field not in found.values():
            found[name] = field
    return found
