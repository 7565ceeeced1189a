// What the scripts of every page say by themselves, in the page's language.
export const all = {
	en: {
		ended: "ended",
		days: (d, h) => `${d} d ${h} h`,
		hours: (h, m) => `${h} h ${m} min`,
		minutes: (m, s) => `${m} min ${s} s`,
		seconds: (s) => `${s} s`,
		left: (time) => `${time} left`,
		stale: "Live updates are paused – retrying. What you see may be out of date.",
	},
	ko: {
		ended: "종료",
		days: (d, h) => `${d}일 ${h}시간`,
		hours: (h, m) => `${h}시간 ${m}분`,
		minutes: (m, s) => `${m}분 ${s}초`,
		seconds: (s) => `${s}초`,
		left: (time) => `${time} 남았어요`,
		stale: "실시간 갱신이 멈춰 다시 연결하고 있어요. 보이는 내용이 최신이 아닐 수 있어요.",
	},
};

export const words = all[globalThis.document?.documentElement.lang] ?? all.en;
