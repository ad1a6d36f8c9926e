// A small table of signs with names in English and Chinese, one sign a line. Names are single words.
const TABLE = `
😀 grin smile happy 笑 开心
😄 laugh happy 大笑 高兴
😂 joy tears lol 笑哭 笑死
🙂 slight smile 微笑
😉 wink 眨眼
😊 blush smile 害羞 脸红
😍 love eyes 喜欢 色
😘 kiss 亲亲 飞吻
😎 cool sunglasses 酷 墨镜
🤔 thinking hmm 思考 想想
😅 sweat phew 尴尬 汗
😐 neutral 无语 面无表情
🙄 roll eyes 白眼
😏 smirk 得意 坏笑
😴 sleep tired 睡 困
😢 cry sad 哭 难过
😭 sob cry 大哭
😡 angry 生气 怒
😱 scream shock 吓 惊恐
😳 flushed 惊讶 脸红
🥶 cold freezing 冷 冻
🥵 hot heat 热
🤯 mind blown 爆炸 震惊
🥳 party celebrate 庆祝 派对
😇 angel innocent 天使
🤗 hug 拥抱 抱抱
🤣 rofl 笑翻
🤷 shrug 摊手 不知道
🤦 facepalm 捂脸
🙏 thanks please pray 谢谢 拜托 祈祷
👍 thumbsup yes good 赞 好 顶
👎 thumbsdown no bad 踩 差
👌 ok 可以 没问题
👏 clap applause 鼓掌
🙌 hooray 万岁
💪 strong muscle 加油 强
🤝 handshake deal 握手 合作
👋 wave hello bye 你好 再见 挥手
✌️ victory peace 耶 胜利
🤞 luck fingers 好运
👀 eyes look 看 围观
🫡 salute 敬礼 收到
❤️ heart love 心 爱
💔 broken heart 心碎
💯 hundred perfect 满分 一百
🔥 fire lit hot 火
✨ sparkles 闪亮 新
⭐ star 星 收藏
🎉 tada party 庆祝 恭喜
🎂 cake birthday 生日 蛋糕
🎁 gift present 礼物
🏆 trophy win 奖杯 冠军
🥇 gold first 金牌 第一
✅ check done yes 对 完成
☑️ tick box 打勾
❌ cross no wrong 错 不
❓ question 问号 疑问
❗ exclamation important 感叹 重要
⚠️ warning caution 警告 注意
🚫 forbidden no 禁止
💡 idea bulb 主意 灯泡
📌 pin 图钉 置顶
📍 place location 位置 地点
📷 camera photo 相机 照片
🎥 video film 视频 摄像
📱 phone mobile 手机
💻 laptop computer 电脑
📅 calendar date 日历 日期
📈 up chart rise 上涨 图表
📉 down chart fall 下跌
📎 clip attach 附件
🔗 link 链接
🔍 search find 搜索 放大镜
🔒 lock 锁
🔑 key 钥匙
🔋 battery full 电池 满电
🪫 battery low empty 低电量 没电
🔌 plug charge 充电 插头
⚡ lightning fast power 闪电 快充 电
⛽ fuel petrol gas 加油 油
🚗 car 汽车 车
🚙 suv car 越野 车
🏎️ race car 赛车
🚕 taxi 出租车
🚐 van minibus 面包车
🚚 truck lorry 卡车 货车
🛻 pickup 皮卡
🚛 trailer truck 拖车
🏍️ motorbike 摩托
🚲 bike bicycle 自行车
🛞 wheel tyre tire 轮胎 车轮
🛣️ motorway road 高速 公路
🚦 lights traffic 红绿灯
🅿️ parking 停车
🚧 works construction 施工
🛠️ tools repair 修理 工具
🔧 wrench spanner 扳手 维修
🔩 bolt nut 螺丝
🧰 toolbox 工具箱
⚙️ gear settings 齿轮 设置
🧽 wash sponge 洗车 海绵
🏁 finish flag 终点 方格旗
🗺️ map route 地图 路线
🧭 compass 指南针
🏔️ mountain snow 雪山 山
🏕️ camping tent 露营
🏖️ beach 海滩
🌅 sunrise 日出
☀️ sun sunny 太阳 晴
🌧️ rain 雨
⛈️ storm thunder 雷雨
🌫️ fog 雾
❄️ snow ice cold 雪 冰
⛄ snowman winter 雪人 冬天
🌡️ temperature thermometer 温度
💨 wind fast 风 快
🌈 rainbow 彩虹
🌍 earth world 地球 世界
🐢 turtle slow 乌龟 慢
🐌 snail slow 蜗牛 慢
🐶 dog 狗
🐱 cat 猫
🦌 deer elk 鹿
☕ coffee 咖啡
🍵 tea 茶
🍺 beer 啤酒
🍻 cheers 干杯
🍜 noodles 面
🍚 rice 米饭
🥟 dumpling 饺子
🍎 apple 苹果
🍉 melon 西瓜 吃瓜
⏰ alarm clock 闹钟
⏳ wait hourglass 等待 沙漏
⏱️ stopwatch time 秒表 计时
💰 money price 钱 价格
💸 expensive money 花钱 贵
🧾 receipt bill 收据 账单
📦 parcel box 包裹 快递
👶 baby child 宝宝
👨‍👩‍👧 family 家人 家庭
🙋 raise hand 举手 我
💬 speech comment 评论 说
🔔 bell notice 通知 铃
🆗 okay 好的
🆕 new 新
🆘 sos help 求助 救命
`;

/** Every sign with its names. */
export const EMOJI = TABLE.trim()
  .split("\n")
  .map((line) => {
    const [sign, ...names] = line.split(" ");
    return { sign, names };
  });

const HAN = /\p{Script=Han}/u;

/** Signs with a name like `query`, the best first: names that are it, begin with it, hold it. */
export function findEmoji(query, most = 8) {
  const wanted = query.toLowerCase();
  const rank = ({ names }) => {
    if (names.includes(wanted)) return 0;
    if (names.some((name) => name.startsWith(wanted))) return 1;
    return names.some((name) => name.includes(wanted)) ? 2 : 3;
  };
  return EMOJI.map((entry, at) => [rank(entry), at, entry])
    .filter(([place]) => place < 3)
    .sort((one, other) => one[0] - other[0] || one[1] - other[1])
    .slice(0, most)
    .map(([, , entry]) => entry);
}

/** The name to show beside a sign: the one that was looked for, in its language. */
export function nameOf(entry, query) {
  const wanted = query.toLowerCase();
  const same = entry.names.filter((name) => HAN.test(name) === HAN.test(query));
  return same.find((name) => name.startsWith(wanted)) ?? same[0] ?? entry.names[0];
}
