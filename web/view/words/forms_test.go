package words

import (
	"testing"
	"time"

	"lightshare/events"
)

func TestSize(t *testing.T) {
	for bytes, want := range map[int64]string{
		0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1000: "1 kB", 1550: "1.6 kB", 999_950: "1 MB", 67_108_864: "67.1 MB",
		123_456_789: "123 MB", 5_000_000_000: "5 GB", 20 << 40: "22 TB",
	} {
		if got := English.Size(bytes); got != want {
			t.Errorf("Size(%d) = %q, want %q", bytes, got, want)
		}
	}
	if got, want := Korean.Size(999), "999바이트"; got != want {
		t.Errorf("Size(999) in Korean = %q, want %q", got, want)
	}
}

func TestLeft(t *testing.T) {
	for left, want := range map[time.Duration][2]string{
		0: {"ended", "종료"}, -time.Hour: {"ended", "종료"}, 9 * time.Second: {"9 s", "9초"}, 60 * time.Second: {"1 min 00 s", "1분 00초"},
		754 * time.Second: {"12 min 34 s", "12분 34초"}, time.Hour: {"1 h 0 min", "1시간 0분"},
		47*time.Hour + 59*time.Minute: {"47 h 59 min", "47시간 59분"}, 50 * time.Hour: {"2 d 2 h", "2일 2시간"},
	} {
		for _, l := range Languages {
			if got := l.Left(left); got != want[l] {
				t.Errorf("Left(%s) in %s = %q, want %q", left, l.Tag(), got, want[l])
			}
		}
	}
}

func TestMoney(t *testing.T) {
	for m, want := range map[events.Money][2]string{
		{Amount: 1250, Currency: events.USD}: {"$12.50", "US$12.50"}, {Amount: 12500, Currency: events.KRW}: {"₩12,500", "12,500원"},
		{Amount: 980, Currency: events.JPY}: {"¥980", "JP¥980"}, {Amount: 123456, Currency: events.EUR}: {"€1,234.56", "€1,234.56"},
	} {
		for _, l := range Languages {
			if got := l.Say("Bid %s or more", m); l == English && got != "Bid "+want[l]+" or more" || l == Korean && got != want[l]+" 이상 입찰하기" {
				t.Errorf("bid of %v in %s: %q", m, l.Tag(), got)
			}
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int][2]string{0: {"0 bids", "입찰 0건"}, 1: {"1 bid", "입찰 1건"}, 2: {"2 bids", "입찰 2건"}, 12345: {"12,345 bids", "입찰 12,345건"}} {
		for _, l := range Languages {
			if got := l.Say("%d bids", n); got != want[l] {
				t.Errorf("%d bids in %s: %q, want %q", n, l.Tag(), got, want[l])
			}
		}
	}
}

func TestMoment(t *testing.T) {
	at := time.Date(2026, 11, 26, 15, 4, 5, 0, time.UTC)
	if got, want := English.Moment(at), "Thu 26 Nov 2026, 15:04:05 UTC"; got != want {
		t.Errorf("Moment = %q, want %q", got, want)
	}
	if got, want := Korean.Moment(at), "2026년 11월 26일 (목) 15:04:05 UTC"; got != want {
		t.Errorf("Moment = %q, want %q", got, want)
	}
}

func TestPreferred(t *testing.T) {
	for accept, want := range map[string]Language{
		"": English, "ko": Korean, "ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7": Korean, "en-US,en;q=0.9,ko;q=0.8": English,
		"de-DE,de;q=0.9,ko;q=0.5": Korean, "fr": English, "*": English, "x y z;;": English, "en;q=0.1, ko;q=0.2": Korean,
	} {
		if got := Preferred(accept); got != want {
			t.Errorf("Preferred(%q) = %s, want %s", accept, got.Tag(), want.Tag())
		}
	}
}
