package mail

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// serve plays a mail server that takes one letter, and returns its address and what it was told.
func serve(t *testing.T) (address string, told <-chan string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	all := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var said strings.Builder
		lines, inside := bufio.NewScanner(conn), false
		fmt.Fprint(conn, "220 test\r\n")
		for lines.Scan() {
			line := lines.Text()
			said.WriteString(line + "\n")
			switch {
			case inside && line == ".":
				inside = false
				fmt.Fprint(conn, "250 taken\r\n")
			case inside:
			case line == "DATA":
				inside = true
				fmt.Fprint(conn, "354 go on\r\n")
			case line == "QUIT":
				fmt.Fprint(conn, "221 bye\r\n")
				all <- said.String()
				return
			default:
				fmt.Fprint(conn, "250 fine\r\n")
			}
		}
	}()
	return l.Addr().String(), all
}

func TestSMTP(t *testing.T) {
	address, told := serve(t)
	s, err := NewSMTP("smtp://"+address, "Lightshare <hello@example.com>")
	if err != nil {
		t.Fatal(err)
	}
	letter := Letter{To: "ann@example.com", Subject: "Sign in to Lightshare", Text: "Open this link:\n\nhttp://localhost/sign-in/x\n", At: time.Now()}
	if err := s.Send(context.Background(), letter); err != nil {
		t.Fatal(err)
	}
	said := <-told
	for _, want := range []string{"MAIL FROM:<hello@example.com>", "RCPT TO:<ann@example.com>", "Subject: Sign in to Lightshare", "http://localhost/sign-in/x"} {
		if !strings.Contains(said, want) {
			t.Errorf("the server was not told %q:\n%s", want, said)
		}
	}
}

func TestSMTPErrors(t *testing.T) {
	for _, server := range []string{"", "localhost:25", "http://localhost", "smtp://"} {
		if _, err := NewSMTP(server, "a@b.c"); err == nil {
			t.Errorf("NewSMTP(%q) succeeds", server)
		}
	}
	s, err := NewSMTP("smtp://127.0.0.1:1", "hello@example.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"ann@example.com", "not an address"} {
		if err := s.Send(context.Background(), Letter{To: to, Subject: "x"}); err == nil || strings.Contains(err.Error(), to) {
			t.Errorf("Send to %q = %v, want an error without the address", to, err)
		}
	}
}

func TestCatcherKeepsTheNewest(t *testing.T) {
	var c Catcher
	for i := range keep + 5 {
		c.Send(context.Background(), Letter{Subject: fmt.Sprint(i)})
	}
	letters := c.Letters()
	if len(letters) != keep || letters[0].Subject != fmt.Sprint(keep+4) {
		t.Errorf("%d letters, the newest %q; want %d, the newest %d", len(letters), letters[0].Subject, keep, keep+4)
	}
}
