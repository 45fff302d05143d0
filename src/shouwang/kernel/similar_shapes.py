"""Characters of similar shape (形近字) that are taken for one another in handwriting and on scanned forms.

Each word below is one class, written down for this project from the characters that occur in Chinese names; a
character stands in one class only. The list need not be complete: a slip outside it still counts as one wrong character.
"""

CLASSES = """
未末 己已巳 日曰 土士 人入 大太犬 天夫无元 刀刁力 千干于 午牛 田由甲申 目且自 开井 云去 木本术 今令 市布 方万
王玉主 晴睛 清情请 婷停 梅海悔 桂佳娃 彬淋 琳啉 玲铃岭伶 芬纷 莉荊 伟纬炜 辉晖 鹏鹂 朋明 兰三 国园圆 因困囚
建健键 荣荥 莹萤营莺 茂荿 戊戌戍成 文交父 义叉 飞气 刘浏 陈阵 徐除 余佘 候侯 段叚 邓郑 邮邱 冰泳 永水 咏泳
休体 修侈 薛薜 肖尚 晓浇烧 尧尭 崔催 贾贯 贵责 贺货 苗笛 谭潭 宋宗 龙尤 龚龛 间闫闰问 向同 梁粱 杨扬场 郭敦
享亨 李季 孝考老 秀禿 香番 吉古 舌告 菊匊 莲连 蓬逢 菜莱 萍苹 范苑 蔡祭 蒋将 汪江 红虹 洪供 洁浩 涛铸 波坡
淑椒 娟捐 娥峨 娜那 妹姝 姗珊 妮泥 媛援 嫒暖 霞露 雪雷 霖霜 雯雾 勇男 强弦 刚钢 钧钓 铁轶 铭络 锋峰蜂 锦棉
银根 银娘 金全 鑫淼 磊垒 石右 岩岸 峻竣俊 崇祟 嵩蒿 川州 宁宇 守字 安妄 宏宠 宝室 富官 宾兵 寿涛 密蜜 寒塞
春舂 昌冒 昊吴 昕听 映英 显昱 景影 智暂 曼蔓 曹遭 朗郎 期斯 杰杂 松柏 枝技 柳栁 栋拣 桃挑 桐洞 梓锌 楠喃 楚禁
欢叹 欣斧 武式 毅殷 沛肺 治冶 法去 泉帛 浪狼 淇琪棋 深探 渊洲 湘相 源原 溪奚 滨槟 漫慢 炎淡 炳柄 焕换 然燃 熙煕
燕蒸 爱受 牡牧 特持 珍诊 珠株 班斑 理埋 琴瑟 瑞端 瑶谣摇遥 璐露 瓊琼 生主 益盖 盛威 真具 睿蓉 知和 礼孔 祖租 祥样
福副 禄绿 秋狄 科料 程埕 立丘 章草 竹行 笑芙 素索 紫柴 纯钝 维雏 绍昭 绪续 群郡 翠粹 翔栩 聪恥 胜性 育盲 良艮
艳绝 艺乞 芝乏 芸会 花化 芹斤 茹如 荷何 菲非 萱宣 葵癸 蓝篮 蕊芯 蕾雷 薇微 蘭闌 虎虚 衍行 裕浴 袁衰 覃章 诚城
诗侍 谦歉 豪毫 贤坚 贞页 赵越 超起 跃妖 轩斩 迎仰 运远 进井 道遒 邦那 采彩 里重 钟种 阳阴 隆降 雄推 雨两 青责 静净
韦苇 韬稻 顺须 领颂 颖颍 风凤凡 骏俊 魁鬼 鲁鱼 鸿鸠 鸣呜鸟乌 麗丽 黎梨 默墨 齐斋 卓桌 卡卞 卢户 卫节 厉历 厚原
友发 双又 叶叨 司同 吕吴 君群 吾五 周用 咪妹 唐康庸 喜嘉 嘎夏 坤神 堂常 墩敦 夕歹 多名 央决 奇寄 奎圭 好妤 妍研 姜美
姚桃 娅亚 孟盂 学字 定疋 宽觅 尊遵 少小 尼泥 岗冈 帅师 席度 平乎 年午 庆床 应庄 广厂 廷延 弘引 彤丹 彦产 得碍 德徳
志忐 忠患 怀环 恒桓 恩思 悦说 惠慧 慈兹 扎礼 才寸 拉垃 措错 敏敬 新亲 旺汪 旭九 星腥 普晋 晨辰 曲由 月用 有育 朱未 朴扑
"""


def _shapes(classes: str) -> dict[str, str]:
    shapes: dict[str, str] = {}
    for word in classes.split():
        first = shapes.get(word[0], word[0])
        for character in word:
            shapes.setdefault(character, first)
    return shapes


SHAPES: dict[str, str] = _shapes(CLASSES)
