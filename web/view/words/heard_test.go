package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// worded is where other programs word what buyers and sellers read.
var worded = []string{
	"events/refusal.go", "events/refund.go", "web/checkout/view.go", "web/checkout/notices.go", "web/checkout/deadline.go", "web/checkout/perform.go",
	"web/checkout/lots.go", "web/checkout/refundview.go", "auction/letters.go", "auction/notice.go", "auction/proposalletters.go", "auction/closing.go",
	"auction/listing.go", "auction/market.go", "blacklist/screen.go", "blacklist/takedown.go", "blacklist/trust.go", "seller-agent/agent/doctor.go",
}

// sentences returns what the file words for people: every literal that reads as a sentence or a headline.
func sentences(t *testing.T, path string) (found []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../../"+path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	reads := regexp.MustCompile(`^( ?[A-Z]|“?%s )[^:]*[ a-z].*\.( %s)?$|^[A-Z][a-z]+ [a-z]+ [a-z ]+$`)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			text, err := strconv.Unquote(n.Value)
			if err == nil && n.Kind == token.STRING && reads.MatchString(text) && !strings.HasSuffix(text, " ") {
				found = append(found, text)
			}
		}
		return true
	})
	return found
}

// Whatever another service words for people is recognised, with whatever it was made of.
func TestHeard(t *testing.T) {
	typed := regexp.MustCompile(`seller-agent [a-z]+|--[a-z]+( off)?`) // into a terminal, in any language
	all := 0
	for _, path := range worded {
		for _, sentence := range sentences(t, path) {
			all++
			text := regexp.MustCompile(`%(\.\d+)?[sd]`).ReplaceAllString(sentence, "봄")
			if strings.HasPrefix(text, " ") {
				text = "가." + text
			}
			if got := Korean.Heard(text); got == text || regexp.MustCompile(`[a-z]{3}`).MatchString(typed.ReplaceAllString(got, "")) {
				t.Errorf("%s: %q has no Korean: %q", path, sentence, got)
			}
		}
	}
	if all < 100 {
		t.Errorf("%d sentences found, want at least 100: the test does not find them", all)
	}
}

func TestHeardParts(t *testing.T) {
	for text, want := range map[string]string{
		"Nobody paid in time. The hold on your card was dropped.":                                                              "기한 안에 결제되지 않았어요. 카드 승인을 취소했어요.",
		"You were outbid on Harbour at dawn: it stands at $9.50.":                                                              "Harbour at dawn: 다른 분이 더 높게 입찰했어요. 현재가 US$9.50.",
		"The file is proven not to be the one that was offered. ₩12,000 went back to your card.":                               "판매한 파일이 아니라는 것이 증명됐어요. 12,000원 금액을 카드로 돌려 드렸어요.",
		"Please pay by 26 Nov 15:04 UTC. After that the order is over, and an unpaid win counts against you.":                  "11월 26일 15:04 UTC까지 결제해 주세요. 지나면 주문이 끝나고, 미결제 낙찰은 기록에 남아요.",
		"The seller of Rain would take $4.00. You have until 2 December 2026, 15:04 UTC to say so.":                            "Rain: 판매자가 US$4.00 가격을 제시했어요. 2026년 12월 2일 15:04 UTC까지 알려 주세요.",
		"This is the title “Salt” of a song by Velvet Causeway that is on the copyright blacklist. It cannot be offered here.": "‘Salt’은(는) 저작권 차단 목록에 있는 곡의 제목이에요(Velvet Causeway). 이곳에서 팔 수 없어요.",
		"Visa ending in 4242":          "Visa (끝 번호 4242)",
		"Sorry, I need it back myself": "Sorry, I need it back myself", // somebody's own words
		"":                             "",
	} {
		if got := Korean.Heard(text); got != want {
			t.Errorf("Heard(%q)\n got %q\nwant %q", text, got, want)
		}
		if got := English.Heard(text); got != text {
			t.Errorf("Heard(%q) in English = %q", text, got)
		}
	}
}
