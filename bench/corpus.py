#!/usr/bin/env python3
"""corpus - Chinese news text of any size from a fixed seed, for make bench

usage: corpus.py lines BYTES     JSON Lines {"id","date","text"}: a sentence a line, a fifth with figures
       corpus.py pages BYTES     the same records with whole pages
       corpus.py passages N      N passages, a tenth exact and a tenth changed copies ("kind" says which)

All sentences are put together from the parts below, written for this purpose.
"""
# SPDX-License-Identifier: MIT
import json
import random
import sys

PLACES = "全市 全省 我市 东川区 江北新区 柳湖县 临港开发区 三桥镇 北山街道 云溪村 南部各区县 高新区".split()
BODIES = "市统计局 省发展改革委 区农业农村局 市经济信息委 县人民政府 市商务局 临港集团 华川重工有限公司 柳湖农商行 东川大学 市住房城乡建设委".split()
TITLES = "局长 主任 董事长 负责人 党委书记 镇长 院长 总经理".split()
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕".strip()
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂兰建华国庆志文海燕晓东春梅玉珍永红立新".strip()
METRICS = "规模以上工业增加值 社会消费品零售总额 固定资产投资 一般公共预算收入 农村居民人均可支配收入 外贸进出口总值 粮食总产量 新登记经营主体 高新技术企业营业收入 城镇新增就业 快递业务量 用电量".split()
UNITS = {"亿元": 4000, "万吨": 900, "万人": 300, "家": 9000, "亿千瓦时": 500, "万平方米": 2000, "公里": 800, "个": 600}
VERBS = "达 为 突破 完成 实现 超过 约".split()
BASES = "同比 比上年 环比 较年初 ".split(" ")
PERIODS = "2023年 今年一季度 上半年 1-9月 去年 3月份 “十四五”以来 前三季度 截至6月底 ".split(" ")
CLAUSES = ("推动传统产业改造提升 加快培育新的增长点 让居民在家门口就能办事 把闲置厂房改成了共享车间 引导社会资本参与老旧小区改造 "
           "完善基层协商议事机制 带动上下游企业集聚发展 项目从签约到投产跑出了加速度 村民的日子越过越有奔头 持续优化营商环境 "
           "健全从苗圃到加速器的孵化链条 打通服务群众的最后一公里 以数字化手段提升治理效能 街巷里的老手艺重新热闹起来 "
           "科研人员带着成果走进生产线 大学生返乡办起了合作社 绿色工厂的屋顶铺满了光伏板 沿江的码头恢复了往日的繁忙 "
           "审批材料减了又减 监督员每周到现场走访 图书馆延长了开放时间 山里的茶叶搭上了班列 冷链物流补上了短板 "
           "老街坊们围坐在院坝里商量 新能源客车开进了乡镇 示范区的规划已经公示 双方就下一步合作交换了意见").split()
WHO = "村民 工程师 合作社 老街坊 志愿者 施工队 研究生 快递员 检修班 监督员 审批窗口 调解员 养殖户 设计师 船长 护士长 会计 驾驶员 园艺工人 网格员".split()
WHEN = "清晨 入夜 周末 汛期 节后 农忙时 雨季过后 开学前 年底前 签约当天 试运行期间 停水那几天".split()
DO = "整修 清点 调试 搬运 登记 重新丈量 拍照上传 分批验收 轮流值守 公开讨论 逐户走访 加急印制 低价转让 仔细核对 集中采购 联合申报".split()
WHAT = "灌溉渠 旧机床 路灯 药材 台账 排水管 电梯 茶园 码头仓库 校舍屋顶 网箱 配电柜 石板路 档案 候车亭 图纸 果苗 消防栓 纺车 冷库 光伏板 井盖 渔船 古树 票据 水表 货架 标牌 猪舍 缆绳".split()
HOW = "费用由大家分摊 效果比预想的好 进度每天张贴 剩下的留给下一批 省下不少工夫 没有人缺席 连夜赶了出来 先从最难的做起 账目一笔笔写清楚 尾款月底结清 标准参照邻县 经验很快传开".split()
LINKS = "，并 ，同时 ，其中 ，此外 ，随后 ，为此 ， ， ， ；".split(" ")


class Text:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def pick(self, words):
        return words[int(self.r.random() * len(words))]

    def person(self):
        return self.pick(SURNAMES) + self.pick(GIVEN) + (self.pick(GIVEN) if self.r.random() < 0.7 else "")

    def amount(self):
        unit = self.pick(list(UNITS))
        n = self.r.random() * UNITS[unit]
        return (f"{n:.2f}" if "元" in unit else f"{n:.1f}" if "万" in unit else str(int(n) + 1)) + unit

    def figure(self):
        s = self.pick(PERIODS) + self.pick(PLACES) + self.pick(METRICS) + self.pick(VERBS) + self.amount()
        x = self.r.random()
        if x < 0.5:
            s += f"，{self.pick(BASES)}{self.pick(('增长', '下降', '提高'))}{self.r.random() * 20:.1f}" + self.pick(("%", "%", "个百分点"))
        elif x < 0.6:
            s += f"，占比由{self.r.random() * 50:.1f}%提高至{50 + self.r.random() * 40:.1f}%"
        elif x < 0.7:
            s += f"，其中{self.pick(PLACES)}、{self.pick(PLACES)}分别{self.pick(('增长', '下降'))}{self.r.random() * 9:.1f}%、{self.r.random() * 9:.1f}%"
        return s

    def clause(self):
        """Most clauses are new; a quarter are the phrases that stand in every paper."""
        if self.r.random() < 0.25:
            return self.pick(CLAUSES)
        s = self.pick(WHEN) + self.pick(WHO) + self.pick(DO) + self.pick(PLACES) + "的" + self.pick(WHAT)
        return s + ("，" + self.pick(HOW) if self.r.random() < 0.3 else "")

    def plain(self):
        x = self.r.random()
        if x < 0.2:
            return f"{self.pick(BODIES)}{self.pick(TITLES)}{self.person()}{self.pick(('表示', '介绍', '说'))}，{self.clause()}"
        if x < 0.4:
            return f"{self.pick(PLACES)}{self.clause()}"
        return self.clause()

    def sentence(self, share=0.2):
        s = self.figure() if self.r.random() < share else self.plain()
        while self.r.random() < 0.42:
            s += self.pick(LINKS) + self.clause()
        return s + "。"

    def page(self):
        parts = []
        for _ in range(1 + int(self.r.random() * 3)):
            parts.append(self.pick(PLACES) + self.clause())
            parts.append(f"本报记者 {self.person()}")
            for _ in range(3 + int(self.r.random() * 8)):
                parts.append("".join(self.sentence() for _ in range(2 + int(self.r.random() * 4))))
        return "\n\n".join(parts) + "\n"


def write(records, limit):
    out, n = sys.stdout, 0
    for i, text in enumerate(records):
        line = json.dumps({"id": f"b{i}", "date": "2024-03-07", "text": text}, ensure_ascii=False) + "\n"
        n += len(line.encode())
        out.write(line)
        if n >= limit:
            return


def passages(n):
    t, base = Text(11), []
    numeral = set("一二三四五六七八九十百千万亿两〇零0123456789.-%，。；")
    for i in range(n):
        x, kind = t.r.random(), "new"
        if base and x < 0.1:
            kind, text = "exact", t.pick(base)
        elif base and x < 0.2:
            kind, chars = "near", list(t.pick(base))
            at = [k for k, c in enumerate(chars) if c not in numeral]
            for k in t.r.sample(at, min(len(at), max(1, round(len(chars) * t.r.uniform(0.01, 0.05))))):
                chars[k] = chr(0x4E00 + 7 * t.r.randrange(100, 2000))
            text = "".join(chars)
        else:
            # words of random characters: sentences of a small grammar are near-copies of each other
            text = "，".join("".join(chr(0x4E00 + int(t.r.random() ** 3 * 5000)) for _ in range(t.r.randint(5, 14)))
                             for _ in range(t.r.randint(3, 6))) + f"，{t.pick(METRICS)}{t.amount()}。"
            base.append(text)
        sys.stdout.write(json.dumps({"id": f"b{i}", "doc": f"b{i}", "kind": kind, "text": text}, ensure_ascii=False) + "\n")


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("lines", "pages", "passages"):
        sys.exit(__doc__)
    what, size = sys.argv[1], int(float(sys.argv[2]))
    sys.stdout.reconfigure(encoding="utf-8")
    t = Text(7)
    if what == "lines":
        write(iter(t.sentence, None), size)
    elif what == "pages":
        write(iter(t.page, None), size)
    else:
        passages(size)


if __name__ == "__main__":
    main()
